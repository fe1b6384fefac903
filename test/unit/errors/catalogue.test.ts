import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, isErrorCode } from '../../../src/errors/index.js';
import { CLOSED_LIST } from './closed-list.js';

const entries = Object.entries(ERROR_CATALOGUE);

describe('the error catalogue', () => {
  it('has every code of the closed list', () => {
    expect(CLOSED_LIST.filter((code) => !Object.hasOwn(ERROR_CATALOGUE, code))).toEqual([]);
  });

  it('has no code that the closed list does not name', () => {
    expect(Object.keys(ERROR_CATALOGUE).filter((code) => !CLOSED_LIST.includes(code))).toEqual([]);
  });

  it.each(entries)('%s refuses a request with a status of HTTP errors that proxies understand', (_code, { status }) => {
    expect([400, 401, 403, 404, 413, 429, 500, 503]).toContain(status);
  });

  it.each(entries)('%s tells the client one plain sentence or two, without placeholders', (_code, { sentence }) => {
    expect(sentence).toMatch(/^[A-Z][^{}<>$%]+\.$/);
    expect(sentence.length).toBeLessThan(120);
  });

  it('tells codes apart by their sentences', () => {
    expect(new Set(entries.map(([, { sentence }]) => sentence)).size).toBe(entries.length);
  });

  it('answers 401, which makes clients drop their credential, only where the credential is what is wrong', () => {
    expect(entries.filter(([, { status }]) => status === 401).map(([code]) => code)).toEqual([
      'UNAUTHENTICATED',
      'TOKEN_INVALID',
      'TOKEN_EXPIRED',
      'IMPERSONATION_ENDED',
    ]);
  });

  it('answers 503, which makes clients try again, only where that can help', () => {
    expect(entries.filter(([, { status }]) => status === 503).map(([code]) => code)).toEqual([
      'AUDIT_UNAVAILABLE',
      'REVOCATION_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
  });
});

describe('isErrorCode', () => {
  it.each(CLOSED_LIST)('knows %s', (code) => {
    expect(isErrorCode(code)).toBe(true);
  });

  it.each([
    'forbidden',
    'FORBIDDEN ',
    'BAD_REQUEST',
    '',
    'toString',
    '__proto__',
    'constructor',
    undefined,
    null,
    0,
    ['FORBIDDEN'],
    { code: 'FORBIDDEN' },
  ])('does not take %j for a code', (value) => {
    expect(isErrorCode(value)).toBe(false);
  });
});
