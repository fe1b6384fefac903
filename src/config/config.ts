import path from 'node:path';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from '../domain/query-limits.js';
import type { AnomalyRules, ImpersonationRules } from '../policy/index.js';
import type { SigningAlgorithm, TrustedIssuer } from '../tokens/index.js';
import { type ConsoleOidc, checkConsoleOidc } from './console-oidc.js';
import type { Option, Parsed } from './option.js';
import { OPTIONS } from './options.js';
import { readSecretFile } from './secret-file.js';
import type { TracingConfig } from './tracing-options.js';
import type { UsersFields } from './users-fields.js';

/** How the gateway runs. Frozen; read from the environment once. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Null: `http://HOST:PORT`, known once the port is. */
  readonly publicUrl: string | null;
  readonly store:
    | { readonly kind: 'embedded'; readonly directory: string }
    | {
        readonly kind: 'mongodb';
        readonly uri: string;
        readonly database: string;
        readonly usersCollection: string;
        readonly usersFields: UsersFields;
      };
  readonly dataDir: string;
  /** Null: the built-in development issuer. */
  readonly trustedIssuers: readonly TrustedIssuer[] | null;
  /** Of tokens that are bound to their sender's key (RFC 9449). */
  readonly proofs: ProofRules;
  /** Null: made in `dataDir`. */
  readonly signingKeyFile: string | null;
  /** From which age on the signing key is told to be too old, days; 0: never. */
  readonly signingKeyMaxAgeDays: number;
  readonly actorTokens: { readonly audience: string | null; readonly algorithm: SigningAlgorithm };
  readonly durations: {
    readonly minSeconds: number;
    readonly defaultSeconds: number;
    readonly maxSeconds: number;
    /** How long one may go without activity; 0: any time. */
    readonly idleSeconds: number;
  };
  readonly rules: ImpersonationRules;
  readonly denialsPerMinute: number;
  readonly crossOrigin: { readonly origins: readonly string[]; readonly anyLocalhost: boolean };
  readonly anchorFile: string;
  /** The continuous verification of the trail; 0 events per second: there is none. */
  readonly recheck: { readonly eventsPerSecond: number; readonly pauseSeconds: number };
  /** How old events must be before they may be pruned, days. */
  readonly retentionMinDays: number;
  readonly bodyLimitBytes: number;
  /** What a document may ask for at most. */
  readonly limits: QueryLimits;
  /** The documents that clients were built with, and whether no others are executed; `file` null: there are none but the console's. */
  readonly trustedDocuments: { readonly file: string | null; readonly only: boolean };
  readonly trustedProxies: number;
  readonly operations: { readonly timeoutSeconds: number; readonly perIdentity: number };
  readonly streams: { readonly perIdentity: number; readonly bufferBytes: number };
  readonly connections: ConnectionLimits;
  /** Strict-Transport-Security; 0: it is not sent. */
  readonly hstsMaxAgeSeconds: number;
  /** Where browsers report what a Content-Security-Policy has stopped; null: nowhere. */
  readonly cspReportUri: string | null;
  readonly anomalies: AnomalyRules;
  /** Refused credentials of one address and minute before new ones from there are verified at a trickle; 0: never. */
  readonly refusedCredentialsPerAddress: number;
  readonly logLevel: string;
  readonly instance: string | null;
  /** Where the metrics are served; null: where everything else is. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Where traces are sent; null: there are none. */
  readonly tracing: TracingConfig | null;
  /** The console at `/console/`; null: it is not served. */
  readonly console: { readonly oidc: ConsoleOidc | null } | null;
  /** The file that names the services behind the gateway; null: there are none. */
  readonly gatewayConfigFile: string | null;
}

/** What is demanded of proofs that senders hold the key of their token. */
export interface ProofRules {
  readonly maxAgeSeconds: number;
  /** How many of one actor are remembered at once. */
  readonly perIdentity: number;
  /** Where clients reach the gateway besides `publicUrl`. */
  readonly publicUrls: readonly string[];
}

/** What clients may take of connections and of time at them. Where not said otherwise 0 is no limit. */
export interface ConnectionLimits {
  readonly most: number;
  readonly perAddress: number;
  readonly headersTimeoutSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly keepAliveSeconds: number;
  readonly requestsPerConnection: number;
  readonly stalledClientSeconds: number;
}

/** The environment is not one the gateway may run with. Each problem is a sentence for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Who may impersonate at all; fixed by the schema's `@requiresRole(role: ADMIN)`, said again in the policy. */
const IMPERSONATOR_ROLES = Object.freeze(['ADMIN']);
const MIN_SECONDS = 60;
/** In production nobody may take the record of what they have just done out of the store. */
const LEAST_RETENTION_DAYS = 90;

