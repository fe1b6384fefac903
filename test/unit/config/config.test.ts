import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, OPTIONS, readConfig } from '../../../src/config/index.js';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';

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
      proofs: { maxAgeSeconds: 60, perIdentity: 10_000, publicUrls: [] },
      signingKeyFile: null,
      signingKeyMaxAgeDays: 90,
      actorTokens: { audience: null, algorithm: 'EdDSA' },
      durations: { minSeconds: 60, defaultSeconds: 600, maxSeconds: 3_600, idleSeconds: 600 },
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
      retentionMinDays: 90,
      bodyLimitBytes: 1_048_576,
      limits: DEFAULT_QUERY_LIMITS,
      trustedDocuments: { file: null, only: false },
      trustedProxies: 0,
      operations: { timeoutSeconds: 30, perIdentity: 100 },
      streams: { perIdentity: 20, bufferBytes: 1_048_576 },
      connections: {
        most: 10_000,
        perAddress: 1_000,
        headersTimeoutSeconds: 10,
        requestTimeoutSeconds: 30,
        keepAliveSeconds: 5,
        requestsPerConnection: 0,
        stalledClientSeconds: 60,
      },
      hstsMaxAgeSeconds: 31_536_000,
      cspReportUri: null,
      anomalies: { deniedPerActor: 30, deniedPerAddress: 100, subjectsPerHour: 30 },
      refusedCredentialsPerAddress: 600,
      logLevel: 'info',
      instance: null,
      metrics: null,
      tracing: null,
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
    ['SIGNING_KEY_MAX_AGE_DAYS', '0', { signingKeyMaxAgeDays: 0 }],
    ['SIGNING_KEY_MAX_AGE_DAYS', '365', { signingKeyMaxAgeDays: 365 }],
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
      issuers({ audience: ['a', 'b'], acceptActorClaim: true, subjectPrefix: 'staff_' }),
      { trustedIssuers: [{ audience: ['a', 'b'], acceptActorClaim: true, subjectPrefix: 'staff_' }] },
    ],
    [
      'TRUSTED_ISSUERS',
      issuers({ requireSenderConstraint: true }),
      { trustedIssuers: [{ requireSenderConstraint: true }] },
    ],
    ['DPOP_PROOF_MAX_AGE_SECONDS', '10', { proofs: { maxAgeSeconds: 10 } }],
    ['DPOP_PROOFS_PER_IDENTITY', '5', { proofs: { perIdentity: 5 } }],
    [
      'DPOP_PUBLIC_URLS',
      'http://gateway.internal:4000/, https://other.example',
      { proofs: { publicUrls: ['http://gateway.internal:4000/', 'https://other.example'] } },
    ],
    ['SIGNING_KEY_FILE', 'keys.json', { signingKeyFile: 'keys.json' }],
    ['ACTOR_TOKEN_AUDIENCE', 'api', { actorTokens: { audience: 'api', algorithm: 'EdDSA' } }],
    ['ACTOR_TOKEN_ALGORITHM', 'RS256', { actorTokens: { algorithm: 'RS256' } }],
    ['IMPERSONATION_DEFAULT_SECONDS', '60', { durations: { defaultSeconds: 60 } }],
    ['IMPERSONATION_MAX_SECONDS', '86400', { durations: { maxSeconds: 86_400 } }],
    ['IMPERSONATION_IDLE_SECONDS', '60', { durations: { idleSeconds: 60 } }],
    ['IMPERSONATION_IDLE_SECONDS', '0', { durations: { idleSeconds: 0 } }],
    ['IMPERSONATION_MAX_ACTIVE', '1', { rules: { activeSessionLimit: 1 } }],
    ['IMPERSONATION_MAX_ACTIVE', '0', { rules: { activeSessionLimit: 0 } }],
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
    ['AUDIT_RETENTION_MIN_DAYS', '0', { retentionMinDays: 0 }],
    ['BODY_LIMIT_BYTES', '1024', { bodyLimitBytes: 1_024 }],
    ['QUERY_MAX_TOKENS', '100', { limits: { tokens: 100 } }],
    ['QUERY_MAX_CHARACTERS', '1', { limits: { characters: 1 } }],
    ['QUERY_MAX_LINES', '1', { limits: { lines: 1 } }],
    ['QUERY_MAX_DEPTH', '1', { limits: { depth: 1 } }],
    ['QUERY_MAX_FIELDS', '1', { limits: { fields: 1 } }],
    ['QUERY_MAX_ALIASES', '1', { limits: { aliases: 1 } }],
    ['QUERY_MAX_COMPARISONS', '1', { limits: { comparisons: 1 } }],
    ['QUERY_MAX_ROOT_FIELDS', '1', { limits: { rootFields: 1 } }],
    ['QUERY_MAX_DIRECTIVES', '1', { limits: { directives: 1 } }],
    ['QUERY_MAX_DIRECTIVES_PER_PLACE', '1', { limits: { directivesPerPlace: 1 } }],
    ['QUERY_MAX_RECURSION', '1', { limits: { recursion: 1 } }],
    ['QUERY_MAX_VARIABLES', '1', { limits: { variables: 1 } }],
    ['QUERY_MAX_INPUT_DEPTH', '1', { limits: { inputDepth: 1 } }],
    ['QUERY_MAX_INPUT_VALUES', '1', { limits: { inputValues: 1 } }],
    ['QUERY_MAX_COST', '1', { limits: { cost: 1 } }],
    ['QUERY_ASSUMED_LIST_SIZE', '1', { limits: { assumedListSize: 1 } }],
    ['TRUSTED_DOCUMENTS', 'a.json', { trustedDocuments: { file: path.resolve('a.json'), only: false } }],
    ['TRUSTED_DOCUMENTS_ONLY', 'true', { trustedDocuments: { file: null, only: true } }],
    ['TRUSTED_PROXIES', '10', { trustedProxies: 10, connections: { perAddress: 0 } }],
    ['OPERATION_TIMEOUT_SECONDS', '1', { operations: { timeoutSeconds: 1 } }],
    ['OPERATIONS_PER_IDENTITY', '1', { operations: { perIdentity: 1 } }],
    ['SUBSCRIPTIONS_PER_IDENTITY', '1', { streams: { perIdentity: 1 } }],
    ['CONNECTIONS_PER_ADDRESS', '0', { connections: { perAddress: 0 } }],
    ['MAX_CONNECTIONS', '1', { connections: { most: 1 } }],
    ['HEADERS_TIMEOUT_SECONDS', '1', { connections: { headersTimeoutSeconds: 1 } }],
    ['REQUEST_TIMEOUT_SECONDS', '3600', { connections: { requestTimeoutSeconds: 3_600 } }],
    ['KEEP_ALIVE_SECONDS', '75', { connections: { keepAliveSeconds: 75 } }],
    ['REQUESTS_PER_CONNECTION', '1000', { connections: { requestsPerConnection: 1_000 } }],
    ['STALLED_CLIENT_SECONDS', '1', { connections: { stalledClientSeconds: 1 } }],
    ['STREAM_BUFFER_BYTES', '1024', { streams: { bufferBytes: 1_024 } }],
    ['HSTS_MAX_AGE_SECONDS', '0', { hstsMaxAgeSeconds: 0 }],
    ['CSP_REPORT_URI', 'https://reports.example/csp?key=1', { cspReportUri: 'https://reports.example/csp?key=1' }],
    ['DENIED_BURST_PER_ACTOR', '0', { anomalies: { deniedPerActor: 0 } }],
    ['DENIED_BURST_PER_ADDRESS', '5', { anomalies: { deniedPerAddress: 5 } }],
    ['SUBJECTS_PER_HOUR', '7', { anomalies: { subjectsPerHour: 7 } }],
    ['REFUSED_CREDENTIALS_PER_ADDRESS', '0', { refusedCredentialsPerAddress: 0 }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['METRICS_PORT', '9464', { metrics: { host: '127.0.0.1', port: 9_464 } }],
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

  it('METRICS_HOST is taken with METRICS_PORT', () => {
    expect(readConfig({ METRICS_PORT: '0', METRICS_HOST: '10.0.0.7' }).metrics).toEqual({ host: '10.0.0.7', port: 0 });
    expect(readConfig({ METRICS_HOST: '10.0.0.7' }).metrics).toBeNull();
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

  it.each(
    Object.values(OPTIONS).flatMap(({ name }) =>
      /^QUERY_/.test(name) ? ['0', 'off', '-1', '1e9'].map((value) => [name, value]) : [],
    ),
  )('%s=%s switches no limit off: it is refused', (name, value) => {
    expect(_problems({ [name ?? '']: value })).toEqual([
      expect.stringContaining(`${name} must be a whole number from 1 to`),
    ]);
  });

  it('TRUSTED_DOCUMENTS_ONLY without any trusted document is refused', () => {
    expect(_problems({ TRUSTED_DOCUMENTS_ONLY: 'true', CONSOLE: 'off' })).toEqual([
      'TRUSTED_DOCUMENTS must be set with TRUSTED_DOCUMENTS_ONLY: nothing would be executed.',
    ]);
  });

  it('is tried here', () => {
    const together = ['ISSUER', 'CLIENT_ID', 'SCOPE', 'AUDIENCE'].map((name) => `CONSOLE_OIDC_${name}`);
    const tried = new Set([
      ...cases.map(([name]) => name),
      ...['MONGODB_DB', 'USERS_COLLECTION', 'USERS_FIELDS', 'METRICS_HOST'],
      // With each other, in tracing-options.test.ts.
      ...[
        'EXPORTER_OTLP_ENDPOINT',
        'EXPORTER_OTLP_HEADERS',
        'SERVICE_NAME',
        'TRACES_SAMPLER',
        'TRACES_SAMPLER_ARG',
      ].map((name) => `OTEL_${name}`),
      'TRACEPARENT_FROM',
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
