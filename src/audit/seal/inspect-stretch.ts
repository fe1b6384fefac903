import type { KeyObject } from 'node:crypto';
import type { StoredEvent } from '../../domain/audit-event.js';
import { formatDateTime } from '../../domain/date-time.js';
import { detailsHash, eventHash, eventId } from '../format.js';
import { isCommitSignature, trustedChainKey } from './chain-signer.js';
import type { GatewaySigner } from './gateway-signer.js';
import type { OwnEvents } from './own-events.js';

/** How far a chain has been looked at, and what the next event must continue. */
export interface ChainPosition {
  readonly chain: string;
  /** The sequence of the last event looked at; -1 before the first. */
  readonly sequence: number;
  readonly head: Uint8Array;
  /** The chain's own key; null before the first event. */
  readonly key: KeyObject | null;
}

export type StretchFault = 'SEQUENCE' | 'LINK' | 'CONTENT' | 'BODY' | 'PROJECTION' | 'DETAILS' | 'KEY' | 'SIGNATURE';

export type Inspection =
  | { readonly fault: null; readonly position: ChainPosition; readonly signed: boolean }
  | { readonly fault: StretchFault };

/**
 * Looks at the event that should follow a position. The sealer asks this of every event before it signs: it must never bless
 * what the gateway did not write.
 * @param own what this process knows to have written itself
 */
export function inspectNext(
  position: ChainPosition,
  event: StoredEvent,
  gateway: GatewaySigner,
  own: Pick<OwnEvents, 'wrote'>,
): Inspection {
  const sequence = position.sequence + 1;
  if (event.sequence !== sequence || event.id !== eventId(position.chain, sequence)) return { fault: 'SEQUENCE' };
  if (Buffer.compare(event.previousHash, position.head) !== 0) return { fault: 'LINK' };
  const hash = eventHash(event.previousHash, event.body);
  if (Buffer.compare(hash, event.hash) !== 0) return { fault: 'CONTENT' };
  const isOwn = own.wrote(event, hash);
  const body = parseBody(event.body, isOwn);
  if (body === null) return { fault: 'BODY' };
  if (!projectionsHold(event, body)) return { fault: 'PROJECTION' };
  const { details } = event;
  if (details !== null && detailsHash(details.salt, details.text) !== body.detailsHash) return { fault: 'DETAILS' };
  const key = sequence === 0 ? trustedChainKey(gateway, position.chain, body.chainKey) : position.key;
  if (key === null) return { fault: 'KEY' };
  if (event.signature !== null && !isOwn && !isCommitSignature(key, position.chain, sequence, hash, event.signature)) {
    return { fault: 'SIGNATURE' };
  }
  return {
    fault: null,
    position: { chain: position.chain, sequence, head: hash, key },
    signed: event.signature !== null,
  };
}

function parseBody(text: string, isOwn: boolean): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    // The writer's encoding is canonical: what encodes differently holds duplicate members or something else of somebody's.
    if (typeof body !== 'object' || body === null || !(isOwn || JSON.stringify(body) === text)) return null;
    return body as Record<string, unknown>;
  } catch {
    return null;
  }
}

function projectionsHold(event: StoredEvent, body: Record<string, unknown>): boolean {
  return (
    body.chain === event.chain &&
    body.sequence === event.sequence &&
    body.occurredAt === formatDateTime(event.occurredAt) &&
    body.type === event.type &&
    body.outcome === event.outcome &&
    member(body.actor, 'id') === event.actorId &&
    member(body.subject, 'id') === event.subjectId &&
    member(body.session, 'id') === event.sessionId &&
    member(body.request, 'id') === event.requestId &&
    member(body.operation, 'name') === event.operationName
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? ((value as Record<string, unknown>)[name] ?? null) : null;
}
