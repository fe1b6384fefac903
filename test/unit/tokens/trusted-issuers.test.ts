import { describe, expect, it } from 'vitest';
import {
  createTrustedIssuers,
  ISSUER_ALGORITHMS,
  type TrustedIssuer,
  TrustedIssuerError,
} from '../../../src/tokens/index.js';
import { expectRefused, stoppedClock } from './expectations.js';
import { AUDIENCE, clock, forged, ISSUER, issuers, main, OTHER, trusted } from './session-tokens.js';

describe('the trusted issuers', () => {
  it('are exactly those configured', () => {
    for (const { issuer } of issuers) expect(trusted.has(issuer)).toBe(true);
    for (const name of ['', `${ISSUER}/`, 'https://ID.example', 'toString', '__proto__'])
      expect(trusted.has(name)).toBe(false);
  });

  it('may be none, and then no token is accepted', async () => {
    const none = createTrustedIssuers([], { clock: stoppedClock() });
    expect(none.has(ISSUER)).toBe(false);
    await expectRefused(none.verify(forged()), 'iss');
  });

  it.each(ISSUER_ALGORITHMS)('may use %s', (algorithm) => {
    expect(() => createTrustedIssuers([{ ...main, algorithms: [algorithm] }], { clock })).not.toThrow();
  });

  it.each(['none', 'None', 'HS256', 'HS384', 'HS512', 'hs256', 'RS1', 'dir', '', ' RS256', 'rs256', 'constructor'])(
    'must not use %j',
    (algorithm) => {
      const configure = () => createTrustedIssuers([{ ...main, algorithms: ['RS256', algorithm] }], { clock });
      expect(configure).toThrow(TrustedIssuerError);
      expect(configure).toThrow(/must not be trusted/);
    },
  );

  it.each<[string, Partial<TrustedIssuer>, RegExp]>([
    ['no algorithm', { algorithms: [] }, /no algorithm/],
    ['no audience', { audience: [] }, /audience/],
    ['an empty audience', { audience: '' }, /audience/],
    ['an empty audience among others', { audience: [AUDIENCE, ''] }, /audience/],
    ['no name', { issuer: '' }, /no name/],
    ['no keys', { jwks: '' }, /jwks is empty/],
    ['keys at an unsafe place', { jwks: 'ftp://id.example/jwks.json' }, /http\(s\) URL or a file/],
    ['keys in the configuration', { jwks: 'data:application/json,{}' }, /http\(s\) URL or a file/],
    ['keys at no place', { jwks: 'https://' }, /not a valid URL/],
    ['a beginning of ids that every id has', { subjectPrefix: '' }, /subjectPrefix is empty/],
    ['keys behind a name', { jwks: 'https://hunter2@id.example/jwks.json' }, /must not hold/],
    ['keys behind a password without a name', { jwks: 'https://:hunter2@id.example/jwks.json' }, /must not hold/],
    ['keys behind a password', { jwks: 'https://me:hunter2-secret@id.example/jwks.json' }, /must not hold/],
  ])('must not have %s', (_, changes, why) => {
    const configure = () => createTrustedIssuers([{ ...main, ...changes }], { clock });
    expect(configure).toThrow(TrustedIssuerError);
    expect(configure).toThrow(why);
    expect(configure).not.toThrow(/hunter2/);
  });

  it.each(['keys/id:2.json', './id:2.json', '/etc/id.example:443.json', 'C:\\keys.json', 'c:/keys.json'])(
    'may have keys in a file whose name only looks like an address: %s',
    (jwks) => {
      expect(() => createTrustedIssuers([{ ...main, jwks }], { clock })).not.toThrow();
    },
  );

  it('must not be configured twice, and all problems are told at once', () => {
    const configure = () =>
      createTrustedIssuers(
        [main, { ...main, algorithms: ['none'] }, { ...main, issuer: OTHER, audience: '', jwks: 'ftp://id.example' }],
        { clock },
      );
    expect(configure).toThrow(/configured twice/);
    expect(configure).toThrow(/none must not be trusted/);
    expect(configure).toThrow(/other\.example: an audience/);
    expect(configure).toThrow(/other\.example: jwks must be/);
  });
});
