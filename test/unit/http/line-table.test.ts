import fc from 'fast-check';
import { GraphQLError, getLocation, Source } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LineTable, withoutLines } from '../../../src/http/graphql/line-table.js';
import { SEED } from '../../support/seeded-random.js';

describe('where something stands in a text', () => {
  it(`is what graphql-js says, at every position of any text (TEST_SEED=${SEED})`, () => {
    const part = fc.constantFrom('\n', '\r', '\r\n', 'a', '{ b }', '\u2028', '"""', '\n\r', ' ');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const source = new Source(parts.join(''));
        const lines = new LineTable(source.body);
        for (let at = 0; at <= source.body.length; at += 1) expect(lines.locate(at)).toEqual(getLocation(source, at));
      }),
      { seed: SEED },
    );
  });

  it('is not looked for while errors are made, and the text is there again afterwards, however that ends', () => {
    const source = new Source('a\nb\nc');
    const error = withoutLines(source, () => new GraphQLError('no', { source, positions: [4] }));
    expect(error.locations).toEqual([{ line: 1, column: 5 }]);
    expect(() =>
      withoutLines(source, () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(source.body).toBe('a\nb\nc');
  });
});
