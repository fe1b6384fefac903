import { BUILT_IN_ROLES } from '../domain/role.js';
import { SIGNING_ALGORITHMS } from '../tokens/index.js';
import type { Parsed } from './option.js';
import { exactWebAddress, list, type Option, oneOf, text, webAddress, wholeNumber, zeroOr } from './option.js';
import { parseNetworks, parseOtlpHeaders, ratio, SAMPLERS } from './tracing-options.js';
import { parseTrustedIssuers } from './trusted-issuers.js';
import { parseUsersFields } from './users-fields.js';

const ROLE_NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

function checkRole(role: string): string | null {
  if (!ROLE_NAME.test(role)) return `"${role}" is not a role name`;
  // Roles compare exactly: a slip in the case would leave everybody unprotected who was to be protected.
  const meant = BUILT_IN_ROLES.find((known) => known !== role && known === role.toUpperCase());
  return meant === undefined ? null : `"${role}" is not "${meant}": roles compare exactly`;
}

const checkOrigin = (origin: string) =>
  /^https?:\/\/[^/?#@\s*]+$/.test(origin)
    ? null
    : `"${origin}" is not an exact origin such as https://admin.example.com`;

function checkAddress(address: string): string | null {
  const parsed = webAddress()(address);
  return 'problem' in parsed ? `"${address}" ${parsed.problem}` : null;
}

function option<T>(
  name: string,
  parse: Option<T>['parse'],
  about: Pick<Option<T>, 'byDefault' | 'effect'> & { readonly unit?: string; readonly secret?: true },
): Option<T> {
  return {
    name,
    parse,
    unit: about.unit ?? null,
    secret: about.secret ?? false,
    byDefault: about.byDefault,
    effect: about.effect,
  };
}

/** Every environment variable the gateway reads: what docs/configuration.md lists, in its order. */
export const OPTIONS = {
  environment: option('NODE_ENV', oneOf('development', 'production', 'test'), {
    byDefault: 'development',
    effect: '`production` refuses development conveniences; `test` counts as development.',
  }),
  host: option('HOST', text(), { byDefault: '127.0.0.1', effect: 'The address to listen on.' }),
  port: option('PORT', wholeNumber(0, 65_535), {
    byDefault: '4000',
    effect: 'The port to listen on; 0 picks a free one. The address is printed.',
  }),
  publicUrl: option('PUBLIC_URL', webAddress(), {
    byDefault: '`http://HOST:PORT`',
    effect: 'Where clients reach the gateway: `iss` of actor tokens.',
  }),
  mongodbUri: option('MONGODB_URI', checkMongoUri, {
    byDefault: 'unset: the embedded store in `DATA_DIR`',
    secret: true,
    effect: 'The MongoDB connection string. Never logged.',
  }),
  mongodbUriFile: option('MONGODB_URI_FILE', text(), {
    byDefault: 'unset',
    effect: 'A file that holds `MONGODB_URI` instead, such as a mounted secret. Only one of the two may be set.',
  }),
  mongodbDatabase: option('MONGODB_DB', text(), {
    byDefault: 'impersonation_gateway',
    effect: 'The database that holds the gateway\u2019s collections.',
  }),
  usersCollection: option('USERS_COLLECTION', text(), {
    byDefault: 'users',
    effect: 'The collection with the people, in the same database. Read, never written.',
  }),
  usersFields: option('USERS_FIELDS', parseUsersFields, {
    byDefault: 'unset: `_id`, `name`, `email`, `roles`, `disabled`, `avatarUrl`',
    effect: 'JSON: our field names to those of an existing collection, e.g. `{"name":"fullName"}`.',
  }),
  dataDir: option('DATA_DIR', text(), {
    byDefault: './data',
    effect: 'The embedded store, and in development the keys.',
  }),
  trustedIssuers: option('TRUSTED_ISSUERS', parseTrustedIssuers, {
    byDefault: 'the development issuer; required in production',
    effect:
      'JSON: `[{issuer, audience, jwks, algorithms, acceptActorClaim?, subjectPrefix?, requireSenderConstraint?}]`, the identity providers whose session tokens are accepted. `jwks` is a URL or a file. With `subjectPrefix` an issuer names only people whose ids begin with it; with `requireSenderConstraint` its tokens are refused that are not bound to their sender’s key (docs/dpop.md).',
  }),
  proofMaxAgeSeconds: option('DPOP_PROOF_MAX_AGE_SECONDS', wholeNumber(1, 600), {
    unit: 'seconds',
    byDefault: '60',
    effect:
      'How old the proof may be that comes with a token bound to its sender’s key (RFC 9449), beside 5 s for clocks; how long used ones are remembered.',
  }),
  proofsPerIdentity: option('DPOP_PROOFS_PER_IDENTITY', wholeNumber(1, 100_000), {
    unit: 'proofs',
    byDefault: '10000',
    effect: 'How many proofs of one actor are remembered at once; beyond it the actor is refused with RATE_LIMITED.',
  }),
  proofPublicUrls: option('DPOP_PUBLIC_URLS', list(checkAddress), {
    byDefault: 'none; in development without `PUBLIC_URL`, `PORT` of localhost',
    effect: 'Comma-separated: where clients reach the gateway besides `PUBLIC_URL`; proofs (`htu`) may name these too.',
  }),
  signingKeyFile: option('SIGNING_KEY_FILE', text(), {
    byDefault: 'made in `DATA_DIR`; required in production',
    effect:
      'A JWKS with private keys. The first of the selected algorithm signs, all verify. Followed while the gateway runs: see docs/operations.md.',
  }),
  signingKeyMaxAgeDays: option('SIGNING_KEY_MAX_AGE_DAYS', wholeNumber(0, 3_650), {
    unit: 'days',
    byDefault: '90',
    effect:
      'From which age on the signing key is to be exchanged: the start and `config check` warn, and a metric says so. It goes on signing. 0: no age is too old.',
  }),
  actorTokenAudience: option('ACTOR_TOKEN_AUDIENCE', text(), {
    byDefault: '`PUBLIC_URL`',
    effect: '`aud` of actor tokens.',
  }),
  actorTokenAlgorithm: option('ACTOR_TOKEN_ALGORITHM', oneOf(...SIGNING_ALGORITHMS), {
    byDefault: 'EdDSA',
    effect: 'How actor tokens are signed; RS256 for SDKs that verify nothing else.',
  }),
  defaultSeconds: option('IMPERSONATION_DEFAULT_SECONDS', wholeNumber(60, 86_400), {
    unit: 'seconds',
    byDefault: '600',
    effect: 'How long an impersonation lasts when the start does not say.',
  }),
  maxSeconds: option('IMPERSONATION_MAX_SECONDS', wholeNumber(60, 86_400), {
    unit: 'seconds',
    byDefault: '3600',
    effect: 'How long an impersonation may last at most.',
  }),
  idleSeconds: option('IMPERSONATION_IDLE_SECONDS', zeroOr(60, 86_400), {
    unit: 'seconds',
    byDefault: '600',
    effect:
      'After how long without activity an impersonation ends, whatever its time (docs/lifecycle.md says what counts); 0: it does not. Fixed for each when it starts. Before rolling upgrades see docs/upgrading.md.',
  }),
  maxActive: option('IMPERSONATION_MAX_ACTIVE', wholeNumber(0, 100), {
    unit: 'sessions',
    byDefault: '3',
    effect: 'How many sessions one actor may have active at once; 0: nobody begins one.',
  }),
  startsPerMinute: option('IMPERSONATION_STARTS_PER_MINUTE', wholeNumber(1, 10_000), {
    unit: 'starts',
    byDefault: '10',
    effect:
      'How many sessions one actor may start within a minute; also for how many people one may begin to act by delegation (RFC 8693), at each gateway.',
  }),
  denialsPerMinute: option('DENIED_EVENTS_PER_MINUTE', wholeNumber(1, 10_000), {
    unit: 'events',
    byDefault: '60',
    effect:
      'Refused attempts per actor and minute that get an event each; the rest is folded into one with a count. The same for lines of the log about what was refused, per actor or address.',
  }),
  maxAuthAgeSeconds: option('STEP_UP_MAX_AUTH_AGE_SECONDS', wholeNumber(1, 31_536_000), {
    unit: 'seconds',
    byDefault: 'unset: any age',
    effect:
      'How long ago the actor may have signed in at most to start an impersonation, or to use a delegation (RFC 9470).',
  }),
  requiredAmr: option(
    'STEP_UP_REQUIRED_AMR',
    list(() => null),
    {
      byDefault: 'unset: any',
      effect: 'Comma-separated authentication methods (RFC 8176) the actor must have signed in with, e.g. `mfa`.',
    },
  ),
  protectedRoles: option('PROTECTED_ROLES', list(checkRole), {
    byDefault: 'ADMIN,AUDITOR',
    effect: 'Comma-separated roles whose holders can never be impersonated.',
  }),
  corsOrigins: option('CORS_ORIGINS', list(checkOrigin), {
    byDefault: 'any port of localhost in development, none in production',
    effect: 'Comma-separated exact origins that browsers may call from, with credentials.',
  }),
  anchorFile: option('AUDIT_ANCHOR_FILE', text(), {
    byDefault: '`DATA_DIR/anchors.log`',
    effect: 'Where signed seals are also written, outside the database.',
  }),
  recheckEventsPerSecond: option('AUDIT_RECHECK_EVENTS_PER_SECOND', wholeNumber(0, 1_000_000), {
    unit: 'events per second',
    byDefault: '1000',
    effect: 'How fast each gateway verifies the stored audit trail, again and again; 0: it does not.',
  }),
  recheckPauseSeconds: option('AUDIT_RECHECK_PAUSE_SECONDS', wholeNumber(1, 604_800), {
    unit: 'seconds',
    byDefault: '60',
    effect: 'How long it rests between one verification of the whole trail and the next.',
  }),
  retentionMinDays: option('AUDIT_RETENTION_MIN_DAYS', wholeNumber(0, 36_500), {
    unit: 'days',
    byDefault: '90',
    effect:
      'How old events must be at least before `audit prune` takes them out of the store; at least 90 in production.',
  }),
  bodyLimitBytes: option('BODY_LIMIT_BYTES', wholeNumber(1_024, 104_857_600), {
    unit: 'bytes',
    byDefault: '1048576',
    effect: 'The largest request body that is read.',
  }),
  queryMaxTokens: option('QUERY_MAX_TOKENS', wholeNumber(1, 100_000), {
    unit: 'tokens',
    byDefault: '10000',
    effect: 'Tokens of a GraphQL document at most.',
  }),
  queryMaxCharacters: option('QUERY_MAX_CHARACTERS', wholeNumber(1, 10_000_000), {
    unit: 'characters',
    byDefault: '100000',
    effect: 'Characters of a GraphQL document at most.',
  }),
  queryMaxLines: option('QUERY_MAX_LINES', wholeNumber(1, 100_000), {
    unit: 'lines',
    byDefault: '2000',
    effect: 'Lines of a GraphQL document at most.',
  }),
  queryMaxDepth: option('QUERY_MAX_DEPTH', wholeNumber(1, 100), {
    unit: 'levels',
    byDefault: '20',
    effect: 'How deep fields may be nested.',
  }),
  queryMaxFields: option('QUERY_MAX_FIELDS', wholeNumber(1, 1_000_000), {
    unit: 'fields',
    byDefault: '2000',
    effect: 'Fields of an operation at most, each as often as fragments spread it.',
  }),
  queryMaxAliases: option('QUERY_MAX_ALIASES', wholeNumber(1, 100_000), {
    unit: 'aliases',
    byDefault: '200',
    effect: 'Aliases of an operation at most, counted alike.',
  }),
  queryMaxComparisons: option('QUERY_MAX_COMPARISONS', wholeNumber(1, 1_000_000), {
    unit: 'pairs',
    byDefault: '10000',
    effect:
      'Pairs of fields of one name, or of fragments, in one place of a document, of which it has to be asked whether they can be merged, at most.',
  }),
  queryMaxRootFields: option('QUERY_MAX_ROOT_FIELDS', wholeNumber(1, 100_000), {
    unit: 'fields',
    byDefault: '50',
    effect: 'Root fields of an operation at most, counted alike.',
  }),
  queryMaxDirectives: option('QUERY_MAX_DIRECTIVES', wholeNumber(1, 100_000), {
    unit: 'directives',
    byDefault: '200',
    effect: 'Directives of a document at most.',
  }),
  queryMaxDirectivesPerPlace: option('QUERY_MAX_DIRECTIVES_PER_PLACE', wholeNumber(1, 1_000), {
    unit: 'directives',
    byDefault: '10',
    effect: 'Directives on one field, fragment, operation or variable of a document at most.',
  }),
  queryMaxRecursion: option('QUERY_MAX_RECURSION', wholeNumber(1, 100), {
    unit: 'times',
    byDefault: '10',
    effect: 'How often one field of one type may stand within itself.',
  }),
  queryMaxVariables: option('QUERY_MAX_VARIABLES', wholeNumber(1, 10_000), {
    unit: 'variables',
    byDefault: '100',
    effect: 'Variables of an operation at most.',
  }),
  queryMaxInputDepth: option('QUERY_MAX_INPUT_DEPTH', wholeNumber(1, 100), {
    unit: 'levels',
    byDefault: '20',
    effect: 'How deep lists and objects may be nested in literals and in the values of variables.',
  }),
  queryMaxInputValues: option('QUERY_MAX_INPUT_VALUES', wholeNumber(1, 1_000_000), {
    unit: 'values',
    byDefault: '10000',
    effect: 'Values in the variables of a request at most, and in the literals of a document.',
  }),
  queryMaxCost: option('QUERY_MAX_COST', wholeNumber(1, 1_000_000_000), {
    unit: 'cost',
    byDefault: '20000',
    effect:
      'What an operation may cost: 1 for each object, times the sizes of the lists around it; see docs/limits.md.',
  }),
  queryAssumedListSize: option('QUERY_ASSUMED_LIST_SIZE', wholeNumber(1, 100_000), {
    unit: 'entries',
    byDefault: '10',
    effect: 'Entries that a list is taken to have of which the schema says nothing.',
  }),
  trustedDocuments: option('TRUSTED_DOCUMENTS', text(), {
    byDefault: 'unset: none',
    effect:
      'A JSON file with the documents that clients were built with, by their SHA-256: they may be asked for by their ids. Read anew when it changes; see docs/limits.md.',
  }),
  trustedDocumentsOnly: option('TRUSTED_DOCUMENTS_ONLY', oneOf('true', 'false'), {
    byDefault: 'false',
    effect: 'Whether no other documents than the trusted ones, and those of the console, are executed.',
  }),
  trustedProxies: option('TRUSTED_PROXIES', wholeNumber(0, 10), {
    unit: 'proxies',
    byDefault: '0',
    effect: 'How many proxies in front append to `X-Forwarded-For`; 0: the header is ignored.',
  }),
  operationTimeoutSeconds: option('OPERATION_TIMEOUT_SECONDS', wholeNumber(1, 3_600), {
    unit: 'seconds',
    byDefault: '30',
    effect: 'How long a query, a mutation, or one event of a stream may be worked on; then it is given up.',
  }),
  operationsPerIdentity: option('OPERATIONS_PER_IDENTITY', wholeNumber(1, 100_000), {
    unit: 'operations',
    byDefault: '100',
    effect: 'How many queries and mutations of one actor, or of one address without a token, may be under way at once.',
  }),
  subscriptionsPerIdentity: option('SUBSCRIPTIONS_PER_IDENTITY', wholeNumber(1, 10_000), {
    unit: 'streams',
    byDefault: '20',
    effect:
      'How many subscriptions one actor, or one address without a token, may have open at once; and as many WebSockets, and as many reserved event streams.',
  }),
  connectionsPerAddress: option('CONNECTIONS_PER_ADDRESS', wholeNumber(0, 1_000_000), {
    unit: 'connections',
    byDefault: '1000; 0 where `TRUSTED_PROXIES` is not 0',
    effect: 'How many connections one address (of IPv6: one /64) may have open at once; 0: any number.',
  }),
  maxConnections: option('MAX_CONNECTIONS', wholeNumber(1, 1_000_000), {
    unit: 'connections',
    byDefault: '10000',
    effect: 'How many connections may be open at once, whosever they are.',
  }),
  headersTimeoutSeconds: option('HEADERS_TIMEOUT_SECONDS', wholeNumber(1, 3_600), {
    unit: 'seconds',
    byDefault: '10',
    effect: 'How long a client may take to send the headers of a request.',
  }),
  requestTimeoutSeconds: option('REQUEST_TIMEOUT_SECONDS', wholeNumber(1, 3_600), {
    unit: 'seconds',
    byDefault: '30',
    effect: 'How long a client may take to send a request with its body. Not less than `HEADERS_TIMEOUT_SECONDS`.',
  }),
  keepAliveSeconds: option('KEEP_ALIVE_SECONDS', wholeNumber(1, 3_600), {
    unit: 'seconds',
    byDefault: '5',
    effect: 'How long a connection is kept without a request. Longer than a proxy in front keeps it.',
  }),
  requestsPerConnection: option('REQUESTS_PER_CONNECTION', wholeNumber(0, 100_000_000), {
    unit: 'requests',
    byDefault: '0',
    effect: 'After how many requests a connection is closed, so that clients spread over replicas anew; 0: never.',
  }),
  stalledClientSeconds: option('STALLED_CLIENT_SECONDS', wholeNumber(1, 3_600), {
    unit: 'seconds',
    byDefault: '60',
    effect: 'How long a client may leave what was sent to it untaken before it is cut off.',
  }),
  streamBufferBytes: option('STREAM_BUFFER_BYTES', wholeNumber(1_024, 1_073_741_824), {
    unit: 'bytes',
    byDefault: '1048576',
    effect: 'How much may wait for the client of a stream when more is to be sent; beyond it the client is cut off.',
  }),
  hstsMaxAgeSeconds: option('HSTS_MAX_AGE_SECONDS', wholeNumber(0, 63_072_000), {
    unit: 'seconds',
    byDefault: '31536000',
    effect:
      'For how long browsers are told to use nothing but https (Strict-Transport-Security), where `PUBLIC_URL` is https; 0: they are not told.',
  }),
  cspReportUri: option('CSP_REPORT_URI', checkReportUri, {
    byDefault: 'unset: nothing is reported',
    effect:
      'Where browsers report what a Content-Security-Policy of the gateway\u2019s has stopped (`report-to`, `Reporting-Endpoints`, `report-uri`). A report names the address of the page, with what was searched for in the console: a collector of yours.',
  }),
  deniedBurstPerActor: option('DENIED_BURST_PER_ACTOR', wholeNumber(0, 1_000_000), {
    unit: 'refusals per minute',
    byDefault: '30',
    effect: 'How many refused attempts of one actor within a minute are an ANOMALY_DETECTED event; 0: none are.',
  }),
  deniedBurstPerAddress: option('DENIED_BURST_PER_ADDRESS', wholeNumber(0, 1_000_000), {
    unit: 'refusals per minute',
    byDefault: '100',
    effect:
      'How many refused attempts and credentials from one address (of IPv6: one /64) within a minute are an ANOMALY_DETECTED event; 0: none are.',
  }),
  subjectsPerHour: option('SUBJECTS_PER_HOUR', wholeNumber(0, 10_000), {
    unit: 'subjects per hour',
    byDefault: '30',
    effect: 'How many different subjects of one actor within an hour are an ANOMALY_DETECTED event; 0: none are.',
  }),
  refusedCredentialsPerAddress: option('REFUSED_CREDENTIALS_PER_ADDRESS', wholeNumber(0, 1_000_000), {
    unit: 'credentials per minute',
    byDefault: '600',
    effect:
      'After how many refused credentials within a minute tokens that are new here are verified one a second from that address, and the others refused with RATE_LIMITED; 0: never.',
  }),
  logLevel: option('LOG_LEVEL', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), {
    byDefault: 'info',
    effect: 'The least severe log lines that are written.',
  }),
  metricsPort: option('METRICS_PORT', wholeNumber(0, 65_535), {
    byDefault: 'unset: `/metrics` is served on `PORT`, to everybody who reaches it',
    effect:
      'A port of its own for `/metrics`, with `/healthz` and `/readyz`; `PORT` then serves no metrics. 0 picks a free one.',
  }),
  metricsHost: option('METRICS_HOST', text(), {
    byDefault: '`HOST`',
    effect: 'The address that `METRICS_PORT` listens on: one that Prometheus reaches and clients do not.',
  }),
  tracesEndpoint: option('OTEL_EXPORTER_OTLP_ENDPOINT', webAddress(), {
    byDefault: 'unset: no traces, and nothing of OpenTelemetry is loaded',
    effect: 'The collector that traces are sent to, by OTLP over HTTP (protobuf), at `/v1/traces` below it.',
  }),
  tracesHeaders: option('OTEL_EXPORTER_OTLP_HEADERS', parseOtlpHeaders, {
    secret: true,
    byDefault: 'unset: none',
    effect:
      'Comma-separated `name=value`, percent-encoded: what the collector wants to see, a key for instance. Never logged.',
  }),
  tracesServiceName: option('OTEL_SERVICE_NAME', text(), {
    byDefault: 'impersonation-gateway',
    effect: 'How traces name the gateway.',
  }),
  tracesSampler: option('OTEL_TRACES_SAMPLER', oneOf(...SAMPLERS), {
    byDefault: 'parentbased_always_on',
    effect:
      'Which requests are traced, by the names of the OpenTelemetry specification. With `parentbased_` callers of `TRACEPARENT_FROM` decide.',
  }),
  tracesSamplerRatio: option('OTEL_TRACES_SAMPLER_ARG', ratio, {
    byDefault: '1',
    effect: 'For the samplers by `traceidratio`: the share of traces, from 0 to 1.',
  }),
  tracesCallers: option('TRACEPARENT_FROM', parseNetworks, {
    byDefault: 'unset: nobody',
    effect:
      'Comma-separated addresses and networks (`10.0.0.0/8`) of those who connect to the gateway and whose traces it goes on with. The request of anybody else begins a trace of its own, linked to theirs. Only with `OTEL_EXPORTER_OTLP_ENDPOINT`.',
  }),
  instance: option('GATEWAY_INSTANCE', text(), {
    byDefault: 'the host name',
    effect: 'How events name this process.',
  }),
  console: option('CONSOLE', oneOf('on', 'off'), {
    byDefault: 'on',
    effect:
      'Whether the console is served at `/console/`. Signed in or not, it can do nothing that the API does not let its user do.',
  }),
  consoleOidcIssuer: option('CONSOLE_OIDC_ISSUER', checkConsoleIssuer, {
    byDefault: 'unset: people paste a session token',
    effect:
      'The one of the `TRUSTED_ISSUERS` at which people sign in to the console (OpenID Connect, authorization code with PKCE). Its token endpoint has to be on its own origin.',
  }),
  consoleOidcClientId: option('CONSOLE_OIDC_CLIENT_ID', text(), {
    byDefault: 'unset; required with `CONSOLE_OIDC_ISSUER`',
    effect: 'The id of the console at that issuer: a public client, redirected to `PUBLIC_URL/console/`.',
  }),
  consoleOidcScope: option('CONSOLE_OIDC_SCOPE', checkScope, {
    byDefault: '`openid`',
    effect: 'The scopes that the console asks for, with blanks between them.',
  }),
  consoleOidcAudience: option('CONSOLE_OIDC_AUDIENCE', text(), {
    byDefault: 'unset: none is asked for',
    effect:
      'The audience (RFC 8707: resource) that the console asks tokens for: one that `TRUSTED_ISSUERS` accepts of that issuer.',
  }),
  gatewayConfigFile: option('GATEWAY_CONFIG', text(), {
    byDefault: 'unset: the gateway serves its own schema alone',
    effect: 'A YAML file that names the services behind the gateway, with their schemas and the rules for them.',
  }),
} as const;

