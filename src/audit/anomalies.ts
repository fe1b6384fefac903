import { LRUCache } from 'lru-cache';
import type { AnomalyKind, EventActor, EventDraft } from '../domain/audit-event.js';
import type { RequestFacts } from '../domain/request-facts.js';
import { ERROR_CATALOGUE, type ErrorCode, isErrorCode } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { EdgeMetrics } from '../platform/edge-metrics.js';
import type { Logger } from '../platform/logger.js';
import {
  type AnomalyRules,
  addressGroup,
  anomalyRule,
  noteOnce,
  noteSubject,
  type SubjectsSeen,
  type Tally,
} from '../policy/index.js';
import { describeOrigin } from './describe.js';
import type { AuditTrail } from './trail.js';

export interface AnomalyWatchOptions {
  readonly trail: Pick<AuditTrail, 'recordEventually'>;
  readonly rules: AnomalyRules;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<EdgeMetrics, 'anomaly'>;
  /** Whom it keeps count of at once, for each kind: those not heard of for longest are forgotten first. Default 10,000. */
  readonly maxKeys?: number;
}

/**
 * Notices what is out of the ordinary among what this process sees, and tells of it in the log, in a metric and on the trail: once for each
 * kind, person or address, and time. It refuses nothing, waits for nothing and never throws.
 */
export interface AnomalyWatch {
  /** An attempt was refused that is an event of the trail, or is folded into one. */
  refused(draft: EventDraft): void;
  /** A credential was refused. */
  credentialRefused(code: ErrorCode, request: RequestFacts): void;
  /** An actor began to act as a subject. */
  started(actor: EventActor, subjectId: string, request: RequestFacts): void;
}

interface Refusals {
  readonly tally: Tally;
  readonly codes: ReadonlySet<string>;
}

interface Noticed {
  readonly kind: AnomalyKind;
  readonly count: number;
  readonly code: string | null;
  readonly codes: readonly string[];
  readonly actor: EventActor | null;
  readonly request: EventDraft['request'];
  readonly details: EventDraft['details'];
}

/**
 * Events a minute at most, of each kind: who has addresses without end is told of by the log and the metric beyond them, and keeps no
 * anomaly of an actor off the trail.
 */
const EVENTS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

export function createAnomalyWatch(options: AnomalyWatchOptions): AnomalyWatch {
  const { trail, rules, clock, logger, metrics, maxKeys: max = 10_000 } = options;
  const refusals = {
    DENIED_BURST_BY_ACTOR: new LRUCache<string, Refusals>({ max }),
    DENIED_BURST_BY_ADDRESS: new LRUCache<string, Refusals>({ max }),
  };
  const subjects = new LRUCache<string, SubjectsSeen>({ max });
  const told = new Map<AnomalyKind, Tally>();

  function note(kind: keyof typeof refusals, who: string, about: Omit<Noticed, 'kind' | 'count' | 'codes'>): void {
    const known = refusals[kind];
    const before = known.get(who);
    const { tally, count, burst } = noteOnce(before?.tally, clock.now(), anomalyRule(kind, rules));
    const codes = new Set(before?.tally.since === tally.since ? before.codes : []);
    if (about.code !== null) codes.add(about.code);
    known.set(who, { tally, codes });
    if (burst) tell({ ...about, kind, count, codes: [...codes].sort() });
  }

  function tell(noticed: Noticed): void {
    const { kind, count, code, codes, actor, request, details } = noticed;
    const { threshold, windowMs } = anomalyRule(kind, rules);
    const anomaly = { kind, threshold, windowSeconds: windowMs / 1_000, codes };
    metrics.anomaly(kind);
    logger.warn({ ...anomaly, count, actorId: actor?.id ?? null, requestId: request.id }, 'an anomaly was detected');
    const ofKind = noteOnce(told.get(kind), clock.now(), { threshold: 0, windowMs: MINUTE_MS });
    if (ofKind.count > EVENTS_PER_MINUTE) return;
    told.set(kind, ofKind.tally);
    trail
      .recordEventually({
        type: 'ANOMALY_DETECTED',
        // Refusals, but for the subjects: those starts were allowed.
        outcome: code === null ? 'SUCCESS' : 'FAILURE',
        code,
        occurredAt: clock.now(),
        actor,
        subjectId: null,
        session: null,
        operation: null,
        request,
        count,
        anomaly,
        details,
      })
      .catch((error: unknown) => logger.error({ err: error }, 'an anomaly could not be recorded'));
  }

  return {
    refused({ code, actor, request, details }) {
      // A hidden field is what an impersonation looks like, not an attempt at anything.
      if (code === 'SENSITIVE_FIELD') return;
      const { ipAddress, userAgent } = details;
      const origin = {
        ...(ipAddress === undefined ? {} : { ipAddress }),
        ...(userAgent === undefined ? {} : { userAgent }),
      };
      if (actor !== null) note('DENIED_BURST_BY_ACTOR', actor.id, { code, actor, request, details: origin });
      // A credential that is not honoured any more is counted by its address where it is refused.
      if (ipAddress === undefined || (actor !== null && isErrorCode(code) && ERROR_CATALOGUE[code].status === 401))
        return;
      note('DENIED_BURST_BY_ADDRESS', addressGroup(ipAddress), { code, actor: null, request, details: origin });
    },
    credentialRefused(code, request) {
      if (request.ipAddress === null) return;
      const { id, traceparent } = request;
      note('DENIED_BURST_BY_ADDRESS', addressGroup(request.ipAddress), {
        code,
        actor: null,
        request: { id, traceparent },
        details: describeOrigin(request),
      });
    },
    started(actor, subjectId, request) {
      const noted = noteSubject(subjects.get(actor.id), subjectId, clock.now(), anomalyRule('MANY_SUBJECTS', rules));
      subjects.set(actor.id, noted.seen);
      if (!noted.burst) return;
      const { id, traceparent } = request;
      tell({
        kind: 'MANY_SUBJECTS',
        count: noted.count,
        code: null,
        codes: [],
        actor,
        request: { id, traceparent },
        details: describeOrigin(request),
      });
    },
  };
}
