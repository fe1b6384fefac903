import type { JsonObject } from './compact-token.js';
import { member } from './compact-token.js';

/**
 * What this gateway signs with. `EdDSA` means Ed25519 (RFC 8037); `RS256` is for SDKs that verify nothing else.
 */
export const SIGNING_ALGORITHMS = ['EdDSA', 'RS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** The signing algorithm a JWK is of by its type and curve; null where it is of none. */
export function algorithmOfKey(jwk: JsonObject): SigningAlgorithm | null {
  const kty = member(jwk, 'kty');
  if (kty === 'RSA') return 'RS256';
  return kty === 'OKP' && member(jwk, 'crv') === 'Ed25519' ? 'EdDSA' : null;
}
