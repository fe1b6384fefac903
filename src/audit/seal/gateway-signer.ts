import { sign, verify } from 'node:crypto';
import type { Keyring, VerifyKey } from '../../tokens/index.js';

/** The gateway's long-lived key, as the audit trail uses it: it vouches for chain keys and signs seals. */
export interface GatewaySigner {
  /** Of the key that signs now; it may be another one the next time. With `algorithm` and `sign`, read at once. */
  readonly kid: string;
  readonly algorithm: string;
  sign(statement: Uint8Array): Buffer;
  /** Whether one of the gateway's keys, past ones included, made this signature. Unknown keys and algorithms: no. */
  verify(kid: string, algorithm: string, statement: Uint8Array, signature: Uint8Array): boolean;
}

export function createGatewaySigner(keyring: Keyring): GatewaySigner {
  return {
    get kid() {
      return keyring.kid;
    },
    get algorithm() {
      return keyring.algorithm;
    },
    sign: (statement) => sign(digestOf(keyring.algorithm), statement, keyring.signingKey),
    verify(kid, algorithm, statement, signature) {
      const known: VerifyKey | undefined = keyring.trailKeys.get(kid);
      // The key says how it is used; what the record says of it must agree.
      if (known === undefined || known.algorithm !== algorithm) return false;
      return verify(digestOf(known.algorithm), statement, known.key, signature);
    },
  };
}

/** Ed25519 hashes by itself (RFC 8032); RS256 is RSASSA-PKCS1-v1_5 over SHA-256 (RFC 7518 §3.3). */
function digestOf(algorithm: string): 'sha256' | null {
  return algorithm === 'RS256' ? 'sha256' : null;
}
