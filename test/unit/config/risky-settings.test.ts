import { describe, expect, it } from 'vitest';
import { type Environment, readConfig, riskySettings } from '../../../src/config/index.js';

/** Whether there is a warning of issuers that share people, where they have these prefixes; null: none. */
function warned(...prefixes: readonly (string | null)[]): boolean {
  const issuers = prefixes.map((subjectPrefix, at) => ({
    issuer: `https://id-${at}.example`,
    audience: 'gateway',
    jwks: 'keys.json',
    algorithms: ['ES256'],
    ...(subjectPrefix === null ? {} : { subjectPrefix }),
  }));
  return riskySettings(readConfig({ TRUSTED_ISSUERS: JSON.stringify(issuers) })).some((each) =>
    each.startsWith('TRUSTED_ISSUERS has several issuers'),
  );
}

describe('issuers that can sign in the people of one another', () => {
  it.each<[string, readonly (string | null)[]]>([
    ['two without', [null, null]],
    ['one of two without', ['staff_', null]],
    ['the same twice', ['staff_', 'staff_']],
    ['one within the other', ['staff_', 'staff_eu_']],
    ['the second of three without', ['staff_', null, 'customer_']],
  ])('are warned of: %s', (_, prefixes) => {
    expect(warned(...prefixes)).toBe(true);
  });

  it.each<[string, readonly (string | null)[]]>([
    ['one', [null]],
    ['two apart', ['staff_', 'customer_']],
    ['three apart', ['staff_eu_', 'staff_us_', 'customer_']],
  ])('are not where each has its own: %s', (_, prefixes) => {
    expect(warned(...prefixes)).toBe(false);
  });
});

describe('tokens that anybody could use', () => {
  const warnings = (more: object, environment: Environment = {}) => {
    const issuers = [
      { issuer: 'https://id.example', audience: 'gateway', jwks: 'keys.json', algorithms: ['ES256'], ...more },
    ];
    return riskySettings(readConfig({ TRUSTED_ISSUERS: JSON.stringify(issuers), ...environment }));
  };
  const ofStolen = /stolen session token of an admin is enough/;

  it('are warned of where no step-up is set, unless each issuer’s have to be bound to their sender', () => {
    expect(warnings({}).some((each) => ofStolen.test(each))).toBe(true);
    expect(warnings({ requireSenderConstraint: false }).some((each) => ofStolen.test(each))).toBe(true);
    expect(warnings({ requireSenderConstraint: true }).some((each) => ofStolen.test(each))).toBe(false);
  });

  it('are all that the console has, which is warned of where they are refused', () => {
    const console = { CONSOLE_OIDC_ISSUER: 'https://id.example', CONSOLE_OIDC_CLIENT_ID: 'console' };
    const ofConsole = (more: object) =>
      warnings(more, console).filter((each) => each.startsWith('CONSOLE_OIDC_ISSUER'));
    expect(ofConsole({})).toEqual([]);
    expect(ofConsole({ requireSenderConstraint: true })).toHaveLength(1);
  });
});

it('that everybody’s trace is believed is warned of, and that of a network is not', () => {
  const warned = (from: string) =>
    riskySettings(
      readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example', TRACEPARENT_FROM: from }),
    ).some((each) => each.startsWith('TRACEPARENT_FROM'));
  expect(['0.0.0.0/0', '10.0.0.0/8,::/0', '10.0.0.0/8', '::1'].map(warned)).toEqual([true, true, false, false]);
});

it('a database that anybody on the way could be is warned of', () => {
  const warned = (query: string) =>
    riskySettings(readConfig({ MONGODB_URI: `mongodb://db.example/?tls=true${query}` })).filter((each) =>
      each.startsWith('MONGODB_URI'),
    );
  for (const query of ['&tlsInsecure=true', '&tlsAllowInvalidCertificates=true', '&tlsAllowInvalidHostnames=true'])
    expect(warned(query), query).toHaveLength(1);
  expect(warned('&tlsInsecure=false')).toEqual([]);
});
