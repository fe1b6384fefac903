import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type DeclaredListSize, mergeDeclaredCosts, readDeclaredCost } from '../../../directives/declared-cost.js';
import { type DirectiveUse, usesOn } from '../../../directives/directive-use.js';

const size = (more: Partial<DeclaredListSize> = {}): DeclaredListSize => ({
  assumedSize: null,
  slicingArguments: [],
  sizedFields: [],
  requireOneSlicingArgument: true,
  ...more,
});

/** What SDL declares at a field. */
function written(directives: string) {
  const [astNode] = parse(`scalar X ${directives}`).definitions;
  return readDeclaredCost(usesOn({ astNode }));
}
/** What `extensions.directives` of a schema written in code declares. */
const coded = (name: string, args: Record<string, unknown>) => {
  const use: DirectiveUse = { name, args: new Map(Object.entries(args)) };
  return readDeclaredCost([use]);
};

describe('a declared weight', () => {
  it.each([
    ['0', 0],
    ['2', 2],
    ['2.5', 2.5],
    ['"2.5"', 2.5],
    ['" 3 "', 3],
    ['1000000000', 1_000_000_000],
  ])('is read: %s', (weight, expected) => {
    expect(written(`@cost(weight: ${weight})`)).toEqual({ weight: expected, listSize: null });
  });

  it.each(['""', '" "', '"x"', '"-1"', '-1', '1000000001', '"1e999"', 'true', 'null', 'ONE', '[1]', '{a: 1}', '"NaN"'])(
    'is refused: %s',
    (weight) => {
      expect(written(`@cost(weight: ${weight})`)).toBe('@cost needs a `weight` that is a number, 0 or more');
    },
  );

  it('is read from code too, as a number or a text, and nothing else', () => {
    expect([coded('cost', { weight: 0 }), coded('cost', { weight: '7' })]).toMatchObject([
      { weight: 0 },
      { weight: 7 },
    ]);
    for (const weight of [undefined, null, true, {}, [], [7], Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      expect(coded('cost', { weight })).toMatch(/^@cost needs/);
    }
  });

  it('is the largest where there are several, and none where there is none', () => {
    expect(written('@cost(weight: 2) @cost(weight: 5) @cost(weight: 3)')).toMatchObject({ weight: 5 });
    expect(written('@deprecated')).toBeNull();
  });
});

describe('a declared size of a list', () => {
  it('is read as it is written', () => {
    expect(
      written(
        '@listSize(assumedSize: 0, slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)',
      ),
    ).toEqual({
      weight: null,
      listSize: {
        assumedSize: 0,
        slicingArguments: ['first', 'last'],
        sizedFields: ['edges'],
        requireOneSlicingArgument: false,
      },
    });
  });

  it('says what is not said by null as by silence', () => {
    const expected = { listSize: size({ assumedSize: 5 }) };
    expect(written('@listSize(assumedSize: 5)')).toMatchObject(expected);
    expect(
      written('@listSize(assumedSize: 5, slicingArguments: null, sizedFields: null, requireOneSlicingArgument: null)'),
    ).toMatchObject(expected);
    expect(written('@listSize(assumedSize: null, slicingArguments: ["first"])')).toMatchObject({
      listSize: size({ slicingArguments: ['first'] }),
    });
  });

  it.each([
    ['an `assumedSize` that is a whole number', 'assumedSize: 1.5'],
    ['an `assumedSize` that is a whole number', 'assumedSize: MANY'],
    ['`slicingArguments` that are a list of names', 'assumedSize: 1, slicingArguments: "first"'],
    ['`slicingArguments` that are a list of names', 'slicingArguments: [1]'],
    ['`slicingArguments` that are a list of names', 'slicingArguments: ["first", null]'],
    ['`slicingArguments` that are a list of names', 'slicingArguments: [true, "first"]'],
    ['`sizedFields` that are a list of names', 'assumedSize: 1, sizedFields: "edges"'],
    ['`sizedFields` that are a list of names', 'assumedSize: 1, sizedFields: ["edges", 2]'],
    ['a `requireOneSlicingArgument` that is true or false', 'assumedSize: 1, requireOneSlicingArgument: "false"'],
    ['a `requireOneSlicingArgument` that is true or false', 'assumedSize: 1, requireOneSlicingArgument: 0'],
  ])('needs %s: %s', (what, args) => {
    expect(written(`@listSize(${args})`)).toContain(`@listSize needs ${what}`);
  });

  it('is read from code too', () => {
    const said = { assumedSize: 3, slicingArguments: ['first'], sizedFields: [], requireOneSlicingArgument: false };
    expect(coded('listSize', said)).toEqual({ weight: null, listSize: said });
    expect(coded('listSize', { assumedSize: 3, sizedFields: {} })).toContain('`sizedFields`');
  });
});

describe('of two that declare the cost of one element', () => {
  it('the larger weight counts, and one counts where the other says nothing', () => {
    const weight = (one: number | null, other: number | null) =>
      mergeDeclaredCosts({ weight: one, listSize: null }, { weight: other, listSize: null }).weight;
    expect([weight(1, 2), weight(2, 1), weight(null, 3), weight(3, null), weight(0, null)]).toEqual([2, 2, 3, 3, 0]);
    expect(weight(null, null)).toBeNull();
  });

  it('the larger size counts, by the arguments and for the fields of both', () => {
    const merge = (one: DeclaredListSize | null, other: DeclaredListSize | null) =>
      mergeDeclaredCosts({ weight: null, listSize: one }, { weight: null, listSize: other }).listSize;
    const one = size({ assumedSize: 5, slicingArguments: ['first'], sizedFields: ['edges'] });
    const other = size({ assumedSize: 9, slicingArguments: ['first', 'last'], sizedFields: ['nodes'] });
    expect(merge(one, other)).toEqual({
      assumedSize: 9,
      slicingArguments: ['first', 'last'],
      sizedFields: ['edges', 'nodes'],
      requireOneSlicingArgument: true,
    });
    expect([merge(one, null), merge(null, other), merge(null, null)]).toEqual([one, other, null]);
  });

  it('one slicing argument is demanded only where both demand it', () => {
    const merge = (one: boolean, other: boolean) =>
      mergeDeclaredCosts(
        { weight: null, listSize: size({ requireOneSlicingArgument: one }) },
        { weight: null, listSize: size({ requireOneSlicingArgument: other }) },
      ).listSize?.requireOneSlicingArgument;
    expect([merge(true, true), merge(true, false), merge(false, true), merge(false, false)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
