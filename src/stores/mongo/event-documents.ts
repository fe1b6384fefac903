import type { Binary } from 'mongodb';
import type { EventOutcome, EventType, StoredEvent } from '../../domain/audit-event.js';
import {
  binary,
  bytesOrNone,
  countOrNaN,
  MISTYPED_TEXT,
  nullableText,
  textOrMistyped,
  timeOrNaN,
} from './stored-values.js';

/** One document of `impersonationEvents`. The fields after `details` are projections of the body, for the indexes. */
export interface EventDocument {
  /** `<chain>:<sequence, 12 digits>` */
  _id: string;
  chain: string;
  sequence: number;
  body: string;
  previousHash: Binary;
  hash: Binary;
  signature: Binary | null;
  /** Absent once erased. */
  details?: { salt: Binary; text: string } | null;
  occurredAt: Date;
  type: EventType;
  outcome: EventOutcome;
  actorId: string | null;
  subjectId: string | null;
  sessionId: string | null;
  requestId: string;
  operationName: string | null;
}

export function eventDocument(event: StoredEvent): EventDocument {
  return {
    _id: event.id,
    chain: event.chain,
    sequence: event.sequence,
    body: event.body,
    previousHash: binary(event.previousHash),
    hash: binary(event.hash),
    signature: event.signature && binary(event.signature),
    details: event.details && { salt: binary(event.details.salt), text: event.details.text },
    occurredAt: new Date(event.occurredAt),
    type: event.type,
    outcome: event.outcome,
    actorId: event.actorId,
    subjectId: event.subjectId,
    sessionId: event.sessionId,
    requestId: event.requestId,
    operationName: event.operationName,
  };
}

/**
 * The event a document holds, whatever has been done to the document: a value of a wrong BSON type becomes one that cannot
 * equal the body's (see stored-values.ts).
 * @param document as read with `promoteValues: false`, so that number and symbol types can be told apart.
 */
export function eventFromDocument(document: Readonly<Record<string, unknown>>): StoredEvent {
  return {
    id: textOrMistyped(document._id),
    chain: textOrMistyped(document.chain),
    sequence: countOrNaN(document.sequence),
    body: textOrMistyped(document.body),
    previousHash: bytesOrNone(document.previousHash),
    hash: bytesOrNone(document.hash),
    signature: document.signature === null || document.signature === undefined ? null : bytesOrNone(document.signature),
    details: detailsOf(document.details),
    occurredAt: timeOrNaN(document.occurredAt),
    // Not narrowed to the closed lists: what is stored is shown as it is, and verification compares it with the body.
    type: textOrMistyped(document.type) as EventType,
    outcome: textOrMistyped(document.outcome) as EventOutcome,
    actorId: nullableText(document.actorId),
    subjectId: nullableText(document.subjectId),
    sessionId: nullableText(document.sessionId),
    requestId: textOrMistyped(document.requestId),
    operationName: nullableText(document.operationName),
  };
}

function detailsOf(value: unknown): StoredEvent['details'] {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object' || !('salt' in value) || !('text' in value)) {
    return { salt: new Uint8Array(), text: MISTYPED_TEXT };
  }
  return { salt: bytesOrNone(value.salt), text: textOrMistyped(value.text) };
}
