import type { ServerResponse } from 'node:http';
import { ERROR_CATALOGUE, type GatewayError } from '../../errors/index.js';
import type { Exchange } from '../exchange.js';
import { negotiateResult } from './media-type.js';

/** Answers with a text of a media type, at once and whole. */
export function send(res: ServerResponse, status: number, mediaType: string, text: string): void {
  // Encoded once: to count the bytes of a long text is to walk through it, as encoding it is.
  const bytes = Buffer.from(text, 'utf8');
  res.statusCode = status;
  res.setHeader('Content-Type', `${mediaType}; charset=utf-8`);
  res.setHeader('Content-Length', bytes.length);
  res.end(bytes);
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  send(res, status, 'application/json', JSON.stringify(value));
}

/** Refuses a whole request: the status of the code, and a GraphQL error body. */
export function sendRefusal({ req, res, facts }: Exchange, error: GatewayError): void {
  const internal = error.code === 'INTERNAL_SERVER_ERROR';
  if (error.status === 401) res.setHeader('WWW-Authenticate', challenge(error));
  if (error.status === 503) res.setHeader('Retry-After', '1');
  // The rest of a body that nobody will read must not be taken for the next request.
  if (!req.complete) res.setHeader('Connection', 'close');
  const mediaType = negotiateResult(req.headers.accept)?.mediaType ?? 'application/json';
  const message = internal ? ERROR_CATALOGUE.INTERNAL_SERVER_ERROR.sentence : error.message;
  const extensions = internal ? { code: error.code, requestId: facts.id } : error.extensions;
  send(res, error.status, mediaType, JSON.stringify({ errors: [{ message, extensions }] }));
}

/** RFC 6750 §3.1: whoever sent no credential is told only which kind to send. */
function challenge({ code }: GatewayError): string {
  return code === 'UNAUTHENTICATED' ? 'Bearer' : 'Bearer error="invalid_token"';
}
