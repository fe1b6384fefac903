import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as text.
 * @param limit bytes at most.
 * @throws GatewayError PAYLOAD_TOO_LARGE; BAD_USER_INPUT where it is compressed or not UTF-8.
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<string> {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError('BAD_USER_INPUT', { message: 'Compressed request bodies are not supported.' });
  }
  const declared = Number(req.headers['content-length'] ?? 0);
  if (declared > limit) throw new GatewayError('PAYLOAD_TOO_LARGE', { extensions: { limitBytes: limit } });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new GatewayError('PAYLOAD_TOO_LARGE', { extensions: { limitBytes: limit } });
    chunks.push(chunk);
  }
  try {
    return UTF8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  } catch {
    throw new GatewayError('BAD_USER_INPUT', { message: 'The body is not UTF-8 text.' });
  }
}

/** The JSON value of a body. @throws GatewayError BAD_USER_INPUT */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GatewayError('BAD_USER_INPUT', { message: 'The body is not valid JSON.' });
  }
}
