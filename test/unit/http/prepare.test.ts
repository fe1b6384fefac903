import { buildSchema, specifiedRules } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import { Documents } from '../../../src/http/graphql/documents.js';
import { createCostTable } from '../../../src/http/graphql/limits/cost-table.js';
import { createPrepare } from '../../../src/http/graphql/prepare.js';
import { TrustedDocuments } from '../../../src/http/graphql/trusted-documents.js';

const schema = buildSchema('type Query { viewer: String }');

/** A document of so many characters, unlike all others. */
const documentOf = (nth: number, characters: number) => `{ a${nth}: viewer }`.padEnd(characters, ' ');

describe('a document that was prepared', () => {
  const open = () => {
    const documents = new Documents({
      schema,
      limits: DEFAULT_QUERY_LIMITS,
      costTable: createCostTable(schema, new Map()),
      rules: specifiedRules,
      hideSuggestions: false,
    });
    const prepare = createPrepare({ schema, documents, trusted: new TrustedDocuments(false, new Map()) });
    return (query: string) => {
      const prepared = prepare({ query, operationName: null, variables: null, extensions: null });
      if ('errors' in prepared) throw prepared.errors[0];
      return prepared.document;
    };
  };

  it('is not parsed again', () => {
    const prepare = open();
    expect(prepare('{ viewer }')).toBe(prepare('{ viewer }'));
  });

  it.each([
    ['small ones', 30, 1_000],
    ['large ones', 20_000, 50],
  ])('is let go of where many others come: %s', (_, characters, most) => {
    const prepare = open();
    const first = prepare('{ viewer }');
    for (let nth = 0; nth < most; nth += 1) prepare(documentOf(nth, characters));
    expect(prepare('{ viewer }')).not.toBe(first);
  });

  it('is not kept at all where it is huge', () => {
    const prepare = open();
    const huge = documentOf(1, 20_001);
    expect(prepare(huge)).not.toBe(prepare(huge));
  });
});
