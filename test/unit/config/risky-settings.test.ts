import { describe, expect, it } from 'vitest';
import { readConfig, riskySettings } from '../../../src/config/index.js';

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

it('that everybody’s trace is believed is warned of, and that of a network is not', () => {
  const warned = (from: string) =>
    riskySettings(
      readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example', TRACEPARENT_FROM: from }),
    ).some((each) => each.startsWith('TRACEPARENT_FROM'));
  expect(['0.0.0.0/0', '10.0.0.0/8,::/0', '10.0.0.0/8', '::1'].map(warned)).toEqual([true, true, false, false]);
});
