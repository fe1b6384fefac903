import type { IncomingMessage } from 'node:http';
import type { GatewayError } from '../../errors/index.js';
import { PROOF_ALGORITHMS, proofRefusalReasonOf, refusalReasonOf } from '../../tokens/index.js';

const ALGORITHMS = `algs="${PROOF_ALGORITHMS.join(' ')}"`;
const BY_DPOP = /^\s*dpop\b/i;

/**
 * What a 401 says of the credential to send. RFC 6750 §3.1: whoever sent none is told only which kind. RFC 9449 §7.1: of a token that is
 * bound to a key, or was sent as one, which scheme to use, what was wrong, and by what a proof may be signed.
 */
export function challenge(error: GatewayError, { headers }: Pick<IncomingMessage, 'headers'>): string {
  if (error.code === 'UNAUTHENTICATED') return 'Bearer';
  if (proofRefusalReasonOf(error) !== null) return `DPoP error="invalid_dpop_proof", ${ALGORITHMS}`;
  const reason = refusalReasonOf(error);
  if (reason === 'unbound') return 'Bearer error="invalid_token"';
  if (reason === 'bound' || BY_DPOP.test(headers.authorization ?? '')) {
    return `DPoP error="invalid_token", ${ALGORITHMS}`;
  }
  return 'Bearer error="invalid_token"';
}
