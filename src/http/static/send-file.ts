import type { Exchange } from '../exchange.js';
import { chooseEncoding } from './choose-encoding.js';
import type { StaticFile } from './read-files.js';

/**
 * Answers with a file: 200, or 304 where the client has this very representation.
 * @param cacheControl for how long it may be kept.
 */
export function sendFile({ req, res }: Exchange, file: StaticFile, cacheControl: string): void {
  const { representations } = file;
  const encoding = chooseEncoding(req.headers['accept-encoding'], (one) => representations.has(one));
  const chosen = representations.get(encoding);
  if (chosen === undefined) throw new Error('a static file has no bytes');
  res.setHeader('Cache-Control', cacheControl);
  res.setHeader('ETag', chosen.etag);
  res.appendHeader('Vary', 'Accept-Encoding');
  if (isKnown(req.headers['if-none-match'], chosen.etag)) {
    res.statusCode = 304;
    res.end();
    return;
  }
  res.setHeader('Content-Type', file.mediaType);
  if (encoding !== 'identity') res.setHeader('Content-Encoding', encoding);
  res.setHeader('Content-Length', chosen.bytes.length);
  res.end(chosen.bytes);
}

/** `If-None-Match` compares weakly (RFC 9110 §13.1.2): proxies mark what they have re-encoded. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return (
    ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === etag)
  );
}
