import { createJwksFileLoader } from './jwks-file.js';
import { JWKS_TIMEOUT_MS, loadJwksUrl } from './jwks-url.js';
import { jwksSourceOf, type TrustedIssuer } from './trusted-issuer.js';

/**
 * Reads an issuer's keys once, as verification would.
 * @returns how many can be used, and why others cannot
 * @throws KeysUnavailableError where they cannot be had; TrustedIssuerError
 */
export async function probeIssuerKeys(
  trusted: TrustedIssuer,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<{ readonly usable: number; readonly faults: readonly string[] }> {
  const source = jwksSourceOf(trusted);
  const signal = AbortSignal.timeout(JWKS_TIMEOUT_MS);
  return source.kind === 'file'
    ? createJwksFileLoader(source.path)(null)
    : loadJwksUrl(source.url, { fetch, signal, timeoutMs: JWKS_TIMEOUT_MS });
}
