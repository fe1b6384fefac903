import { parseArgs } from 'node:util';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../tokens/index.js';
import { keysGenerate } from './keys-generate.js';
import { keysRetire, keysRotate } from './keys-rotate.js';
import type { Output } from './output.js';

export const KEYS_USAGE = `Usage: impersonation-gateway keys generate [--out FILE] [--algorithm EdDSA|RS256]
       impersonation-gateway keys rotate --file FILE [--algorithm EdDSA|RS256] [--publish-seconds N]
       impersonation-gateway keys retire --file FILE --kid KID [--algorithm EdDSA|RS256] [--tokens-seconds N] [--out FILE]

  generate    a JWKS with a private key for SIGNING_KEY_FILE
  rotate      puts a new key in front, which signs after N seconds (300) of being published
  retire      takes the private half of a key out; tokens by it are accepted for N seconds more (3600), its part of the audit
              trail for good. --tokens-seconds 0 where it is known to others. --out keeps the private half in a file of its own

  Running gateways follow the file without a restart.
`;

/** `impersonation-gateway keys generate|rotate|retire`. @returns the exit code */
export async function keys(argv: readonly string[], now: number, output: Output): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    out: text,
    file: text,
    kid: text,
    'publish-seconds': text,
    'tokens-seconds': text,
    algorithm: { ...text, default: 'EdDSA' },
  };
  const { values, positionals } = parseArgs({ args: withKidJoined(argv), allowPositionals: true, options });
  const [command] = positionals;
  const algorithm = SIGNING_ALGORITHMS.find((known) => known === values.algorithm);
  const publishSeconds = seconds(values['publish-seconds'], 300);
  const tokensSeconds = seconds(values['tokens-seconds'], 3_600);
  const { out, file, kid } = values;
  if (algorithm === undefined || publishSeconds === null || tokensSeconds === null || positionals.length > 1) {
    return usage(output);
  }
  return run(command, { algorithm, publishSeconds, tokensSeconds, now, out, file, kid }, output);
}

/**
 * A key's id may begin with a dash: one thumbprint in 64 does. Behind a blank it would be taken for the next option, so it is joined
 * to its own by an equals sign.
 */
function withKidJoined(argv: readonly string[]): string[] {
  const at = argv.indexOf('--kid');
  const kid = argv[at + 1];
  if (at === -1 || kid === undefined) return [...argv];
  return [...argv.slice(0, at), `--kid=${kid}`, ...argv.slice(at + 2)];
}

interface Asked {
  readonly algorithm: SigningAlgorithm;
  readonly publishSeconds: number;
  readonly tokensSeconds: number;
  readonly now: number;
  readonly out: string | undefined;
  readonly file: string | undefined;
  readonly kid: string | undefined;
}

async function run(command: string | undefined, asked: Asked, output: Output): Promise<number> {
  const { algorithm, publishSeconds, tokensSeconds, now, out, file, kid } = asked;
  if (command === 'generate') await keysGenerate({ algorithm, ...(out === undefined ? {} : { out }) }, output);
  else if (command === 'rotate' && file !== undefined) {
    await keysRotate({ file, algorithm, now, publishSeconds }, output);
  } else if (command === 'retire' && file !== undefined && kid !== undefined) {
    await keysRetire({ file, kid, algorithm, now, tokensSeconds, out: out ?? null }, output);
  } else return usage(output);
  return 0;
}

function usage({ stderr }: Output): number {
  stderr.write(KEYS_USAGE);
  return 1;
}

/** Up to a year; null for what is no such number. */
function seconds(text: string | undefined, byDefault: number): number | null {
  if (text === undefined) return byDefault;
  return /^\d{1,8}$/.test(text) && Number(text) <= 31_536_000 ? Number(text) : null;
}