/** Reads the whole configuration. @throws ConfigError with all problems at once. */
export function readConfig(environment: Environment): Config {
  const { config, problems } = examineConfig(environment);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** An environment as far as it can be understood: what is wrong in it has its default. Nothing may be run by it with problems. */
export function examineConfig(environment: Environment): {
  readonly config: Config;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];

  function read<T>(option: Option<T>, byDefault: T): T;
  function read<T>(option: Option<T>): T | null;
  function read<T>(option: Option<T>, byDefault: T | null = null): T | null {
    const text = environment[option.name];
    // An empty variable is how shells and container files say "not set".
    if (text === undefined || text.trim() === '') return byDefault;
    const parsed: Parsed<T> = option.parse(text.trim());
    if ('value' in parsed) return parsed.value;
    problems.push(`${option.name} ${parsed.problem}.`);
    return byDefault;
  }

  /** A secret stands in its own variable or in the file that another one names. */
  function readSecret(option: Option<string>, fileOption: Option<string>): string | null {
    const value = read(option);
    const file = read(fileOption);
    if (file === null) return value;
    if ((environment[option.name] ?? '').trim() !== '') {
      // Which of them was meant cannot be told, and one may be a leftover that leads to another database.
      problems.push(`${fileOption.name} must not be set together with ${option.name}.`);
      return value;
    }
    const found = readSecretFile(file);
    const parsed = 'value' in found ? option.parse(found.value) : found;
    if ('value' in parsed) return parsed.value;
    problems.push(
      `${fileOption.name} ${'value' in found ? `names a file whose content ${parsed.problem}` : parsed.problem}.`,
    );
    return null;
  }

  const production = read(OPTIONS.environment, 'development') === 'production';
  const dataDir = path.resolve(read(OPTIONS.dataDir, './data'));
  const uri = readSecret(OPTIONS.mongodbUri, OPTIONS.mongodbUriFile);
  // Read even where they have no effect, so that what is wrong with them shows together with a wrong address.
  const mongodb = {
    database: read(OPTIONS.mongodbDatabase, 'impersonation_gateway'),
    usersCollection: read(OPTIONS.usersCollection, 'users'),
    usersFields: read(OPTIONS.usersFields, {}),
  };
  const maxSeconds = read(OPTIONS.maxSeconds, 3_600);
  const defaultSeconds = read(OPTIONS.defaultSeconds, 600);
  const origins = read(OPTIONS.corsOrigins);
  const trustedProxies = read(OPTIONS.trustedProxies, 0);
  const host = read(OPTIONS.host, '127.0.0.1');
  const metricsHost = read(OPTIONS.metricsHost, host);
  const metricsPort = read(OPTIONS.metricsPort);
  const tracesEndpoint = read(OPTIONS.tracesEndpoint);
  const tracing = {
    headers: read(OPTIONS.tracesHeaders, {}),
    serviceName: read(OPTIONS.tracesServiceName, 'impersonation-gateway'),
    sampler: read(OPTIONS.tracesSampler, 'parentbased_always_on'),
    samplerRatio: read(OPTIONS.tracesSamplerRatio, 1),
    callers: read(OPTIONS.tracesCallers, []),
  };
  const settings: Omit<Config, 'console'> = {
    production,
    host,
    port: read(OPTIONS.port, 4_000),
    publicUrl: read(OPTIONS.publicUrl),
    store: uri === null ? { kind: 'embedded', directory: dataDir } : { kind: 'mongodb', uri, ...mongodb },
    dataDir,
    trustedIssuers: read(OPTIONS.trustedIssuers),
    proofs: {
      maxAgeSeconds: read(OPTIONS.proofMaxAgeSeconds, 60),
      perIdentity: read(OPTIONS.proofsPerIdentity, 10_000),
      publicUrls: read(OPTIONS.proofPublicUrls, []),
    },
    signingKeyFile: read(OPTIONS.signingKeyFile),
    signingKeyMaxAgeDays: read(OPTIONS.signingKeyMaxAgeDays, 90),
    actorTokens: {
      audience: read(OPTIONS.actorTokenAudience),
      algorithm: read(OPTIONS.actorTokenAlgorithm, 'EdDSA'),
    },
    durations: { minSeconds: MIN_SECONDS, defaultSeconds, maxSeconds, idleSeconds: read(OPTIONS.idleSeconds, 600) },
    rules: {
      impersonatorRoles: IMPERSONATOR_ROLES,
      protectedRoles: read(OPTIONS.protectedRoles, ['ADMIN', 'AUDITOR']),
      activeSessionLimit: read(OPTIONS.maxActive, 3),
      startsPerMinute: read(OPTIONS.startsPerMinute, 10),
      maxAuthAgeSeconds: read(OPTIONS.maxAuthAgeSeconds),
      requiredAmr: read(OPTIONS.requiredAmr, []),
    },
    denialsPerMinute: read(OPTIONS.denialsPerMinute, 60),
    crossOrigin: { origins: origins ?? [], anyLocalhost: origins === null && !production },
    anchorFile: path.resolve(read(OPTIONS.anchorFile, path.join(dataDir, 'anchors.log'))),
    recheck: {
      eventsPerSecond: read(OPTIONS.recheckEventsPerSecond, 1_000),
      pauseSeconds: read(OPTIONS.recheckPauseSeconds, 60),
    },
    retentionMinDays: read(OPTIONS.retentionMinDays, LEAST_RETENTION_DAYS),
    bodyLimitBytes: read(OPTIONS.bodyLimitBytes, 1_048_576),
    limits: {
      tokens: read(OPTIONS.queryMaxTokens, DEFAULT_QUERY_LIMITS.tokens),
      characters: read(OPTIONS.queryMaxCharacters, DEFAULT_QUERY_LIMITS.characters),
      lines: read(OPTIONS.queryMaxLines, DEFAULT_QUERY_LIMITS.lines),
      depth: read(OPTIONS.queryMaxDepth, DEFAULT_QUERY_LIMITS.depth),
      fields: read(OPTIONS.queryMaxFields, DEFAULT_QUERY_LIMITS.fields),
      aliases: read(OPTIONS.queryMaxAliases, DEFAULT_QUERY_LIMITS.aliases),
      comparisons: read(OPTIONS.queryMaxComparisons, DEFAULT_QUERY_LIMITS.comparisons),
      rootFields: read(OPTIONS.queryMaxRootFields, DEFAULT_QUERY_LIMITS.rootFields),
      directives: read(OPTIONS.queryMaxDirectives, DEFAULT_QUERY_LIMITS.directives),
      directivesPerPlace: read(OPTIONS.queryMaxDirectivesPerPlace, DEFAULT_QUERY_LIMITS.directivesPerPlace),
      recursion: read(OPTIONS.queryMaxRecursion, DEFAULT_QUERY_LIMITS.recursion),
      variables: read(OPTIONS.queryMaxVariables, DEFAULT_QUERY_LIMITS.variables),
      inputDepth: read(OPTIONS.queryMaxInputDepth, DEFAULT_QUERY_LIMITS.inputDepth),
      inputValues: read(OPTIONS.queryMaxInputValues, DEFAULT_QUERY_LIMITS.inputValues),
      cost: read(OPTIONS.queryMaxCost, DEFAULT_QUERY_LIMITS.cost),
      assumedListSize: read(OPTIONS.queryAssumedListSize, DEFAULT_QUERY_LIMITS.assumedListSize),
    },
    trustedDocuments: {
      file: resolved(read(OPTIONS.trustedDocuments)),
      only: read(OPTIONS.trustedDocumentsOnly, 'false') === 'true',
    },
    trustedProxies,
    operations: {
      timeoutSeconds: read(OPTIONS.operationTimeoutSeconds, 30),
      perIdentity: read(OPTIONS.operationsPerIdentity, 100),
    },
    streams: {
      perIdentity: read(OPTIONS.subscriptionsPerIdentity, 20),
      bufferBytes: read(OPTIONS.streamBufferBytes, 1_048_576),
    },
    connections: {
      most: read(OPTIONS.maxConnections, 10_000),
      // Behind a proxy all connections are the proxy's.
      perAddress: read(OPTIONS.connectionsPerAddress, trustedProxies === 0 ? 1_000 : 0),
      headersTimeoutSeconds: read(OPTIONS.headersTimeoutSeconds, 10),
      requestTimeoutSeconds: read(OPTIONS.requestTimeoutSeconds, 30),
      keepAliveSeconds: read(OPTIONS.keepAliveSeconds, 5),
      requestsPerConnection: read(OPTIONS.requestsPerConnection, 0),
      stalledClientSeconds: read(OPTIONS.stalledClientSeconds, 60),
    },
    hstsMaxAgeSeconds: read(OPTIONS.hstsMaxAgeSeconds, 31_536_000),
    cspReportUri: read(OPTIONS.cspReportUri),
    anomalies: {
      deniedPerActor: read(OPTIONS.deniedBurstPerActor, 30),
      deniedPerAddress: read(OPTIONS.deniedBurstPerAddress, 100),
      subjectsPerHour: read(OPTIONS.subjectsPerHour, 30),
    },
    refusedCredentialsPerAddress: read(OPTIONS.refusedCredentialsPerAddress, 600),
    logLevel: read(OPTIONS.logLevel, 'info'),
    instance: read(OPTIONS.instance),
    tracing: tracesEndpoint === null ? null : { endpoint: tracesEndpoint, ...tracing },
    metrics: metricsPort === null ? null : { host: metricsHost, port: metricsPort },
    gatewayConfigFile: resolved(read(OPTIONS.gatewayConfigFile)),
  };

  const { trustedIssuers, publicUrl } = settings;
  const consoleIsOn = read(OPTIONS.console, 'on') === 'on';
  // Read even where the console is off, as above.
  const oidc = {
    issuer: read(OPTIONS.consoleOidcIssuer),
    clientId: read(OPTIONS.consoleOidcClientId),
    scope: read(OPTIONS.consoleOidcScope),
    audience: read(OPTIONS.consoleOidcAudience),
  };
  // What is wrong with one of the two says it all: what would follow from it is not a problem of its own.
  const unread = problems.some((problem) => ['CONSOLE_OIDC_ISSUER', 'TRUSTED_ISSUERS'].includes(nameIn(problem)));
  const signIn = unread ? { oidc: null, problems: [] } : checkConsoleOidc(oidc, trustedIssuers);
  const config: Config = { ...settings, console: consoleIsOn ? { oidc: signIn.oidc } : null };

  const { file, only } = settings.trustedDocuments;
  if (only && file === null && !consoleIsOn) {
    problems.push('TRUSTED_DOCUMENTS must be set with TRUSTED_DOCUMENTS_ONLY: nothing would be executed.');
  }
  if (defaultSeconds > maxSeconds) {
    problems.push('IMPERSONATION_DEFAULT_SECONDS must not be more than IMPERSONATION_MAX_SECONDS.');
  }
  const { headersTimeoutSeconds, requestTimeoutSeconds } = config.connections;
  if (headersTimeoutSeconds > requestTimeoutSeconds) {
    problems.push('HEADERS_TIMEOUT_SECONDS must not be more than REQUEST_TIMEOUT_SECONDS.');
  }
  if (trustedIssuers?.some(({ issuer }) => issuer === publicUrl)) {
    problems.push('TRUSTED_ISSUERS must not name PUBLIC_URL: actor tokens are judged by the gateway alone.');
  }
  // What is set but wrong is reported as wrong, not as missing too.
  const isNew = (problem: string) => !problems.some((known) => nameIn(known) === nameIn(problem));
  problems.push(...signIn.problems.filter(isNew));
  if (production) {
    problems.push(
      ...missingInProduction(config).filter(isNew),
      ...insecureInProduction(config),
      ...retainedInProduction(config),
    );
  }
  return { config: deepFreeze(config), problems };
}

