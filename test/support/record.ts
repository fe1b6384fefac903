import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What a test run used that nobody may see, and all that gateways printed meanwhile. `scripts/check-secrets.mjs` looks for the one in
 * the other when the run is over. Nothing is kept where the run did not ask for it (TEST_RECORD names the folder).
 */
const FOLDER = process.env.TEST_RECORD ?? '';
/** Characters. */
const ENOUGH = 4_000_000;
const known = new Set<string>();

if (FOLDER !== '') for (const name of ['secrets', 'logs']) mkdirSync(path.join(FOLDER, name), { recursive: true });

/** What kind of secret it is; the only thing that is ever said of one that was found. */
export type SecretKind = 'token' | 'private key' | 'password' | 'code' | 'verifier' | 'cookie' | 'api key';

/** Notes something that no output may hold. */
export function noteSecret(kind: SecretKind, value: string | null | undefined): void {
  if (FOLDER === '' || value === null || value === undefined || known.has(value)) return;
  // What was tried as a token without being one, a name say, is no secret.
  if (kind === 'token' && value.length < 20) return;
  known.add(value);
  const line = `${JSON.stringify({ kind, value })}\n`;
  appendFileSync(path.join(FOLDER, 'secrets', `${process.pid}.ndjson`), line, { mode: 0o600 });
}

/** Notes the private halves in a JWKS. */
export function notePrivateKeys(jwks: unknown): void {
  const { keys = [] } = jwks as { readonly keys?: readonly Readonly<Record<string, unknown>>[] };
  for (const key of keys) {
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
      if (typeof key[name] === 'string') noteSecret('private key', key[name]);
    }
  }
}

/** Notes those in the key files of a gateway's data directory, as far as it is there. */
export function notePrivateKeysIn(directory: string): void {
  if (FOLDER === '') return;
  let names: string[] = [];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.jwks.json'));
  } catch {
    // Removed by then.
  }
  for (const name of names) {
    try {
      notePrivateKeys(JSON.parse(readFileSync(path.join(directory, name), 'utf8')));
    } catch {
      // A test has spoiled it: there is no key in it.
    }
  }
}

/**
 * Keeps what was printed or exported. What a person was meant to get, as the token that a start in development prints, is to be left
 * out before.
 */
export function keepOutput(name: string, text: string): void {
  if (FOLDER === '' || text === '') return;
  const file = path.join(FOLDER, 'logs', `${process.pid}-${name}.log`);
  // Hundreds of megabytes of the same kind of line tell no more than the first of them and the last.
  if (text.length <= 2 * ENOUGH) appendFileSync(file, text);
  else appendFileSync(file, `${text.slice(0, ENOUGH)}\n${text.slice(-ENOUGH)}`);
}
