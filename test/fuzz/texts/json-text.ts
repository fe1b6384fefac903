import fc from 'fast-check';
import { oddText } from './odd-text.js';

const LEAVES = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '-1',
  '1.5',
  '1e400',
  '-1e308',
  '5e-324',
  '9007199254740993',
  '2147483648',
  '-2147483649',
  '123456789012345678901234567890',
  '""',
  '"user_cleo"',
  '"\\ud800"',
  '"\\u0000"',
  '"2026-01-31T12:00:00Z"',
  '[]',
  '{}',
];
const NAMES = ['a', 'id', '', '__proto__', 'constructor', 'toString', 'then', 'length', 'toJSON', 'query', 'code'];

/** The text of a JSON value of any shape. Text, since no object has a member twice or one called `__proto__` by accident. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; leaf: string; list: string; object: string }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 4, depthIdentifier: 'json' }, tie('leaf'), tie('list'), tie('object')),
    leaf: fc.oneof(
      fc.constantFrom(...LEAVES),
      oddText.map((text) => JSON.stringify(text)),
      fc.double().map((number) => String(JSON.stringify(number))),
    ),
    list: fc.array(tie('value'), { maxLength: 4, depthIdentifier: 'json' }).map((items) => `[${items.join(',')}]`),
    object: fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), oddText), tie('value')), {
        maxLength: 4,
        depthIdentifier: 'json',
      })
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  }),
).value;

/** Lists or objects within one another, so deep that whoever reads or writes them by calling itself comes to an end of the stack. */
export const deepJsonText: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('[', '{"a":', '[{"a":'), fc.constantFrom(30, 600, 9_000, 60_000))
  .map(([open, depth]) => {
    const close = [...open].reverse().flatMap((mark) => (mark === '[' ? [']'] : mark === '{' ? ['}'] : []));
    return `${open.repeat(depth)}0${close.join('').repeat(depth)}`;
  });

/** A JSON text, and now and then one that is none any more. */
export const nearlyJson: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: jsonText, weight: 6 },
  { arbitrary: deepJsonText, weight: 1 },
  {
    arbitrary: fc.tuple(jsonText, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
    weight: 1,
  },
  { arbitrary: fc.tuple(jsonText, oddText).map(([text, odd]) => `${odd}${text}`), weight: 1 },
);
