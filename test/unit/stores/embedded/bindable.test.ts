import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bindable,
  lookupBindables,
  RefusedValueError,
  rowLimit,
  writeBindables,
} from '../../../../src/stores/embedded/bindable.js';
import { SEED } from '../../../support/seeded-random.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

describe('what reaches libsql', () => {
  it('is text, a finite number, a 64-bit integer, null or bytes, unchanged', () => {
    for (const value of ['', 'text', 'a\0b', '😀', 0, -1.5, 2 ** 53, 1n, 2n ** 63n - 1n, -(2n ** 63n), null]) {
      expect(bindable(value)).toBe(value);
    }
    expect(Object.is(bindable(-0), 0)).toBe(true);
  });

  it('takes the bytes of a view, not of the buffer behind it, and copies nothing', () => {
    const bytes = Uint8Array.from([1, 2, 3, 4, 5]);
    const bound = bindable(bytes.subarray(1, 4));
    expect(bound).toEqual(Buffer.from([2, 3, 4]));
    bytes[2] = 9;
    expect(bound).toEqual(Buffer.from([2, 9, 4]));
  });

  const refused: [string, unknown][] = [
    ['undefined', undefined],
    ['true', true],
    ['false', false],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['an integer of 65 bits', 2n ** 63n],
    ['a date', new Date(0)],
    ['an object', { a: 1 }],
    ['an array', ['a']],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a typed array of other elements', new Float64Array(2)],
    ['an object that poses as bytes', Object.create(Uint8Array.prototype)],
    ['a boxed string', Object('text')],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udc00'],
  ];
  for (const [name, value] of refused) {
    it(`is never ${name}`, () => {
      expect(() => bindable(value)).toThrow(RefusedValueError);
      expect(() => writeBindables(['a', value])).toThrow(RefusedValueError);
    });
  }

  it('holds nothing of the value in the error', () => {
    expect(() => bindable({ password: 'hunter2' })).toThrow(/^a value of type object cannot be stored$/);
  });

  it('is NULL, which equals nothing, where text is looked for that cannot have been stored', () => {
    expect(lookupBindables(['a', '\ud800', 1])).toEqual(['a', null, 1]);
    expect(() => lookupBindables([true])).toThrow(RefusedValueError);
  });

  it(`survives anything at all being bound (TEST_SEED=${SEED})`, async () => {
    const directory = temporaryDirectory();
    await openStore(directory);
    const echo = openFile(directory).prepare('SELECT CAST(? AS BLOB), typeof(?)').raw();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
          fc.string({ unit: 'binary' }),
        ),
        (value) => {
          let bound: ReturnType<typeof bindable>;
          try {
            bound = bindable(value);
          } catch (error) {
            expect(error).toBeInstanceOf(RefusedValueError);
            return;
          }
          const [[bytes, type]] = echo.all([bound, bound]) as [[Buffer | null, string]];
          if (typeof bound === 'string') expect([bytes?.toString('utf8'), type]).toEqual([bound, 'text']);
          else if (bound === null) expect([bytes, type]).toEqual([null, 'null']);
          else if (Buffer.isBuffer(bound)) expect([bytes?.equals(bound), type]).toEqual([true, 'blob']);
          else expect(['integer', 'real']).toContain(type);
        },
      ),
      { seed: SEED, numRuns: 3_000 },
    );
  });
});

describe('a limit', () => {
  it('is a whole number from 0 up; SQLite would take a negative one as none', () => {
    expect([0, 1, 500].map(rowLimit)).toEqual([0, 1, 500]);
    for (const limit of [-1, -2, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => rowLimit(limit)).toThrow(RefusedValueError);
    }
  });
});
