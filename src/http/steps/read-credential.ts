import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';

/** RFC 6750 §2.1: the scheme in any case, one space or more, the token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The bearer token of a request; null where it carries no credential at all.
 * @throws GatewayError TOKEN_INVALID where there is a credential that is not one bearer token: it must not pass as none.
 */
export function readCredential(req: IncomingMessage): string | null {
  const header = req.headers.authorization;
  if (header === undefined) return null;
  // Node keeps the first of several and drops the rest; a proxy may have judged another one.
  if (countOf(AUTHORIZATION, req.rawHeaders) > 1)
    throw new GatewayError('TOKEN_INVALID', { cause: 'several Authorization headers' });
  return parseBearer(header);
}

const AUTHORIZATION = 'authorization';

/** How often a header was sent. @param rawHeaders each name and behind it its value, as Node gives them */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] as string;
    if (sent.length === name.length && sent.toLowerCase() === name) count += 1;
  }
  return count;
}

/** The token of `Bearer <token>`. @throws GatewayError TOKEN_INVALID for any other text. */
export function parseBearer(header: string): string {
  const token = BEARER.exec(header.trim())?.[1];
  if (token === undefined) throw new GatewayError('TOKEN_INVALID', { cause: 'not a bearer credential' });
  return token;
}
