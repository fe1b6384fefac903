import { type IssuerKeys, KeysUnavailableError, readIssuerKeys } from './issuer-keys.js';

/** How long a JWKS endpoint has to answer in full, milliseconds. */
export const JWKS_TIMEOUT_MS = 5_000;
/** The largest JWKS that is read, bytes: some hundred keys. */
export const MAX_JWKS_BYTES = 262_144;

export interface JwksUrlOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Ends a request under way. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Reads an issuer's keys from its JWKS endpoint. Redirects are refused: the operator trusted this address, not one that
 * it points to.
 * @throws KeysUnavailableError where there is no whole answer 200 with a JWKS within time and size
 */
export async function loadJwksUrl(url: string, options: JwksUrlOptions): Promise<IssuerKeys> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await options.fetch(url, {
      redirect: 'error',
      signal: AbortSignal.any([options.signal, timeout]),
      headers: { accept: 'application/json, application/jwk-set+json' },
    });
    const text = response.status === 200 ? await readText(response) : await discard(response);
    return readIssuerKeys(text, 'url');
  } catch (error) {
    if (error instanceof KeysUnavailableError) throw error;
    if (timeout.aborted) throw new KeysUnavailableError('the JWKS endpoint did not answer in time');
    // Neither the address nor the answer is passed on: the one may hold a secret, the other anything.
    throw new KeysUnavailableError(`the JWKS endpoint could not be read (${faultOf(error)})`);
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Counted as it arrives: a Content-Length need not be there, nor be true.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_JWKS_BYTES) throw new KeysUnavailableError(`the JWKS is larger than ${MAX_JWKS_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function discard(response: Response): Promise<never> {
  await response.body?.cancel();
  throw new KeysUnavailableError(`the JWKS endpoint answered ${response.status}`);
}

/** The system's error code where the network failed, e.g. ECONNREFUSED; else what kind of error it was. */
function faultOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return 'unknown reason';
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.name;
}
