import { GREEN } from './schema.js';

interface Pool {
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

class Boxed {
  constructor(readonly inner: unknown) {}
  valueOf(): unknown {
    return this.inner;
  }
}

class Portable {
  constructor(readonly inner: unknown) {}
  toJSON(): unknown {
    return this.inner;
  }
}

const UNFIT = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  {},
  [],
  [1],
  Symbol('s'),
  () => 1,
  new Boxed({}),
  Object.create(null),
];

const ODD_TEXTS = ['', 'plain', 'q"uote', 'back\\slash', 'line\nbreak', '\u0000\u007f', '\u2028\u2029', '\ud83d\ude00'];
const TEXTS = [...ODD_TEXTS, '\ud800', 'x\udc00y', '</script>', '__proto__'];

const LEAVES: Readonly<Record<string, Pool>> = {
  Int: {
    good: [0, 1, -7, -0, 2 ** 31 - 1, -(2 ** 31), '12', true, false, 3, new Boxed(5), new Portable(6)],
    bad: [2 ** 40, -(2 ** 31) - 1, 1.5, 'x', '', 2n ** 70n, new Boxed('y'), ...UNFIT],
  },
  Float: {
    good: [0, -0, 1.5, 1e21, 1e-7, 2 ** 40, '1.25', true, new Boxed(0.1), new Portable(2)],
    bad: ['x', '', ...UNFIT],
  },
  String: {
    good: [...TEXTS, 1, 1.5, true, new Boxed('boxed'), new Portable('portable'), new String('s')],
    bad: UNFIT,
  },
  ID: { good: [...ODD_TEXTS, 5, -1, new Boxed('id'), new Portable(7)], bad: [1.5, true, ...UNFIT] },
  Boolean: { good: [true, false, 0, 1, new Boxed(true)], bad: ['true', 'x', ...UNFIT] },
  Colour: { good: [1, GREEN, 'b'], bad: ['RED', 2, {}, { shade: 'green' }, Number.NaN, true] },
  Fussy: { good: [0, 2, 'even', true, [1], { a: null }], bad: [1, 3, 'odd'] },
  Hollow: { good: [2, 'full', false, {}], bad: [0, 1] },
  Any: {
    good: [
      ...TEXTS,
      0,
      -0,
      Number.NaN,
      1e300,
      true,
      [],
      [1, [undefined, () => 1], 'x"'],
      { a: { b: [null] }, gone: undefined },
      Object.create(null, { own: { value: 1, enumerable: true } }),
      JSON.parse('{"__proto__":1,"toString":2}'),
      new Date(0),
      new Boxed(1),
      new Portable({ deep: 'x' }),
      new Map([[1, 2]]),
      new Number(4),
      new String('s"'),
      JSON.parse('{"then":"no function"}'),
    ],
    bad: [new Error('an error for a value')],
  },
};

export function leafPool(typeName: string): Pool {
  const pool = LEAVES[typeName];
  if (pool === undefined) throw new Error(`no values for ${typeName}`);
  return pool;
}
