import fc from 'fast-check';
import type { Environment } from '../../../src/config/index.js';
import { OPTIONS } from '../../../src/config/options.js';
import { SECRET } from '../../support/refused-start.js';
import { nearlyJson } from '../texts/json-text.js';
import { oddText } from '../texts/odd-text.js';
import { replacedIn } from '../texts/replaced-in.js';
import { spoiled, spoilings } from '../texts/spoiled-text.js';

const ISSUERS = [
  {
    issuer: 'https://id.example',
    audience: ['https://api.example', 'https://other.example'],
    jwks: 'https://id.example/jwks',
    algorithms: ['RS256', 'ES256'],
    acceptActorClaim: true,
  },
];

/** What some options are meant to have. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  NODE_ENV: ['production', 'development', 'test'],
  HOST: ['127.0.0.1', '::1', '0.0.0.0'],
  PUBLIC_URL: ['https://gateway.example', 'https://id.example', 'http://[::1]:4000/base/'],
  MONGODB_URI: [`mongodb://user:${SECRET}@db.example/x`, 'mongodb+srv://db.example'],
  USERS_FIELDS: ['{"name":"fullName","id":"key"}'],
  TRUSTED_ISSUERS: [JSON.stringify(ISSUERS)],
  ACTOR_TOKEN_ALGORITHM: ['EdDSA', 'RS256'],
  PROTECTED_ROLES: ['ADMIN,AUDITOR', 'SUPPORT', 'Admin'],
  CORS_ORIGINS: ['https://admin.example.com', 'http://a.example,https://b.example'],
  LOG_LEVEL: ['info', 'silent', 'trace'],
  TRUSTED_DOCUMENTS_ONLY: ['true', 'false'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['https://collector.example:4318', 'http://127.0.0.1'],
  OTEL_EXPORTER_OTLP_HEADERS: [`api-key=${SECRET}`, `a=b,__proto__=${SECRET}`, `authorization=Basic%20${SECRET}`],
  OTEL_TRACES_SAMPLER: ['always_on', 'traceidratio'],
  CONSOLE: ['on', 'off'],
  CONSOLE_OIDC_ISSUER: ['https://id.example'],
  CONSOLE_OIDC_SCOPE: ['openid profile'],
};
/** Addresses as somebody may write them who has a key to put somewhere. */
const WITH_SECRETS = [
  `https://user:${SECRET}@id.example/x`,
  `https://id.example/jwks?access_token=${SECRET}`,
  `mongodb://user:p/${SECRET}@db.example`,
  `Bearer ${SECRET}`,
];

/** Whether a value may be quoted, where it is no secret by its option. */
const quotable = fc.oneof(
  { arbitrary: oddText, weight: 3 },
  { arbitrary: nearlyJson, weight: 2 },
  { arbitrary: fc.constantFrom(...WITH_SECRETS), weight: 1 },
  { arbitrary: fc.integer({ min: -10, max: 200_000_000 }).map(String), weight: 2 },
  { arbitrary: fc.double().map(String), weight: 1 },
  {
    arbitrary: fc.constantFrom('0', '1', '60', '3600', 'true', 'on', 'a,b', ',', '0x10', '1e3', '٣', '1.0'),
    weight: 2,
  },
);

function valuesOf(name: string): fc.Arbitrary<string> {
  const meant = MEANT[name];
  if (meant === undefined)
    return fc.oneof(
      { arbitrary: fc.constantFrom('', '60', '100', '5000'), weight: 4 },
      { arbitrary: quotable, weight: 1 },
    );
  const right = fc.constantFrom(...meant);
  return fc.oneof(
    { arbitrary: right, weight: 9 },
    { arbitrary: fc.tuple(right, spoilings).map(([text, changes]) => spoiled(text, changes)), weight: 3 },
    { arbitrary: quotable, weight: 1 },
    ...(name === 'TRUSTED_ISSUERS' ? [{ arbitrary: replacedIn(ISSUERS), weight: 5 }] : []),
  );
}

const NAMES: readonly string[] = Object.values(OPTIONS).map(({ name }) => name);

/** Some options, set to anything. @param except those that others are to be read by */
export function environments(except: readonly string[] = []): fc.Arbitrary<Environment> {
  const names = NAMES.filter((name) => !except.includes(name));
  return fc
    .uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 12 })
    .chain((chosen) => fc.tuple(...chosen.map((name) => fc.tuple(fc.constant(name), valuesOf(name)))))
    .map((settings) => Object.fromEntries(settings));
}

export const OPTION_NAMES: ReadonlySet<string> = new Set(NAMES);
