import { generateSigningKeys, type SigningAlgorithm, writeNewKeyFile } from '../tokens/index.js';

export interface KeysGenerateOptions {
  readonly algorithm: SigningAlgorithm;
  /** The file to make; absent: the keys go to the standard output. */
  readonly out?: string;
}

/** Where a command writes to. */
export interface KeysGenerateOutput {
  readonly stdout: { write(text: string): unknown };
}

/**
 * `impersonation-gateway keys generate`: a fresh JWKS with its private key, for SIGNING_KEY_FILE. With `out`, the file
 * is made with mode 0600 and only its path and the key's `kid` are printed.
 * @throws KeyFileError where the file exists (it is never overwritten) or cannot be written
 */
export async function keysGenerate({ algorithm, out }: KeysGenerateOptions, io: KeysGenerateOutput): Promise<void> {
  const jwks = await generateSigningKeys(algorithm);
  if (out === undefined) {
    io.stdout.write(`${JSON.stringify(jwks, null, 2)}\n`);
    return;
  }
  await writeNewKeyFile(out, jwks);
  io.stdout.write(`${out}: ${jwks.keys.map(({ kid }) => `${algorithm} ${kid}`).join(', ')}\n`);
}