function resolved(file: string | null): string | null {
  return file === null ? null : path.resolve(file);
}

/** Every problem begins with the name of the variable it is about. */
function nameIn(problem: string): string {
  return problem.slice(0, problem.indexOf(' '));
}

function missingInProduction(config: Config): string[] {
  const missing: string[] = [];
  if (config.trustedIssuers === null) {
    missing.push('TRUSTED_ISSUERS must be set in production: the development issuer is not for production.');
  }
  if (config.signingKeyFile === null) {
    missing.push('SIGNING_KEY_FILE must be set in production; `impersonation-gateway keys generate` makes one.');
  }
  if (config.publicUrl === null)
    missing.push('PUBLIC_URL must be set in production: it is the issuer of actor tokens.');
  return missing;
}

function retainedInProduction({ retentionMinDays }: Config): string[] {
  if (retentionMinDays >= LEAST_RETENTION_DAYS) return [];
  return [`AUDIT_RETENTION_MIN_DAYS must be at least ${LEAST_RETENTION_DAYS} in production.`];
}

/** Keys fetched in the clear are keys anybody on the way may choose. */
function insecureInProduction({ trustedIssuers }: Config): string[] {
  return (trustedIssuers ?? [])
    .filter(({ jwks }) => /^http:/i.test(jwks) && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/)/i.test(jwks))
    .map(({ issuer }) => `TRUSTED_ISSUERS must fetch the keys of ${issuer} by https in production.`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
