import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { type HttpAnswer, headerOf } from './exchange.js';
import { loggableCode, UpstreamFailure } from './upstream-failure.js';

/** What may come back compressed. */
export const ACCEPTED_ENCODINGS = 'br, gzip';

const DECODERS = new Map([
  ['br', promisify(brotliDecompress)],
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
]);

/**
 * The body as it was before it was compressed.
 * @param maxBytes of what comes out: a few kilobytes can be made to grow without end.
 * @throws UpstreamFailure
 */
export async function decodedBody(upstream: string, answer: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const { status, body } = answer;
  const encoding = headerOf(answer.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return body;
  const decode = DECODERS.get(encoding);
  if (decode === undefined) throw new UpstreamFailure(upstream, 'malformed', { code: 'CONTENT_ENCODING', status });
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (error) {
    const code = loggableCode(error);
    throw new UpstreamFailure(upstream, code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'malformed', { code, status });
  }
}
