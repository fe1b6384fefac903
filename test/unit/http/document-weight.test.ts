import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema, specifiedRules } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import { Documents } from '../../../src/http/graphql/documents.js';
import { createCostTable } from '../../../src/http/graphql/limits/cost-table.js';

const MEBIBYTE = 1_048_576;
const SCHEMA = buildSchema('type Query { a: String, me: Query }');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MEBIBYTE;
}

/** As many tokens as a document may have, in as few characters. */
const dense = (nth: number) => `{ b${nth}: a ${'a '.repeat(9_990)}}`;

describe('what is remembered of documents', () => {
  it.each([
    { which: 'that may be executed', kind: 'valid', fields: 20_000, most: 64, texts: 30 },
    { which: 'that were refused', kind: 'too-complex', fields: 50, most: 16, texts: 12 },
  ])('$which takes no more than $most MiB, however dense they are', async ({ kind, fields, most, texts }) => {
    const documents = new Documents({
      schema: SCHEMA,
      limits: { ...DEFAULT_QUERY_LIMITS, fields, rootFields: fields, comparisons: Number.MAX_SAFE_INTEGER },
      costTable: createCostTable(SCHEMA, new Map()),
      rules: specifiedRules.filter(({ name }) => name !== 'OverlappingFieldsCanBeMergedRule'),
      hideSuggestions: true,
    });
    const before = heapMiB();
    for (let nth = 0; nth < texts; nth += 1) expect(documents.read(dense(nth)).kind).toBe(kind);
    await expect.poll(() => heapMiB() - before).toBeLessThan(most * 1.2);
    // The newest is still there: it is what keeps the rest alive for the look above.
    expect(documents.read(dense(texts - 1))).toBe(documents.read(dense(texts - 1)));
  });
});
