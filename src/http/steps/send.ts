import type { ServerResponse } from 'node:http';
import { ERROR_CATALOGUE, type GatewayError } from '../../errors/index.js';
import type { Exchange } from '../exchange.js';
import { challenge } from './challenge.js';
import { commonHeaders, setCommonHeaders } from './common-headers.js';
import { negotiateResult } from './media-type.js';

/** Answers with a text of a media type, at once and whole, under the headers that were set. */
export function send(res: ServerResponse, status: number, mediaType: string, text: string): void {
  const body = encoded(text);
  res.statusCode = status;
  res.setHeader('Content-Type', `${mediaType}; charset=utf-8`);
  res.setHeader('Content-Length', body.length);
  res.end(body, 'latin1');
}

/** The same with the headers that every answer carries, whether or not they were set. */
export function sendWhole(exchange: Exchange, status: number, mediaType: string, text: string): void {
  const body = encoded(text);
  const head = commonHeaders(exchange);
  head.push('Content-Type', `${mediaType}; charset=utf-8`, 'Content-Length', String(body.length));
  exchange.res.writeHead(status, head);
  exchange.res.end(body, 'latin1');
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  send(res, status, 'application/json', JSON.stringify(value));
}

/** Refuses a whole request: the status of the code, and a GraphQL error body. */
export function sendRefusal(exchange: Exchange, error: GatewayError): void {
  const { req, res, facts } = exchange;
  setCommonHeaders(exchange);
  const internal = error.code === 'INTERNAL_SERVER_ERROR';
  if (error.status === 401) res.setHeader('WWW-Authenticate', challenge(error, req));
  if (error.status === 503 || error.status === 429) res.setHeader('Retry-After', '1');
  // The rest of a body that nobody will read must not be taken for the next request.
  if (!req.complete) res.setHeader('Connection', 'close');
  const mediaType = negotiateResult(req.headers.accept)?.mediaType ?? 'application/json';
  const message = internal ? ERROR_CATALOGUE.INTERNAL_SERVER_ERROR.sentence : error.message;
  const extensions = internal ? { code: error.code, requestId: facts.id } : error.extensions;
  send(res, error.status, mediaType, JSON.stringify({ errors: [{ message, extensions }] }));
}

/**
 * A text as it is to be sent: as it is where it is ASCII, of which each character is a byte, and head and body leave as one
 * text; else encoded once, since to count the bytes of a text is to walk through it, as encoding it is. Half of a surrogate pair
 * becomes U+FFFD.
 */
function encoded(text: string): string | Buffer {
  return Buffer.byteLength(text, 'utf8') === text.length ? text : Buffer.from(text, 'utf8');
}
