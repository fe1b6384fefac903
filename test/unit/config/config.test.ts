import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, OPTIONS, readConfig } from '../../../src/config/index.js';

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
function _problems(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}
const issuers = (more: object) => JSON.stringify([{ ...ISSUERS[0], ...more }]);

describe('with nothing set', () => {
  it('every option has its default', () => {
    expect(readConfig({})).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 4_000,
      publicUrl: null,
      store: { kind: 'embedded', directory: path.resolve('data') },
      dataDir: path.resolve('data'),
      trustedIssuers: null,
      signingKeyFile: null,
      actorTokens: { audience: null, algorithm: 'EdDSA' },
      durations: { minSeconds: 60, defaultSeconds: 600, maxSeconds: 3_600 },
      rules: {
        impersonatorRoles: ['ADMIN'],
        protectedRoles: ['ADMIN', 'AUDITOR'],
        activeSessionLimit: 3,
        startsPerMinute: 10,
        maxAuthAgeSeconds: null,
        requiredAmr: [],
      },
      denialsPerMinute: 60,
      crossOrigin: { origins: [], anyLocalhost: true },
      anchorFile: path.resolve('data', 'anchors.log'),
      recheck: { eventsPerSecond: 1_000, pauseSeconds: 60 },
      bodyLimitBytes: 1_048_576,
      trustedProxies: 0,
      logLevel: 'info',
      instance: null,
      console: { oidc: null },
      gatewayConfigFile: null,
    });
  });

  it('the defaults are those the documentation names', () => {
    let literal = 0;
    for (const { name, byDefault } of Object.values(OPTIONS)) {
      if (/unset|`|;|,.* in |host name/.test(byDefault)) continue;
      literal += 1;
      expect(readConfig({ [name]: byDefault }), name).toEqual(readConfig({}));
    }
    expect(literal).toBeGreaterThan(14);
  });

  it('is the same as with every variable empty or blank', () => {
    for (const blank of ['', '  ', '\t']) {
      const all = Object.fromEntries(Object.values(OPTIONS).map(({ name }) => [name, blank]));
      expect(readConfig(all)).toEqual(readConfig({}));
    }
    expect(readConfig({ PORT: undefined, NOT_OURS: 'x' })).toEqual(readConfig({}));
  });
});

describe('every option', () => {
  const cases: readonly [string, string, object][] = [
    ['NODE_ENV', 'test', { production: false }],
    ['HOST', '::', { host: '::' }],
    ['PORT', ' 0 ', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['PUBLIC_URL', 'https://gateway.example/', { publicUrl: 'https://gateway.example' }],
    ['PUBLIC_URL', 'http://[::1]:4000/a/b//', { publicUrl: 'http://[::1]:4000/a/b' }],
    [
      'MONGODB_URI',
      'mongodb://u:p@h/db',
      {
        store: {
          kind: 'mongodb',
          uri: 'mongodb://u:p@h/db',
          database: 'impersonation_gateway',
          usersCollection: 'users',
          usersFields: {},
        },
      },
    ],
    ['MONGODB_URI', 'mongodb+srv://h', { store: { kind: 'mongodb', uri: 'mongodb+srv://h' } }],
    [
      'DATA_DIR',
      '/var/lib/gateway',
      {
        dataDir: '/var/lib/gateway',
        store: { directory: '/var/lib/gateway' },
        anchorFile: '/var/lib/gateway/anchors.log',
      },
    ],
    ['TRUSTED_ISSUERS', JSON.stringify(ISSUERS), { trustedIssuers: ISSUERS }],
    [
      'TRUSTED_ISSUERS',
      issuers({ audience: ['a', 'b'], acceptActorClaim: true }),
      { trustedIssuers: [{ audience: ['a', 'b'], acceptActorClaim: true }] },
    ],
    ['SIGNING_KEY_FILE', 'keys.json', { signingKeyFile: 'keys.json' }],
    ['ACTOR_TOKEN_AUDIENCE', 'api', { actorTokens: { audience: 'api', algorithm: 'EdDSA' } }],
    ['ACTOR_TOKEN_ALGORITHM', 'RS256', { actorTokens: { algorithm: 'RS256' } }],
    ['IMPERSONATION_DEFAULT_SECONDS', '60', { durations: { defaultSeconds: 60 } }],
    ['IMPERSONATION_MAX_SECONDS', '86400', { durations: { maxSeconds: 86_400 } }],
    ['IMPERSONATION_MAX_ACTIVE', '1', { rules: { activeSessionLimit: 1 } }],
    ['IMPERSONATION_STARTS_PER_MINUTE', '1', { rules: { startsPerMinute: 1 } }],
    ['DENIED_EVENTS_PER_MINUTE', '1', { denialsPerMinute: 1 }],
    ['STEP_UP_MAX_AUTH_AGE_SECONDS', '300', { rules: { maxAuthAgeSeconds: 300 } }],
    ['STEP_UP_REQUIRED_AMR', 'mfa, hwk,', { rules: { requiredAmr: ['mfa', 'hwk'] } }],
    ['PROTECTED_ROLES', ' ADMIN ,OWNER', { rules: { protectedRoles: ['ADMIN', 'OWNER'] } }],
    [
      'CORS_ORIGINS',
      'https://a.example,http://[::1]:3000',
      { crossOrigin: { origins: ['https://a.example', 'http://[::1]:3000'], anyLocalhost: false } },
    ],
    ['AUDIT_ANCHOR_FILE', '/a/b.log', { anchorFile: '/a/b.log' }],
    ['AUDIT_RECHECK_EVENTS_PER_SECOND', '0', { recheck: { eventsPerSecond: 0 } }],
    ['AUDIT_RECHECK_PAUSE_SECONDS', '1', { recheck: { pauseSeconds: 1 } }],
    ['BODY_LIMIT_BYTES', '1024', { bodyLimitBytes: 1_024 }],
    ['TRUSTED_PROXIES', '10', { trustedProxies: 10 }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['GATEWAY_INSTANCE', 'replica-7', { instance: 'replica-7' }],
    ['CONSOLE', 'off', { console: null }],
    ['GATEWAY_CONFIG', 'services.yaml', { gatewayConfigFile: path.resolve('services.yaml') }],
  ];
  it.each(cases)('%s=%s is taken', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
  });

  it('MONGODB_DB, USERS_COLLECTION and USERS_FIELDS are taken with MONGODB_URI', () => {
    const environment = {
      MONGODB_URI: 'mongodb://h',
      MONGODB_DB: 'db',
      USERS_COLLECTION: 'people',
      USERS_FIELDS: '{"name":"fullName","roles":"acl.roles"}',
    };
    expect(readConfig(environment).store).toEqual({
      kind: 'mongodb',
      uri: 'mongodb://h',
      database: 'db',
      usersCollection: 'people',
      usersFields: { name: 'fullName', roles: 'acl.roles' },
    });
  });

  it('CONSOLE_OIDC_ISSUER, _CLIENT_ID, _SCOPE and _AUDIENCE are taken together', () => {
    const issuer = 'https://id.example/';
    const environment = {
      TRUSTED_ISSUERS: issuers({ issuer }),
      CONSOLE_OIDC_ISSUER: issuer,
      CONSOLE_OIDC_CLIENT_ID: 'console',
    };
    expect(readConfig(environment).console).toEqual({ oidc: { issuer, clientId: 'console', scope: 'openid' } });
    expect(
      readConfig({ ...environment, CONSOLE_OIDC_SCOPE: 'openid email', CONSOLE_OIDC_AUDIENCE: 'api' }).console,
    ).toEqual({ oidc: { issuer, clientId: 'console', scope: 'openid email', audience: 'api' } });
    expect(readConfig({ ...environment, CONSOLE: 'off' }).console).toBeNull();
  });

  it('is tried here', () => {
    const together = ['ISSUER', 'CLIENT_ID', 'SCOPE', 'AUDIENCE'].map((name) => `CONSOLE_OIDC_${name}`);
    const tried = new Set([
      ...cases.map(([name]) => name),
      ...['MONGODB_DB', 'USERS_COLLECTION', 'USERS_FIELDS'],
      // In secret-file.test.ts: it needs a file.
      'MONGODB_URI_FILE',
      ...together,
    ]);
    expect(
      Object.values(OPTIONS)
        .map(({ name }) => name as string)
        .filter((name) => !tried.has(name)),
    ).toEqual([]);
  });
});

it('the configuration is frozen through and through', () => {
  const config = readConfig({
    ...PRODUCTION,
    MONGODB_URI: 'mongodb://h',
    USERS_FIELDS: '{"name":"n"}',
    CORS_ORIGINS: 'https://a',
  });
  const thawed: string[] = [];
  (function look(value: unknown, where: string): void {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) thawed.push(where);
    for (const [name, inner] of Object.entries(value)) look(inner, `${where}.${name}`);
  })(config, 'config');
  expect(thawed).toEqual([]);
  expect(config.trustedIssuers?.[0]?.algorithms).toEqual(['RS256']);
});
