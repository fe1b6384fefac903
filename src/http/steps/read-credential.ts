import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';
import type { Credential } from '../../identity/index.js';
import { proofRefusal } from '../../tokens/index.js';
import { howOftenSent } from './how-often-sent.js';

/** RFC 6750 §2.1: the scheme in any case, one space or more, the token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
/** RFC 9449 §7.1: the same of the other scheme. */
const DPOP = /^dpop +([A-Za-z0-9\-._~+/]+=*)$/i;

/** A token, and the scheme by which it was sent. */
export interface Authorization {
  readonly token: string;
  /** Whether the scheme promises a proof of the sender's key. */
  readonly isProven: boolean;
}

/** What was read of requests whose proof counts once, however often it is asked for. */
const presented = new WeakMap<IncomingMessage, Credential>();

/**
 * The credential of a request: a bearer token, or a token with a proof of its sender's key; null where it carries none at all. Asked
 * again, it gives the very same.
 * @throws GatewayError TOKEN_INVALID where there is a credential that is not one of these, once: it must not pass as none.
 */
export function readCredential(req: IncomingMessage): Credential | null {
  const header = req.headers.authorization;
  if (header === undefined) return nothing(req);
  // Most credentials are bearer tokens: nothing more is looked at than was ever.
  const bearer = BEARER.exec(header.trim())?.[1];
  if (bearer !== undefined) {
    checkSentOnce(req);
    return bearer;
  }
  const known = presented.get(req);
  if (known !== undefined) return known;
  checkSentOnce(req);
  const { token } = parseAuthorization(header);
  const credential = withProof(token, readProof(req), req);
  presented.set(req, credential);
  return credential;
}

/** What stands in an Authorization header; null where there is none. @throws GatewayError TOKEN_INVALID */
export function readAuthorization(req: IncomingMessage): Authorization | null {
  const header = req.headers.authorization;
  if (header === undefined) return null;
  checkSentOnce(req);
  return parseAuthorization(header);
}

/** `Bearer <token>` or `DPoP <token>`. @throws GatewayError TOKEN_INVALID for any other text. */
export function parseAuthorization(header: string): Authorization {
  const text = header.trim();
  const bearer = BEARER.exec(text)?.[1];
  if (bearer !== undefined) return { token: bearer, isProven: false };
  const token = DPOP.exec(text)?.[1];
  if (token === undefined) throw new GatewayError('TOKEN_INVALID', { cause: 'not a bearer credential' });
  return { token, isProven: true };
}

/** The proof in the DPoP header; null where there is none. @throws GatewayError TOKEN_INVALID where there are several */
export function readProof(req: IncomingMessage): string | null {
  const { dpop } = req.headers;
  if (dpop === undefined) return null;
  if (typeof dpop !== 'string' || howOftenSent('dpop', req.rawHeaders) > 1) throw proofRefusal('several');
  return dpop.trim();
}

/** A token with the proof for this request. @throws GatewayError TOKEN_INVALID where there is no proof */
export function withProof(token: string, proof: string | null, { method = '', url = '' }: IncomingMessage): Credential {
  if (proof === null) throw proofRefusal('missing');
  const query = url.indexOf('?');
  return { token, proof, method, path: query === -1 ? url : url.slice(0, query) };
}

/** A proof is half of a credential: alone it is not none. @throws GatewayError TOKEN_INVALID */
function nothing(req: IncomingMessage): null {
  if (req.headers.dpop !== undefined) throw proofRefusal('alone');
  return null;
}

function checkSentOnce(req: IncomingMessage): void {
  if (howOftenSent('authorization', req.rawHeaders) > 1)
    throw new GatewayError('TOKEN_INVALID', { cause: 'several Authorization headers' });
}
