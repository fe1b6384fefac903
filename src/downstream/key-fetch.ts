/** How soon after a reading that failed there is another, milliseconds: nobody makes this service ask more often by asking it. */
const PAUSE_MS = 1_000;
/** Keys of a gateway take a few thousand bytes. */
const MAX_BYTES = 262_144;

/**
 * A `fetch` for the keys that gives up an answer without an end, and that after a failure fails at once for a second: else each request
 * with a key that nobody knows would be another one to a gateway that is in trouble already.
 */
export function createKeyFetch(fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  let failedAt: number | null = null;

  return async (input, init) => {
    if (failedAt !== null && performance.now() - failedAt < PAUSE_MS)
      throw new TypeError('The keys could not be read just now.');
    try {
      const response = await fetch(input, init);
      if (response.status !== 200) throw new TypeError('The keys were answered with another status.');
      const keys = await readKeys(response);
      failedAt = null;
      return Response.json(keys);
    } catch (error) {
      failedAt = performance.now();
      throw error;
    }
  };
}

/** The whole answer, which has to be JSON with a list of keys, of a size that keys have. */
async function readKeys(response: Response): Promise<object> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // Where the loop is left, the rest is not read.
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > MAX_BYTES) throw new TypeError('The keys have no end.');
    parts.push(part);
  }
  const keys: unknown = JSON.parse(await new Blob(parts).text());
  if (typeof keys !== 'object' || keys === null || !('keys' in keys))
    throw new TypeError('There are no keys in the answer.');
  return keys;
}
