import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../../src/config/index.js';

const ISSUERS = [
  { issuer: 'https://id.example', audience: 'api', jwks: 'https://id.example/jwks', algorithms: ['RS256'] },
];
const PRODUCTION: Environment = {
  NODE_ENV: 'production',
  TRUSTED_ISSUERS: JSON.stringify(ISSUERS),
  SIGNING_KEY_FILE: '/keys.json',
  PUBLIC_URL: 'https://gateway.example',
};

/** The problems of an environment; empty where it is valid. */
function problems(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}
const issuers = (more: object) => JSON.stringify([{ ...ISSUERS[0], ...more }]);

describe('a value that is not valid is refused with a sentence about its variable', () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    ['NODE_ENV', ['prod', 'PRODUCTION', 'Production'], /must be one of development, production, test/],
    ['PORT', ['-1', '65536', '4000.5', 'http', '0x10', '1e3', '９'], /must be a whole number from 0 to 65535/],
    [
      'PUBLIC_URL',
      ['gateway.example', 'ftp://a', 'http:a.example', '//a', 'https://', 'http:///a', 'http://a b', 'https://a\nb'],
      /must be an http or https URL/,
    ],
    ['PUBLIC_URL', ['https://user@a', 'https://user:secret@a/x'], /must not contain user information/],
    ['PUBLIC_URL', ['https://a?', 'https://a?b', 'https://a/#', 'https://a#b'], /must not have a query or a fragment/],
    [
      'MONGODB_URI',
      ['localhost:27017', 'http://h', 'mongodb://', 'mongodb://a b'],
      /must be a mongodb:\/\/ or mongodb\+srv:\/\/ URI/,
    ],
    ['USERS_FIELDS', ['{', 'name', "{'name':'x'}"], /is not valid JSON/],
    [
      'USERS_FIELDS',
      ['[]', '"x"', 'null', '{"name":1}', '{"nick":"x"}', '{"name":"$where"}', '{"name":""}'],
      /USERS_FIELDS ./,
    ],
    ['TRUSTED_ISSUERS', ['', '{', 'https://id.example'].slice(1), /is not valid JSON/],
    [
      'TRUSTED_ISSUERS',
      [
        '[]',
        '{}',
        'null',
        '[{}]',
        issuers({ issuer: '' }),
        issuers({ audience: '' }),
        issuers({ audience: [] }),
        issuers({ jwks: '' }),
      ],
      /TRUSTED_ISSUERS ./,
    ],
    [
      'TRUSTED_ISSUERS',
      [issuers({ algorithms: ['none'] }), issuers({ algorithms: ['HS256'] }), issuers({ algorithms: [] })],
      /algorithms/,
    ],
    ['TRUSTED_ISSUERS', [issuers({ acceptActorClaim: 'true' }), issuers({ acceptActClaim: true })], /accept/],
    ['TRUSTED_ISSUERS', [issuers({ requireSenderConstraint: 'yes' })], /requireSenderConstraint/],
    ['DPOP_PROOF_MAX_AGE_SECONDS', ['0', '601', '1.5'], /must be a whole number from 1 to 600/],
    ['DPOP_PROOFS_PER_IDENTITY', ['0', '-1'], /must be a whole number from 1 to 100000/],
    ['DPOP_PUBLIC_URLS', ['gateway.example', 'https://a?b', 'https://u@a', 'wss://a', '*'], /DPOP_PUBLIC_URLS ./],
    ['TRUSTED_ISSUERS', [issuers({ subjectPrefix: '' }), issuers({ subjectPrefix: 7 })], /subjectPrefix/],
    ['TRUSTED_ISSUERS', [JSON.stringify([ISSUERS[0], ISSUERS[0]])], /configured twice/],
    [
      'TRUSTED_ISSUERS',
      [issuers({ jwks: 'ftp://id.example' }), issuers({ jwks: 'https://u:p@id.example' })],
      /jwks must/,
    ],
    ['ACTOR_TOKEN_ALGORITHM', ['HS256', 'none', 'eddsa'], /must be one of/],
    [
      'IMPERSONATION_DEFAULT_SECONDS',
      ['59', '86401', '10m', ''].slice(0, 3),
      /must be a whole number from 60 to 86400/,
    ],
    ['IMPERSONATION_MAX_SECONDS', ['59', '86401', '-600'], /must be a whole number from 60 to 86400/],
    ['IMPERSONATION_IDLE_SECONDS', ['1', '59', '00', '86401', '-1'], /must be 0, or a whole number from 60 to 86400/],
    ['IMPERSONATION_MAX_ACTIVE', ['-1', '101', 'many'], /must be a whole number from 0 to 100/],
    ['IMPERSONATION_STARTS_PER_MINUTE', ['0', '10001'], /must be a whole number from 1 to 10000/],
    ['DENIED_EVENTS_PER_MINUTE', ['0', '10001'], /must be a whole number from 1 to 10000/],
    ['STEP_UP_MAX_AUTH_AGE_SECONDS', ['0', '31536001', '5 minutes'], /must be a whole number from 1 to 31536000/],
    ['STEP_UP_REQUIRED_AMR', [',', ' , '], /must name at least one/],
    ['PROTECTED_ROLES', [',', ',,'], /must name at least one/],
    ['PROTECTED_ROLES', ['admin', 'ADMIN,auditor', 'Support'], /roles compare exactly/],
    ['PROTECTED_ROLES', ['ADMIN,a role', '1ADMIN', 'ADMIN;AUDITOR', 'ÄDMIN'], /is not a role name/],
    ['CORS_ORIGINS', [','], /must name at least one/],
    [
      'CORS_ORIGINS',
      [
        '*',
        'https://*.example',
        'a.example',
        'https://a.example/',
        'https://a.example/x',
        'null',
        'ftp://a',
        'https://u@a',
      ],
      /is not an exact origin/,
    ],
    ['BODY_LIMIT_BYTES', ['1023', '104857601', '1MB'], /must be a whole number from 1024 to 104857600/],
    ['TRUSTED_PROXIES', ['-1', '11', 'true'], /must be a whole number from 0 to 10/],
    ['CONSOLE', ['true', 'ON', '0'], /must be one of on, off/],
    ['CONSOLE_OIDC_ISSUER', ['id.example', 'ftp://a', 'https://a b'], /must be an http or https URL/],
    ['CONSOLE_OIDC_ISSUER', ['https://u:p@a'], /must not contain user information/],
    ['CONSOLE_OIDC_ISSUER', ["https://a;script-src'unsafe-inline'", 'https://a,b'], /must have a plain host name/],
    ['CONSOLE_OIDC_SCOPE', ['openid\tprofile', 'openid  profile', 'openid "x"'], /is not a list of scopes/],
    ['CONSOLE_OIDC_SCOPE', ['profile', 'openidprofile'], /must contain openid/],
    [
      'CSP_REPORT_URI',
      ['/reports', 'reports.example', 'ftp://a', 'http://a', '//a', 'https://'],
      /must be an https URL/,
    ],
    [
      'CSP_REPORT_URI',
      [
        "https://a;script-src'unsafe-inline'",
        'https://a/,b',
        'https://a/"x',
        'https://a/\\',
        'https://a/ b',
        'https://a/\nb',
        'https://ä.example',
        'https://a/#x',
        `https://a/${'x'.repeat(2_000)}`,
      ],
      /must be at most 2000 plain characters/,
    ],
    ['CSP_REPORT_URI', ['https://u:hunter2@a', 'https://u@a'], /must not contain user information/],
    ['LOG_LEVEL', ['INFO', 'verbose'], /must be one of fatal, error, warn, info, debug, trace, silent/],
  ];
  const single = cases.flatMap(([name, values, sentence]) => values.map((value) => [name, value, sentence] as const));
  it.each(single)('%s=%s', (name, value, sentence) => {
    const found = problems({ MONGODB_URI: name === 'USERS_FIELDS' ? 'mongodb://h' : undefined, [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name} .*[^.]\\.$`, 's'));
    expect(found[0]).toMatch(sentence);
  });

  it('and all of them at once', () => {
    const wrong = Object.fromEntries(cases.map(([name, values]) => [name, values[0] ?? '']));
    const found = problems(wrong);
    expect(new Set(found.map((problem) => problem.split(' ')[0]))).toEqual(new Set(Object.keys(wrong)));
    expect(() => readConfig(wrong)).toThrow(/The configuration is not valid:\n( {2}- .+\n?)+/);
  });

  it('without quoting what may be a secret', () => {
    const found = problems({
      MONGODB_URI: 'mongo://user:hunter2@host',
      PUBLIC_URL: 'https://user:hunter2@host',
      TRUSTED_ISSUERS: issuers({ jwks: 'https://user:hunter2@id.example/jwks' }),
      SIGNING_KEY_FILE: 'hunter2',
    });
    expect(found).toHaveLength(3);
    expect(found.join()).not.toContain('hunter2');
  });
});

describe('values that do not go together are refused', () => {
  it('a default duration beyond the maximum', () => {
    const sentence = 'IMPERSONATION_DEFAULT_SECONDS must not be more than IMPERSONATION_MAX_SECONDS.';
    expect(problems({ IMPERSONATION_MAX_SECONDS: '599' })).toEqual([sentence]);
    expect(problems({ IMPERSONATION_DEFAULT_SECONDS: '3601' })).toEqual([sentence]);
    expect(problems({ IMPERSONATION_DEFAULT_SECONDS: '60', IMPERSONATION_MAX_SECONDS: '60' })).toEqual([]);
  });

  describe('signing in to the console', () => {
    const complete = {
      TRUSTED_ISSUERS: JSON.stringify(ISSUERS),
      CONSOLE_OIDC_ISSUER: 'https://id.example',
      CONSOLE_OIDC_CLIENT_ID: 'console',
    };

    it.each([
      [
        'at nobody’s that is trusted',
        { CONSOLE_OIDC_ISSUER: 'https://id.example/' },
        'CONSOLE_OIDC_ISSUER must be one of',
      ],
      ['where nobody is trusted', { TRUSTED_ISSUERS: '' }, 'CONSOLE_OIDC_ISSUER must be one of'],
      ['as nobody', { CONSOLE_OIDC_CLIENT_ID: '' }, 'CONSOLE_OIDC_CLIENT_ID must be set'],
      ['for somebody else', { CONSOLE_OIDC_AUDIENCE: 'other' }, 'CONSOLE_OIDC_AUDIENCE must be an audience'],
      [
        'in the clear',
        { TRUSTED_ISSUERS: issuers({ issuer: 'http://id.example' }), CONSOLE_OIDC_ISSUER: 'http://id.example' },
        'CONSOLE_OIDC_ISSUER must be reached by https',
      ],
    ])('%s', (_where, change, beginning) => {
      expect(problems(complete)).toEqual([]);
      for (const CONSOLE of ['on', 'off']) {
        expect(problems({ ...complete, ...change, CONSOLE })).toEqual([expect.stringMatching(`^${beginning}`)]);
      }
    });

    it('nowhere, with settings for it', () => {
      const idle = { CONSOLE_OIDC_CLIENT_ID: 'a', CONSOLE_OIDC_SCOPE: 'openid', CONSOLE_OIDC_AUDIENCE: 'b' };
      expect(problems(idle).map((problem) => problem.split(' ')[0])).toEqual(Object.keys(idle));
    });

    it('what is wrong with the issuer is told once', () => {
      expect(problems({ ...complete, CONSOLE_OIDC_ISSUER: 'x' })).toEqual([
        expect.stringMatching(/^CONSOLE_OIDC_ISSUER must be an http/),
      ]);
      expect(problems({ ...complete, TRUSTED_ISSUERS: '{' })).toEqual([
        expect.stringMatching(/^TRUSTED_ISSUERS is not/),
      ]);
    });
  });

  it('a trusted issuer that is the gateway itself', () => {
    const environment = { PUBLIC_URL: 'https://id.example/', TRUSTED_ISSUERS: JSON.stringify(ISSUERS) };
    expect(problems(environment)).toEqual([expect.stringMatching(/^TRUSTED_ISSUERS must not name PUBLIC_URL/)]);
  });
});

describe('in production', () => {
  it('what is complete is taken', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({
      production: true,
      trustedIssuers: ISSUERS,
      crossOrigin: { origins: [], anyLocalhost: false },
    });
  });

  it.each(['TRUSTED_ISSUERS', 'SIGNING_KEY_FILE', 'PUBLIC_URL'])('%s has to be set', (name) => {
    expect(problems({ ...PRODUCTION, [name]: undefined })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be set in production`)),
    ]);
    expect(problems({ ...PRODUCTION, [name]: ' ' })).toHaveLength(1);
  });

  it('everything that is missing is told at once, and what is wrong is not called missing too', () => {
    expect(problems({ NODE_ENV: 'production' })).toHaveLength(3);
    expect(problems({ ...PRODUCTION, TRUSTED_ISSUERS: '{', PUBLIC_URL: 'x', SIGNING_KEY_FILE: '' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL must be an http/),
      expect.stringMatching(/^TRUSTED_ISSUERS is not valid JSON/),
      expect.stringMatching(/^SIGNING_KEY_FILE must be set/),
    ]);
  });

  it('nothing of the trail may be pruned that is younger than ninety days', () => {
    for (const days of ['0', '89']) {
      expect(problems({ ...PRODUCTION, AUDIT_RETENTION_MIN_DAYS: days })).toEqual([
        'AUDIT_RETENTION_MIN_DAYS must be at least 90 in production.',
      ]);
    }
    expect(problems({ ...PRODUCTION, AUDIT_RETENTION_MIN_DAYS: '90' })).toEqual([]);
  });

  it('keys are fetched by https, or from this machine', () => {
    const withKeys = (jwks: string) => problems({ ...PRODUCTION, TRUSTED_ISSUERS: issuers({ jwks }) });
    expect(withKeys('http://id.example/jwks')).toEqual([expect.stringMatching(/must fetch the keys .* by https/)]);
    expect(withKeys('HTTP://localhost.evil.example/jwks')).toHaveLength(1);
    for (const jwks of [
      'https://id.example',
      '/etc/jwks.json',
      'http://localhost:1/x',
      'http://127.0.0.1/',
      'http://[::1]:9/',
    ]) {
      expect(withKeys(jwks)).toEqual([]);
    }
  });
});