/** Its origin goes into a header of the console: only what cannot end a directive there. */
function checkConsoleIssuer(issuer: string): Parsed<string> {
  const parsed = exactWebAddress()(issuer);
  if ('problem' in parsed) return parsed;
  return /^https?:\/\/[\w.:[\]-]+$/.test(new URL(issuer).origin) ? parsed : { problem: 'must have a plain host name' };
}

/** It goes into headers: only what can end neither a directive nor a quoted text there. */
function checkReportUri(address: string): Parsed<string> {
  if (!/^https?:\/\/[^/\\]/i.test(address) || !URL.canParse(address)) return { problem: 'must be an https URL' };
  if (!/^[\x21-\x7E]{1,2000}$/.test(address) || /["'\\;,<>#]/.test(address))
    return { problem: 'must be at most 2000 plain characters without quotes, commas, semicolons and a fragment' };
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return { problem: 'must not contain user information' };
  // Browsers report to nothing that anybody on the way could read.
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    return { problem: 'must be an https URL' };
  return { value: address };
}

/** RFC 6749 §3.3 */
function checkScope(scope: string): Parsed<string> {
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope))
    return { problem: 'is not a list of scopes' };
  return scope.split(' ').includes('openid') ? { value: scope } : { problem: 'must contain openid' };
}

function checkMongoUri(uri: string) {
  return /^mongodb(\+srv)?:\/\/\S+$/.test(uri)
    ? { value: uri }
    : { problem: 'must be a mongodb:// or mongodb+srv:// URI' };
}
