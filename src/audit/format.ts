import { createHash } from 'node:crypto';
import type { EventDraft } from '../domain/audit-event.js';

/**
 * The byte formats of the audit trail: the one module that writer and verifier share. Changing anything here changes
 * what existing trails mean; add a new version instead.
 */
export const BODY_VERSION = 1;

const GENESIS_PREFIX = 'impersonation-gateway/genesis/v1\n';
const EVENT_PREFIX = 'impersonation-gateway/event/v1\n';

export interface GatewayStamp {
  /** Which process wrote the event: the host's choice of name, for people. */
  readonly instance: string;
  /** The gateway's version. */
  readonly version: string;
}

/** `<chain>:<sequence, 12 digits>` */
export function eventId(chain: string, sequence: number): string {
  return `${chain}:${String(sequence).padStart(12, '0')}`;
}

/** hash(-1) of a chain: SHA-256("impersonation-gateway/genesis/v1\n" ‖ chain). */
export function genesisHash(chain: string): Buffer {
  return createHash('sha256').update(GENESIS_PREFIX).update(chain, 'utf8').digest();
}

/** hash(n) = SHA-256("impersonation-gateway/event/v1\n" ‖ hash(n-1) ‖ body(n), UTF-8). */
export function eventHash(previousHash: Uint8Array, body: string): Buffer {
  return createHash('sha256').update(EVENT_PREFIX).update(previousHash).update(body, 'utf8').digest();
}

/** SHA-256(salt ‖ details text, UTF-8), hex: what the body says of the details, so that they can be erased. */
export function detailsHash(salt: Uint8Array, text: string): string {
  return createHash('sha256').update(salt).update(text, 'utf8').digest('hex');
}

/** The details' exact text: absent facts are left out, keys in a fixed order. */
export function encodeDetails(draft: EventDraft): string {
  const { reason, ticket, ipAddress, userAgent, variables } = draft.details;
  return JSON.stringify({ reason, ticket, ipAddress, userAgent, variables });
}

/**
 * The body: one JSON object, keys in this order, no white space. Its exact text is what is hashed and stored.
 * Times are RFC 3339 in UTC with milliseconds, except `authTime`, which is seconds since the epoch as in the token.
 */
export function encodeBody(
  draft: EventDraft,
  place: { readonly chain: string; readonly sequence: number; readonly occurredAt: number },
  gateway: GatewayStamp,
  detailsDigest: string,
): string {
  const { actor, session, operation } = draft;
  return JSON.stringify({
    version: BODY_VERSION,
    chain: place.chain,
    sequence: place.sequence,
    occurredAt: new Date(place.occurredAt).toISOString(),
    type: draft.type,
    outcome: draft.outcome,
    code: draft.code,
    count: draft.count,
    actor: actor && { id: actor.id, issuer: actor.issuer, authTime: actor.authTime, amr: actor.amr },
    subject: draft.subjectId === null ? null : { id: draft.subjectId },
    session: session && {
      id: session.id,
      access: session.access,
      startedAt: new Date(session.startedAt).toISOString(),
      expiresAt: new Date(session.expiresAt).toISOString(),
    },
    operation: operation && {
      name: operation.name,
      type: operation.type,
      fields: operation.fields,
      documentHash: operation.documentHash,
      errorCodes: operation.errorCodes,
      durationMs: operation.durationMs,
    },
    request: { id: draft.request.id, traceparent: draft.request.traceparent },
    gateway: { instance: gateway.instance, version: gateway.version },
    detailsHash: detailsDigest,
  });
}
