import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors/index.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as text.
 * @param limit bytes at most.
 * @throws GatewayError PAYLOAD_TOO_LARGE; BAD_USER_INPUT where it is compressed, not UTF-8 or does not come to its end.
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<string> {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError('BAD_USER_INPUT', { message: 'Compressed request bodies are not supported.' });
  }
  const declared = Number(req.headers['content-length'] ?? 0);
  if (declared > limit) throw new GatewayError('PAYLOAD_TOO_LARGE', { extensions: { limitBytes: limit } });
  const bytes = await collect(req, limit);
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new GatewayError('BAD_USER_INPUT', { message: 'The body is not UTF-8 text.' });
  }
}

/** By events: to leave an asynchronous iteration early would destroy the connection, and with it the refusal. */
function collect(req: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;

    function stopListening(): void {
      req.off('data', take).off('end', end).off('close', cutShort);
    }
    function take(chunk: Buffer): void {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      stopListening();
      req.pause();
      reject(new GatewayError('PAYLOAD_TOO_LARGE', { extensions: { limitBytes: limit } }));
    }
    function end(): void {
      stopListening();
      resolve(Buffer.concat(chunks));
    }
    function cutShort(): void {
      stopListening();
      reject(new GatewayError('BAD_USER_INPUT', { message: 'The body did not come to its end.' }));
    }

    // The listener for errors stays: the rest of a body that nobody reads may still fail.
    req.on('data', take).on('end', end).on('close', cutShort).on('error', cutShort);
  });
}

/** The JSON value of a body. @throws GatewayError BAD_USER_INPUT */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GatewayError('BAD_USER_INPUT', { message: 'The body is not valid JSON.' });
  }
}
