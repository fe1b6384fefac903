import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';
import { howOftenSent } from './how-often-sent.js';

/** RFC 6750 §2.1: the scheme in any case, one space or more, the token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The bearer token of a request; null where it carries no credential at all.
 * @throws GatewayError TOKEN_INVALID where there is a credential that is not one bearer token: it must not pass as none.
 */
export function readCredential(req: IncomingMessage): string | null {
  const header = req.headers.authorization;
  if (header === undefined) return null;
  if (howOftenSent('authorization', req.rawHeaders) > 1)
    throw new GatewayError('TOKEN_INVALID', { cause: 'several Authorization headers' });
  return parseBearer(header);
}

/** The token of `Bearer <token>`. @throws GatewayError TOKEN_INVALID for any other text. */
export function parseBearer(header: string): string {
  const token = BEARER.exec(header.trim())?.[1];
  if (token === undefined) throw new GatewayError('TOKEN_INVALID', { cause: 'not a bearer credential' });
  return token;
}
