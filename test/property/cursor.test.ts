import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../resolvers/cursor.js';
import { GatewayError } from '../../src/errors/index.js';
import { SEED } from '../support/seeded-random.js';

const RUNS = { seed: SEED, numRuns: 3_000 };
console.log(`cursor: TEST_SEED=${SEED}`);
const kind = fc.constantFrom('event', 'session', 'user');
const id = fc
  .oneof(
    fc.uuid(),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 250 }),
  )
  .filter((text) => text.isWellFormed());
const at = fc.maxSafeNat();

describe('a cursor', () => {
  it('comes back as it was made, in its own list alone', () => {
    fc.assert(
      fc.property(kind, kind, id, at, (made, asked, id, at) => {
        const cursor = encodeCursor(made, { at, id });
        if (made === asked) expect(decodeCursor(asked, 'after', cursor)).toEqual({ at, id });
        else expect(() => decodeCursor(asked, 'after', cursor)).toThrow(GatewayError);
      }),
      RUNS,
    );
  });

  it('that nobody here has made is refused, and never throws otherwise', () => {
    const anyCursor = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.base64String({ maxLength: 100 }),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(`event:${text}`).toString('base64url')),
    );
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        try {
          const key = decodeCursor('event', 'after', cursor);
          expect(encodeCursor('event', key)).toBe(cursor);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT', extensions: { field: 'after' } });
        }
      }),
      RUNS,
    );
  });
});
