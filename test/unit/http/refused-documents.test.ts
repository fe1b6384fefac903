import { createRequire } from 'node:module';
import { buildSchema, type GraphQLSchema, specifiedRules } from 'graphql';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import { Documents } from '../../../src/http/graphql/documents.js';
import { createCostTable } from '../../../src/http/graphql/limits/cost-table.js';

const modules = createRequire(import.meta.url);
const parsing = vi.spyOn(modules('graphql/language/parser.js').Parser.prototype, 'parseDocument');
beforeEach(() => {
  parsing.mockClear();
});

const SCHEMA = buildSchema('type Query { viewer: String }');

function open(schema: GraphQLSchema = SCHEMA): Documents {
  return new Documents({
    schema,
    limits: DEFAULT_QUERY_LIMITS,
    costTable: createCostTable(schema, new Map()),
    rules: specifiedRules,
    hideSuggestions: true,
  });
}

/** A refused document of so many characters, unlike all others. */
const refused = (nth: number, characters = 0) => `{ nothing${nth} }`.padEnd(characters, ' ');

describe('a document that was refused', () => {
  it.each([
    ['is not valid', '{ nothing }', 'invalid'],
    ['is none', '{ viewer', 'unreadable'],
    ['has too many tokens', `{ ${'a '.repeat(10_001)} }`, 'unreadable'],
    ['is beyond a limit', `{ ${'viewer '.repeat(51)} }`, 'too-complex'],
    ['is as long as may be', refused(1, 100_000), 'invalid'],
    [
      'has as many mistakes as are told',
      `{ ${Array.from({ length: 49 }, (_, n) => `${'n'.repeat(240)}${n} @d @e`).join(' ')} }`,
      'invalid',
    ],
  ])('is remembered where it %s', (_, text, kind) => {
    const documents = open();
    const first = documents.read(text);
    expect(first.kind).toBe(kind);
    // Another text of the same letters, as a second request brings it.
    expect(documents.read(`${text.slice(0, 3)}${text.slice(3)}`)).toBe(first);
    expect(parsing).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['many', 0, 101],
    ['long ones', 50_000, 9],
  ])('is forgotten where others come: %s', (_, characters, others) => {
    const documents = open();
    const first = documents.read(refused(0, characters));
    for (let nth = 1; nth < others; nth += 1) documents.read(refused(nth, characters));
    expect(documents.read(refused(0, characters))).not.toBe(first);
  });

  it('takes the place of none that may be executed', () => {
    const documents = open();
    const valid = documents.read('{ viewer }');
    for (let nth = 0; nth < 1_100; nth += 1) documents.read(refused(nth));
    expect(documents.read('{ viewer }')).toBe(valid);
  });

  it('is not kept, nor parsed, where it is longer than any may be', () => {
    const documents = open();
    const huge = refused(1, 100_001);
    expect(documents.read(huge)).not.toBe(documents.read(huge));
    expect(parsing).not.toHaveBeenCalled();
  });

  it('is refused by the documents of its schema, and by no others', () => {
    const text = '{ later }';
    expect(open().read(text).kind).toBe('invalid');
    expect(open(buildSchema('type Query { later: String }')).read(text).kind).toBe('valid');
  });

  it('is told in so many words, and no more, whatever a circle of fragments is made of', () => {
    const name = (nth: number) => `F${'n'.repeat(200)}${nth}`;
    const circle = Array.from({ length: 100 }, (_, n) => `fragment ${name(n)} on Query { ...${name((n + 1) % 100)} }`);
    const read = open().read(`{ ...${name(0)} } ${circle.join(' ')}`);
    if (read.kind !== 'invalid') throw new Error(read.kind);
    for (const { message } of read.errors) expect(message.length).toBeLessThanOrEqual(2_001);
    expect(read.errors.map(({ message }) => message.slice(0, 22))).toContain('Cannot spread fragment');
  });
});
