import { createAnomalyWatch } from '../audit/anomalies.js';
import { type AttemptRecorder, createAttemptRecorder } from '../audit/attempts.js';
import { describeActor } from '../audit/describe.js';
import { type AuditExporter, createAuditExporter } from '../audit/export/exporter.js';
import { type AuditFeed, createAuditFeed } from '../audit/feed.js';
import { createAuditReader } from '../audit/read.js';
import { createRecheck, type Recheck } from '../audit/recheck/recheck.js';
import { createJudgeIntegrity } from '../audit/seal/integrity.js';
import type { Sealer } from '../audit/seal/sealer.js';
import { createTrailKeys } from '../audit/seal/trail-keys.js';
import type { AuditTrail } from '../audit/trail.js';
import { createVerification, type Verification } from '../audit/verification/verification.js';
import type { Config } from '../config/index.js';
import { type CreateContext, createContextFactory } from '../context/index.js';
import {
  createActorTokenStrategy,
  createCredentialGate,
  createRefusalRecorder,
  createResolveIdentity,
  createSenders,
  createSessionTokenStrategy,
  createSignInLog,
  type ResolveIdentity,
} from '../identity/index.js';
import {
  createImpersonation,
  createSessionFault,
  createSessionView,
  type Impersonation,
  type SessionView,
} from '../impersonation/index.js';
import { createUserCache, type UserCache } from '../loaders/index.js';
import type { CallerLog } from '../platform/caller-log.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Store } from '../stores/index.js';
import {
  createActorTokenMinter,
  createActorTokenVerifier,
  createProofVerifier,
  createTrustedIssuers,
  type Keyring,
  peekIssuer,
  type TrustedIssuer,
  tokenDigest,
} from '../tokens/index.js';
import { proofAddresses } from './proof-addresses.js';
import { createSealedTrail } from './sealed-trail.js';

/** Everything behind the edge, wired together for one running gateway. */
export interface Core {
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly recheck: Recheck;
  readonly verification: Verification;
  readonly attempts: AttemptRecorder;
  readonly feed: AuditFeed;
  readonly exporter: AuditExporter;
  readonly view: SessionView;
  readonly users: UserCache;
  readonly impersonation: Impersonation;
  readonly resolveIdentity: ResolveIdentity;
  readonly createContext: CreateContext;
  close(): void;
}

export interface CoreParts {
  readonly config: Config;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly trustedIssuers: readonly TrustedIssuer[];
  /** `iss` of actor tokens. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where it is said what was refused, and whose tokens were accepted. */
  readonly refusalLog: CallerLog;
  readonly signInLog: CallerLog;
  readonly metrics: Metrics;
}

export function createCore(parts: CoreParts): Core {
  const { config, store, keyring, publicUrl, clock, logger, metrics } = parts;
  const { rules } = config;
  const audience = config.actorTokens.audience ?? publicUrl;
  const tokenParties = { keyring, issuer: publicUrl, audience };

  const { trail, sealer, sealState } = createSealedTrail(parts);
  const verified = {
    store,
    keys: createTrailKeys(keyring),
    anchorFile: config.anchorFile,
    clock,
    logger,
  };
  const verification = createVerification(verified);
  const recheck = createRecheck({
    ...verified,
    metrics: metrics.recheck,
    eventsPerSecond: config.recheck.eventsPerSecond,
    pauseMs: config.recheck.pauseSeconds * 1_000,
  });
  const anomalies = createAnomalyWatch({ trail, rules: config.anomalies, clock, logger, metrics: metrics.edge });
  const attempts = createAttemptRecorder({
    trail,
    clock,
    logger,
    perMinute: config.denialsPerMinute,
    onRefused: anomalies.refused,
  });
  const feed = createAuditFeed({ events: store.events, trail, clock, logger });
  const view = createSessionView({ sessions: store.sessions, clock, logger });
  const users = createUserCache(store.users, clock);
  const impersonation = createImpersonation({
    sessions: store.sessions,
    events: store.events,
    view,
    trail,
    attempts,
    anomalies,
    minter: createActorTokenMinter(tokenParties),
    findUser: async (id) => users.one(id),
    rules,
    durations: config.durations,
    clock,
    logger,
    metrics,
  });
  const issuers = createTrustedIssuers(parts.trustedIssuers, { clock });
  const resolveIdentity = createResolveIdentity(
    [
      createActorTokenStrategy({
        issuer: publicUrl,
        verifier: createActorTokenVerifier({ ...tokenParties, clock }),
        vouchesFor: issuers.vouchesFor,
        lookupSession: view.lookup,
        freshSession: view.fresh,
        lastKnownSession: view.lastKnown,
        users,
        rules,
        clock,
        onUnfit: impersonation.revokeUnfit,
        settleInactive: impersonation.activity.settle,
        onRefused: createRefusalRecorder({
          attempts,
          findSession: async (id) => view.lastKnown(id) ?? (await store.sessions.get(id)),
          clock,
          logger,
        }),
      }),
      createSessionTokenStrategy({
        issuers,
        users,
        rules,
        clock,
        onDenied: (identity, code, request) =>
          impersonation.recordDenial({ identity, code, request, subjectId: identity.viewer.id }),
        onBegun(identity, request) {
          const actor = describeActor(identity);
          if (actor !== null) anomalies.started(actor, identity.viewer.id, request);
        },
        onAccepted: createSignInLog(parts.signInLog),
      }),
    ],
    peekIssuer,
    tokenDigest,
    createCredentialGate({
      perMinute: config.refusedCredentialsPerAddress,
      clock,
      metrics: metrics.edge,
      onRefused: anomalies.credentialRefused,
    }),
    createSenders(
      createProofVerifier({
        addresses: proofAddresses(config, publicUrl),
        maxAgeSeconds: config.proofs.maxAgeSeconds,
        perActor: config.proofs.perIdentity,
        clock,
        metrics: metrics.edge,
      }),
    ),
  );
  const createContext = createContextFactory({
    services: {
      impersonation,
      verification,
      audit: createAuditReader({ events: store.events, trail, feed, clock }),
      judgeIntegrity: createJudgeIntegrity(sealState, sealer.faults, recheck.isInDoubt),
      directory: store.users,
    },
    users,
    logger,
    hasEnded: view.hasEnded,
    sessionFault: createSessionFault(view, clock, impersonation.activity.settle),
    noteActivity: impersonation.activity.note,
    recording: { trail, attempts, clock, refusalLog: parts.refusalLog },
  });

  return {
    trail,
    sealer,
    recheck,
    verification,
    attempts,
    feed,
    exporter: createAuditExporter({ events: store.events, trail, attempts, clock }),
    view,
    users,
    impersonation,
    resolveIdentity,
    createContext,
    close: () => issuers.close(),
  };
}
