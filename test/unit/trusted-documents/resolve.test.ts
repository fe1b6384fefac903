import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { searchWithNamedDocument } from '../../../src/http/graphql/named-document.js';
import { documentId, TrustedDocuments, untrusted } from '../../../src/http/graphql/trusted-documents.js';

const KNOWN = '{ viewer { id } }';
const OTHER = '{ viewer { name } }';
const id = documentId(KNOWN);
const persisted = (sha256Hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });

let unknown = 0;
const documents = new TrustedDocuments(true, new Map([[id, KNOWN]]), () => {
  unknown += 1;
});

/** What the request comes to, or the message of its refusal. */
function resolved(params: unknown): unknown {
  try {
    return documents.resolve(params);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', extensions: { field: expect.any(String) } });
    return (error as GatewayError).message;
  }
}

describe('a document that is named', () => {
  it.each<[string, object]>([
    ['by its id', { documentId: id }],
    ['by its id in capitals', { documentId: id.toUpperCase() }],
    ['by its id with how it was made', { documentId: `sha256:${id}` }],
    ['as Apollo’s clients do', { extensions: persisted(id) }],
    ['in both ways', { documentId: id, extensions: persisted(id) }],
    ['with nothing in its place', { documentId: id, query: '' }],
    ['with itself', { documentId: id, query: KNOWN }],
  ])('stands in its place: %s', (_, params) => {
    expect(resolved(params)).toEqual({ query: KNOWN });
  });

  it('leaves all else that was sent as it was', () => {
    const sent = {
      documentId: id,
      variables: { a: 1 },
      operationName: 'A',
      extensions: { ...persisted(id), operationId: 'one' },
    };
    expect(resolved(sent)).toEqual({
      query: KNOWN,
      variables: { a: 1 },
      operationName: 'A',
      extensions: { operationId: 'one' },
    });
  });

  it.each<[string, object, RegExp]>([
    ['another document beside its id', { documentId: id, query: OTHER }, /not the one of the document sent/],
    ['another beside Apollo’s', { query: OTHER, extensions: persisted(id) }, /not the one of the document sent/],
    ['two ids of two documents', { documentId: id, extensions: persisted(documentId(OTHER)) }, /not the same/],
    ['an id of no document', { documentId: documentId(OTHER) }, /no trusted document/],
    ['one of Apollo’s', { extensions: persisted(documentId(OTHER)) }, /^PersistedQueryNotFound$/],
    ['an id that is none', { documentId: 'constructor' }, /must be its SHA-256/],
    ['an id with more behind it', { documentId: `${id}0` }, /must be its SHA-256/],
    ['an id with more before it', { documentId: `x${id}` }, /must be its SHA-256/],
    ['an id that is no text', { documentId: [id] }, /must be its SHA-256/],
    ['an id that is empty', { documentId: '' }, /must be its SHA-256/],
    ['Apollo’s without a hash', { extensions: { persistedQuery: { version: 1 } } }, /must be its SHA-256/],
    ['another version of Apollo’s', { extensions: persisted(id, 2) }, /must be of version 1/],
    ['a version that is a text', { extensions: persisted(id, '1') }, /must be of version 1/],
    ['Apollo’s that is no object', { extensions: { persistedQuery: true } }, /must be of version 1/],
  ])('is refused: %s', (_, params, message) => {
    expect(resolved(params)).toMatch(message);
  });

  it('is counted where its id is unknown, and only there', () => {
    unknown = 0;
    for (const params of [{ documentId: id }, { documentId: 'none' }, { query: OTHER }]) resolved(params);
    expect(unknown).toBe(0);
    resolved({ documentId: documentId(OTHER) });
    expect(unknown).toBe(1);
  });

  it('is none where nothing names one: what was sent is handed on as it is', () => {
    for (const params of [
      null,
      'text',
      1,
      [],
      { query: OTHER },
      { query: OTHER, documentId: null, extensions: null },
    ]) {
      expect(resolved(params)).toBe(params);
    }
  });
});

it('a text is trusted as it is, to the letter, and no longer than it is said to be', () => {
  const trusted = new TrustedDocuments(true, new Map([[id, KNOWN]]));
  expect([KNOWN, `${KNOWN} `, OTHER, id].map((text) => trusted.allows(text))).toEqual([true, false, false, false]);
  trusted.replace(new Map([[documentId(OTHER), OTHER]]));
  expect([KNOWN, OTHER].map((text) => trusted.allows(text))).toEqual([false, true]);
  expect(() => trusted.resolve({ documentId: id })).toThrow(/no trusted document/);
  expect([...trusted.texts]).toEqual([OTHER]);
  expect(new TrustedDocuments(false, new Map()).allows(OTHER)).toBe(true);
  expect(untrusted()).toMatchObject({ code: 'FORBIDDEN', extensions: { requires: { trustedDocument: true } } });
});

describe('the parameters of an address', () => {
  const search = (params: Record<string, string>) => `?${new URLSearchParams(params)}`;
  const read = (text: string) => Object.fromEntries(new URLSearchParams(text));

  it('have the document in place of its id, and all else as it was', () => {
    const variables = '{"a":"&=?"}';
    expect(read(searchWithNamedDocument(documents, search({ documentId: id, variables })))).toEqual({
      query: KNOWN,
      variables,
    });
    const extensions = JSON.stringify({ ...persisted(id), operationId: 'one' });
    expect(read(searchWithNamedDocument(documents, search({ extensions })))).toEqual({
      query: KNOWN,
      extensions: '{"operationId":"one"}',
    });
  });

  it('are left alone where they name none, and are refused as a body is', () => {
    for (const text of ['', '?', '?query=%7Ba%7D', '?extensions=nonsense&query=a']) {
      expect(searchWithNamedDocument(documents, text)).toBe(text);
    }
    expect(() => searchWithNamedDocument(documents, search({ documentId: id, query: OTHER }))).toThrow(/not the one/);
  });
});
