import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src/app/trusted-documents/manifest.js';
import { ManifestError } from '../../../src/app/trusted-documents/manifest-error.js';
import { documentId } from '../../../src/http/graphql/trusted-documents.js';

const A = '{ a }';
const B = 'query B { b }';
const apollo = (operations: unknown, more: object = {}) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...more });

function problems(text: string): readonly string[] {
  try {
    parseManifest(text);
    return [];
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return error.problems.map(({ place, message }) => `${place} ${message}`);
  }
}

describe('a manifest of trusted documents', () => {
  it('is read in every form that build tools write', () => {
    const expected = new Map([
      [documentId(A), A],
      [documentId(B), B],
    ]);
    const operations = [A, B].map((body) => ({ id: documentId(body), name: 'X', type: 'query', body }));
    expect(parseManifest(JSON.stringify({ [documentId(A)]: A, [documentId(B)]: B }))).toEqual(expected);
    expect(parseManifest(JSON.stringify({ [`sha256:${documentId(A)}`]: A, [documentId(B).toUpperCase()]: B }))).toEqual(
      expected,
    );
    expect(parseManifest(apollo(operations))).toEqual(expected);
  });

  it.each([
    ['no JSON', '{', ['the file is no valid JSON']],
    ['no object', '[]', ['the file has to be a JSON object']],
    ['another format', apollo([], { format: 'x', version: 2 }), ['format has to be', 'version has to be 1']],
    ['no operations', apollo('x'), ['operations has to be a list']],
    [
      'every bad entry at once',
      JSON.stringify({ [documentId(A)]: B, d41d8cd98f00b204e9800998ecf8427e: A, [documentId(B)]: 3 }),
      ['has an id that is not the SHA-256 of its document', 'has an id that is no SHA-256', 'has no document'],
    ],
    [
      'every bad operation at once',
      apollo([{ id: documentId(A), body: B }, { id: 'A', body: A }, null]),
      [
        'operations[0] has an id that is not',
        'operations[1] has an id that is no SHA-256',
        'operations[2] has no document',
      ],
    ],
  ])('is refused with %s', (_what, text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) expect(found[index]).toContain(each);
  });
});
