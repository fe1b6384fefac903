import { describe, expect, it } from 'vitest';
import { readErrand } from '../../../web/console/src/identity/oidc-errand.js';

const ORIGIN = 'https://gateway.example';
const ERRAND = {
  issuer: 'https://id.example',
  codeVerifier: 'v',
  state: 's',
  nonce: 'n',
  returnTo: '/console/users?role=USER',
};

describe('what is kept while somebody is at the identity provider', () => {
  it('comes back as it was', () => {
    expect(readErrand(ERRAND, ORIGIN)).toEqual(ERRAND);
    expect(readErrand({ ...ERRAND, nonce: null }, ORIGIN)).toEqual({ ...ERRAND, nonce: null });
  });

  it.each([
    null,
    3,
    'x',
    [],
    {},
    { ...ERRAND, state: 3 },
    { ...ERRAND, nonce: undefined },
    { ...ERRAND, issuer: null },
  ])('is nothing where it is not what was written: %j', (kept) => {
    expect(readErrand(kept, ORIGIN)).toBeNull();
  });

  it.each([
    'https://evil.example/console/',
    '//evil.example/console/',
    '\\\\evil.example/console/',
    'javascript:alert(1)',
    '/console/../graphql',
    '/console/..',
    '/console/%2e%2e/graphql',
    '/console',
    '/consoles/',
    '',
    null,
    { toString: () => '/console/' },
  ])('leads back nowhere but into the console: %s', (returnTo) => {
    expect(readErrand({ ...ERRAND, returnTo }, ORIGIN)?.returnTo).toBe('/console/');
  });

  it.each([
    ['/console/\\evil.example', '/console//evil.example'],
    ['https://gateway.example/console/audit?event=a#b', '/console/audit?event=a'],
  ])('leads back to a path alone: %s', (returnTo, path) => {
    expect(readErrand({ ...ERRAND, returnTo }, ORIGIN)?.returnTo).toBe(path);
  });
});
