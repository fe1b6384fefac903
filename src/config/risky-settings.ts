import path from 'node:path';
import type { TrustedIssuer } from '../tokens/index.js';
import type { Config } from './config.js';

const LONG_SECONDS = 4 * 3_600;
const LONG_IDLE_SECONDS = 1_800;
const LOCAL = /^(https?|mongodb):\/\/([^/@]*@)?(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/i;

/** Settings that are allowed, and that somebody should have thought about: one sentence each, beginning with the variable's name. */
export function riskySettings(config: Config): readonly string[] {
  return [
    ...ofPeople(config),
    ...ofTheTrail(config),
    ...ofTheNetwork(config),
    ...ofTheKeys(config),
    ...ofTheLog(config),
  ];
}

function ofPeople({ rules, durations, trustedIssuers, console }: Config): string[] {
  const warnings: string[] = [];
  const isStealable = trustedIssuers?.every(({ requireSenderConstraint }) => requireSenderConstraint === true) !== true;
  if (isStealable && rules.maxAuthAgeSeconds === null && rules.requiredAmr.length === 0) {
    warnings.push(
      'STEP_UP_MAX_AUTH_AGE_SECONDS and STEP_UP_REQUIRED_AMR are unset: a stolen session token of an admin is enough to impersonate.',
    );
  }
  if (durations.maxSeconds > LONG_SECONDS) {
    warnings.push(`IMPERSONATION_MAX_SECONDS lets an impersonation last ${durations.maxSeconds / 3_600} hours.`);
  }
  if (durations.idleSeconds === 0) {
    warnings.push(
      'IMPERSONATION_IDLE_SECONDS is 0: an impersonation that nobody uses any more lasts until its time is up.',
    );
  } else if (durations.idleSeconds > LONG_IDLE_SECONDS && durations.maxSeconds > LONG_IDLE_SECONDS) {
    warnings.push(
      `IMPERSONATION_IDLE_SECONDS lets an impersonation go unused for ${durations.idleSeconds / 60} minutes.`,
    );
  }
  for (const role of ['ADMIN', 'AUDITOR']) {
    if (!rules.protectedRoles.includes(role)) warnings.push(`PROTECTED_ROLES lets holders of ${role} be impersonated.`);
  }
  if (!haveTheirOwnPeople(trustedIssuers ?? [])) {
    warnings.push(
      'TRUSTED_ISSUERS has several issuers without a subjectPrefix each of its own: one can sign in the people of another.',
    );
  }
  for (const { issuer } of (trustedIssuers ?? []).filter(({ acceptActorClaim }) => acceptActorClaim === true)) {
    warnings.push(`TRUSTED_ISSUERS lets ${issuer} say who is acting for whom.`);
  }
  const consoleIssuer = trustedIssuers?.find(({ issuer }) => issuer === console?.oidc?.issuer);
  if (consoleIssuer?.requireSenderConstraint === true) {
    warnings.push(
      'CONSOLE_OIDC_ISSUER has requireSenderConstraint: the console sends bearer tokens, so nobody can sign in to it.',
    );
  }
  return warnings;
}

/** Whether nobody can be named by two of the issuers. */
function haveTheirOwnPeople(issuers: readonly TrustedIssuer[]): boolean {
  const prefixes = issuers.map(({ subjectPrefix = '' }) => subjectPrefix);
  return prefixes.every((one, at) => prefixes.every((other, place) => place === at || !other.startsWith(one)));
}

function ofTheTrail({ anchorFile, dataDir, recheck, store, production }: Config): string[] {
  const warnings: string[] = [];
  const inside = path.relative(dataDir, anchorFile);
  if (!inside.startsWith('..') && !path.isAbsolute(inside)) {
    warnings.push(
      'AUDIT_ANCHOR_FILE is inside DATA_DIR: who can roll back the one can roll back the other, and then nothing tells.',
    );
  }
  if (recheck.eventsPerSecond === 0) {
    warnings.push('AUDIT_RECHECK_EVENTS_PER_SECOND is 0: nobody verifies the stored trail unless asked to.');
  }
  if (production && store.kind === 'embedded') {
    warnings.push(
      'MONGODB_URI is unset: the embedded store in DATA_DIR is for one machine, and its disk is the only copy.',
    );
  }
  return warnings;
}

function ofTheNetwork(config: Config): string[] {
  const { publicUrl, trustedProxies, crossOrigin, metrics, production, host, store, tracing } = config;
  const warnings: string[] = [];
  if (publicUrl?.startsWith('https:') === true && trustedProxies === 0) {
    warnings.push(
      'TRUSTED_PROXIES is 0 and PUBLIC_URL is https: something in front ends TLS, and events record its address as the client\u2019s.',
    );
  }
  if (production && publicUrl !== null && !publicUrl.startsWith('https:')) {
    warnings.push('PUBLIC_URL is http: tokens travel in the clear.');
  }
  for (const origin of crossOrigin.origins.filter((each) => each.startsWith('http:') && !LOCAL.test(each))) {
    warnings.push(
      `CORS_ORIGINS lets ${origin} call with credentials, a page that anybody on the way may have written.`,
    );
  }
  if (production && metrics === null) {
    warnings.push('METRICS_PORT is unset: whoever reaches the gateway can read /metrics.');
  }
  if (!production && !/^(127\.|localhost$|::1$)/.test(host)) {
    warnings.push(
      'HOST is not this machine alone, and NODE_ENV is not production: anybody may ask POST /dev/session for any token.',
    );
  }
  if (
    store.kind === 'mongodb' &&
    /^mongodb:/i.test(store.uri) &&
    !LOCAL.test(store.uri) &&
    !/[?&](tls|ssl)=true/i.test(store.uri)
  ) {
    warnings.push('MONGODB_URI does not ask for TLS.');
  }
  if (store.kind === 'mongodb' && /[?&]tls(Insecure|AllowInvalid\w+)=true/i.test(store.uri)) {
    warnings.push('MONGODB_URI takes any certificate: whoever is on the way can be the database.');
  }
  if (tracing?.endpoint.startsWith('http:') === true && !LOCAL.test(tracing.endpoint)) {
    warnings.push('OTEL_EXPORTER_OTLP_ENDPOINT is http: traces, and the key for the collector, travel in the clear.');
  }
  if (tracing?.callers.some((network) => network.endsWith('/0')) === true) {
    warnings.push('TRACEPARENT_FROM names everybody: strangers decide which of their requests are recorded.');
  }
  return warnings;
}

function ofTheKeys({ signingKeyMaxAgeDays }: Config): string[] {
  if (signingKeyMaxAgeDays > 0) return [];
  return ['SIGNING_KEY_MAX_AGE_DAYS is 0: nobody is told that the signing key is old.'];
}

function ofTheLog({ logLevel, production }: Config): string[] {
  if (['silent', 'fatal'].includes(logLevel)) return ['LOG_LEVEL hides faults of the audit trail.'];
  if (production && ['debug', 'trace'].includes(logLevel))
    return [`LOG_LEVEL is ${logLevel}: every request is a line.`];
  return [];
}
