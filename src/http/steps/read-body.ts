import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The body as text; see {@link receiveBody}. @throws GatewayError as that gives it */
export function readBody(req: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    receiveBody(req, limit, (body) => (typeof body === 'string' ? resolve(body) : reject(body)));
  });
}

/**
 * Gives the body as text once it is there, or else why not: PAYLOAD_TOO_LARGE; BAD_USER_INPUT where it is compressed, not UTF-8
 * or does not come to its end. Never throws; calls `done` once, at once or later, which must not throw.
 * @param limit bytes at most.
 */
export function receiveBody(req: IncomingMessage, limit: number, done: (body: string | GatewayError) => void): void {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    done(new GatewayError('BAD_USER_INPUT', { message: 'Compressed request bodies are not supported.' }));
    return;
  }
  const declared = Number(req.headers['content-length'] ?? 0);
  if (declared > limit) {
    done(tooLarge(limit));
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;

  function conclude(body: string | GatewayError): void {
    if (over) return;
    over = true;
    chunks.length = 0;
    done(body);
  }
  function take(chunk: Buffer): void {
    size += chunk.length;
    if (size <= limit) {
      chunks.push(chunk);
      return;
    }
    // By events: to leave an asynchronous iteration early would destroy the connection, and with it the refusal.
    req.off('data', take);
    req.pause();
    conclude(tooLarge(limit));
  }
  function cutShort(): void {
    // Every request is closed in the end; an error that nobody gets would cost as much as a tenth of a request.
    if (!over) conclude(badRequest('The body did not come to its end.'));
  }

  // The listeners stay: the rest of a body that nobody reads may still fail.
  req.on('data', take);
  req.on('end', () => conclude(decode(chunks)));
  req.on('close', cutShort);
  req.on('error', cutShort);
}

function decode(chunks: readonly Buffer[]): string | GatewayError {
  try {
    // Small bodies come in one piece.
    return UTF8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  } catch {
    return badRequest('The body is not UTF-8 text.');
  }
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError('PAYLOAD_TOO_LARGE', { extensions: { limitBytes: limit } });
}

function badRequest(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message });
}

/** The JSON value of a body. @throws GatewayError BAD_USER_INPUT */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}
