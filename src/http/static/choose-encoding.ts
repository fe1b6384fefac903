import { ENCODINGS, type Encoding } from './read-files.js';

/**
 * The encoding to answer with (RFC 9110 §12.5.3): of those the client takes and the file has, the one it likes best, and among
 * equals the smallest. `identity` where nothing else will do: a client is better served with what it can read than with a 406.
 */
export function chooseEncoding(acceptEncoding: string | undefined, has: (encoding: Encoding) => boolean): Encoding {
  if (acceptEncoding === undefined) return 'identity';
  const qualities = readQualities(acceptEncoding);
  let best: { readonly encoding: Encoding; readonly quality: number } = { encoding: 'identity', quality: 0 };
  for (const encoding of ENCODINGS) {
    const quality = qualities.get(encoding) ?? (encoding === 'identity' ? 0 : (qualities.get('*') ?? 0));
    if (has(encoding) && quality > best.quality) best = { encoding, quality };
  }
  return best.encoding;
}

function readQualities(acceptEncoding: string): ReadonlyMap<string, number> {
  return new Map(
    acceptEncoding.split(',').map((part): [string, number] => {
      const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
      return [coding === 'x-gzip' ? 'gzip' : coding, Number.isFinite(quality) ? quality : 0];
    }),
  );
}
