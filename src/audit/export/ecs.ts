import { isIP } from 'node:net';
import type { EventType, StoredEvent } from '../../domain/audit-event.js';
import { hex, type ReadableEvent, readable } from './readable-event.js';

/** The version of the Elastic Common Schema whose field names and allowed values are used. */
const ECS_VERSION = '8.17.0';

type Kind = readonly [category: readonly string[], type: readonly string[]];

/** `event.category` and `event.type`, as ECS lets them go together. */
const KINDS: Readonly<Record<EventType, Kind>> = {
  IMPERSONATION_STARTED: [['authentication', 'session'], ['start']],
  IMPERSONATION_DENIED: [['authentication'], ['start']],
  IMPERSONATION_STOPPED: [['authentication', 'session'], ['end']],
  IMPERSONATION_EXPIRED: [['authentication', 'session'], ['end']],
  IMPERSONATION_REVOKED: [['authentication', 'session'], ['end']],
  IMPERSONATION_VOIDED: [['session'], ['end']],
  OPERATION_ATTEMPTED: [['api'], ['access', 'start']],
  OPERATION_COMPLETED: [['api'], ['access', 'end']],
  OPERATION_DENIED: [['api'], ['access', 'denied']],
  AUDIT_READ: [['api'], ['access']],
  AUDIT_EXPORTED: [['api'], ['access']],
  AUDIT_GAP: [['api'], ['info']],
  AUDIT_ERASED: [['api'], ['deletion']],
  ANOMALY_DETECTED: [['intrusion_detection'], ['info']],
  AUDIT_PRUNED: [['api'], ['deletion']],
  AUDIT_RESTORED: [['api'], ['info']],
  LEGAL_HOLD_PLACED: [['api'], ['info']],
  LEGAL_HOLD_RELEASED: [['api'], ['info']],
};
const UNKNOWN_KIND: Kind = [['api'], ['info']];
const OUTCOMES: readonly string[] = ['success', 'failure', 'unknown'];
const NANOSECONDS_PER_MS = 1_000_000;

/** One event as an Elastic Common Schema document, without the line break. What ECS has no name for is under `impersonation`. */
export function ecsLine(event: StoredEvent): string {
  return JSON.stringify(withoutEmpty(ecsDocument(readable(event))));
}

function ecsDocument({ stored, body, details, occurredAt }: ReadableEvent): Record<string, unknown> {
  const [category, type] = Object.hasOwn(KINDS, stored.type) ? KINDS[stored.type] : UNKNOWN_KIND;
  const { actor, operation, session, gap, anomaly, pruned, hold, gateway } = body;
  const outcome = stored.outcome.toLowerCase();
  const duration = operation?.durationMs;
  return {
    '@timestamp': occurredAt,
    ecs: { version: ECS_VERSION },
    event: {
      kind: stored.type === 'ANOMALY_DETECTED' ? 'alert' : 'event',
      module: 'impersonation_gateway',
      dataset: 'impersonation_gateway.audit',
      category,
      type,
      action: stored.type.toLowerCase().replaceAll('_', '-'),
      outcome: OUTCOMES.includes(outcome) ? outcome : 'unknown',
      code: body.code,
      reason: details.reason,
      duration: typeof duration === 'number' ? Math.round(duration * NANOSECONDS_PER_MS) : null,
      id: stored.id,
      sequence: stored.sequence,
      hash: hex(stored.hash),
    },
    user: { id: stored.actorId, effective: { id: stored.subjectId } },
    related: {
      user: [...new Set([stored.actorId, stored.subjectId])].filter((id) => id !== null),
      ip: isAddress(details.ipAddress) ? [details.ipAddress] : null,
    },
    source: isAddress(details.ipAddress) ? { ip: details.ipAddress, address: details.ipAddress } : null,
    user_agent: { original: details.userAgent },
    http: { request: { id: stored.requestId } },
    trace: { id: traceId(body.request?.traceparent) ?? traceBegunHere(stored.requestId, operation?.upstreams) },
    service: {
      name: 'impersonation-gateway',
      type: 'impersonation-gateway',
      version: gateway?.version,
      node: { name: gateway?.instance },
    },
    impersonation: {
      chain: stored.chain,
      previous_hash: hex(stored.previousHash),
      count: body.count,
      details_erased: stored.details === null,
      ticket: details.ticket,
      variables: details.variables,
      actor: { issuer: actor?.issuer, auth_time: actor?.authTime, amr: actor?.amr },
      session: {
        id: stored.sessionId,
        access: session?.access,
        started_at: session?.startedAt,
        expires_at: session?.expiresAt,
      },
      operation: {
        name: stored.operationName,
        type: operation?.type,
        fields: operation?.fields,
        document_hash: operation?.documentHash,
        error_codes: operation?.errorCodes,
        upstreams: operation?.upstreams,
      },
      gap: { from: gap?.from, until: gap?.until, lost: gap?.lost },
      anomaly: {
        kind: anomaly?.kind,
        threshold: anomaly?.threshold,
        window_seconds: anomaly?.windowSeconds,
        codes: anomaly?.codes,
      },
      pruned: { before: pruned?.before, events: pruned?.archive?.events, archive_sha256: pruned?.archive?.sha256 },
      hold: { id: hold?.id, session: hold?.sessionId, from: hold?.from, to: hold?.to, until: hold?.until },
    },
  };
}

/** The field is of the type `ip`: anything else in it, and the whole document is turned away. */
function isAddress(text: unknown): text is string {
  return typeof text === 'string' && isIP(text) !== 0 && !text.includes('%');
}

/** The trace id of a W3C traceparent. */
function traceId(traceparent: unknown): string | null {
  return typeof traceparent === 'string' ? (/^00-([0-9a-f]{32})-/.exec(traceparent)?.[1] ?? null) : null;
}

/** Of a request that came without a trace the upstreams are told one that has the request's id. */
function traceBegunHere(requestId: string, upstreams: unknown): string | null {
  return Array.isArray(upstreams) ? requestId.replaceAll('-', '') : null;
}

/** Absent fields are left out in ECS, not null; so are objects and lists that would be empty. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  const kept = Object.entries(value).flatMap(([name, member]) => {
    const left = withoutEmpty(member);
    return left === undefined ? [] : [[name, left] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
