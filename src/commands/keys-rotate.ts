import {
  keepInKeyFile,
  readKeyFile,
  replaceKeyFile,
  retireKey,
  rotateKeys,
  type SigningAlgorithm,
} from '../tokens/index.js';
import type { Output } from './output.js';

export interface KeysRotateOptions {
  readonly file: string;
  readonly algorithm: SigningAlgorithm;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long the new key is published before it signs. */
  readonly publishSeconds: number;
}

/**
 * `impersonation-gateway keys rotate`: a new key in front of the others, in the same file.
 * @throws KeyFileError where the file cannot be used or replaced: it is as it was
 */
export async function keysRotate({ file, algorithm, now, publishSeconds }: KeysRotateOptions, { stdout }: Output) {
  const { jwks, kid, signsFrom } = await rotateKeys(await readKeyFile(file), algorithm, now, publishSeconds);
  await replaceKeyFile(file, jwks);
  stdout.write(`${file}: ${algorithm} ${kid} signs from ${new Date(signsFrom).toISOString()}\n`);
}

export interface KeysRetireOptions {
  readonly file: string;
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly tokensSeconds: number;
  /** The file to be made with the private half; null: it is gone. */
  readonly out: string | null;
}

/**
 * `impersonation-gateway keys retire`: the private half of a key out of the file.
 * May be run again where it was broken off, with the same file for the private half.
 * @throws KeyFileError where the key still signs, or a file cannot be written: nothing is lost then
 */
export async function keysRetire(options: KeysRetireOptions, { stdout }: Output): Promise<void> {
  const { file, kid, out } = options;
  const { jwks, retired, tokensUntil } = await retireKey(await readKeyFile(file), options);
  if (out !== null) await keepInKeyFile(out, { keys: [retired as { kty: string }] });
  await replaceKeyFile(file, jwks);
  stdout.write(
    `${file}: ${kid} signs no more; tokens by it are accepted until ${new Date(tokensUntil).toISOString()}, the audit trail for good\n`,
  );
}
