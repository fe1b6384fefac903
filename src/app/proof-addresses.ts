import type { Config } from '../config/index.js';
import { plainAddress } from '../policy/index.js';

/** How this machine calls itself. */
const LOCAL = ['localhost', '127.0.0.1', '[::1]'] as const;

/**
 * Where clients reach the gateway, as proofs of senders (`htu`) may name it: what the configuration says, and never what a request says
 * of itself (`Host`, `X-Forwarded-Host`), which whoever passes on a proof that was made for somewhere else can write. In development,
 * where no address is configured, the port by each name of this machine.
 * @param publicUrl the configured address, or else the one that the gateway listens at
 */
export function proofAddresses({ publicUrl: configured, proofs }: Config, publicUrl: string): readonly string[] {
  const { port } = new URL(publicUrl);
  const local = configured === null ? LOCAL.map((name) => `http://${name}:${port}`) : [];
  const all = [publicUrl, ...local, ...proofs.publicUrls].map((address) => plainAddress(address)?.replace(/\/+$/, ''));
  return [...new Set(all)].filter((address) => address !== undefined);
}
