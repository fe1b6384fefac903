import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';
import type { Credential } from '../../identity/index.js';
import { proofRefusal } from '../../tokens/index.js';
import {
  type Authorization,
  parseAuthorization,
  readAuthorization,
  readProof,
  withProof,
} from '../steps/read-credential.js';

type Params = Readonly<Record<string, unknown>> | undefined;

/**
 * The credential of a connection: `connectionParams.authorization`, or the header; its proof `connectionParams.dpop`, or the header. Where
 * both are sent they must agree, or whoever put one in front of the other would decide who is in effect. The proof is one for the request
 * that opened the connection, and counts for as long as it is open.
 * @throws GatewayError TOKEN_INVALID
 */
export function connectionCredential(request: IncomingMessage, params: Params): Credential | null {
  const authorization = agreed([readAuthorization(request), ...sent(params)]);
  const proofs = [readProof(request), ...sentProofs(params)].filter((proof) => proof !== null);
  if (authorization === null) {
    // Half of a credential: it is not none.
    if (proofs.length > 0) throw proofRefusal('alone');
    return null;
  }
  if (!authorization.isProven) return authorization.token;
  const [proof = null, ...others] = new Set(proofs);
  if (others.length > 0) throw proofRefusal('several');
  return withProof(authorization.token, proof, request);
}

/** The one of them that there is. */
function agreed(found: readonly (Authorization | null)[]): Authorization | null {
  const [first = null, ...others] = found.filter((each) => each !== null);
  if (others.some(({ token, isProven }) => token !== first?.token || isProven !== first.isProven))
    throw new GatewayError('TOKEN_INVALID', { cause: 'two credentials' });
  return first;
}

function sent(params: Params): Authorization[] {
  return valuesOf(params, 'authorization').map((value) => {
    if (typeof value !== 'string') throw new GatewayError('TOKEN_INVALID', { cause: 'authorization is not a string' });
    // A token without a scheme is one without a proof.
    return parseAuthorization(value.includes(' ') ? value : `Bearer ${value}`);
  });
}

function sentProofs(params: Params): string[] {
  return valuesOf(params, 'dpop').map((value) => {
    if (typeof value !== 'string') throw proofRefusal('malformed');
    return value.trim();
  });
}

/**
 * What is sent by a name in any case, as header names are: a credential by a spelling that is not known would pass for none, and who
 * the header names, an actor maybe, would be in effect in place of whom the client means.
 */
function valuesOf(params: Params, name: string): unknown[] {
  return Object.entries(params ?? {}).flatMap(([key, value]) =>
    value != null && key.toLowerCase() === name ? [value] : [],
  );
}
