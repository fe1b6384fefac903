import type { EventOutcome, EventType, StoredEvent } from '../../domain/audit-event.js';
import {
  bytesOrNull,
  type Row,
  requiredBytes,
  requiredInteger,
  requiredText,
  rowExpression,
  textOrNull,
} from './row.js';

export const EVENT_TABLE = 'impersonationEvents';

const INSERTED = [
  'id',
  'chain',
  'sequence',
  'body',
  'previousHash',
  'hash',
  'signature',
  'detailsSalt',
  'detailsText',
  'occurredAt',
  'type',
  'outcome',
  'actorId',
  'subjectId',
  'sessionId',
  'requestId',
  'operationName',
];

/** Changes no row where the id is taken. */
export const INSERT_EVENT = `INSERT INTO ${EVENT_TABLE} (${INSERTED.join(', ')}) VALUES (${INSERTED.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`;

export function eventValues(event: StoredEvent): unknown[] {
  return [
    event.id,
    event.chain,
    event.sequence,
    event.body,
    event.previousHash,
    event.hash,
    event.signature,
    event.details?.salt ?? null,
    event.details?.text ?? null,
    event.occurredAt,
    event.type,
    event.outcome,
    event.actorId,
    event.subjectId,
    event.sessionId,
    event.requestId,
    event.operationName,
  ];
}

/** The SQL of one event, which {@link eventFromRow} reads. */
export const EVENT_ROW = rowExpression(
  [
    'id',
    'chain',
    'sequence',
    'body',
    'detailsText',
    'occurredAt',
    'type',
    'outcome',
    'actorId',
    'subjectId',
    'sessionId',
    'requestId',
    'operationName',
  ],
  ['previousHash', 'hash', 'signature', 'detailsSalt'],
);

/** Type and outcome come as they are: an edited event must reach the verifier, which tells what is wrong with it. */
export function eventFromRow(row: Row): StoredEvent {
  const [id, chain, sequence, body, details, occurredAt, type, outcome, actor, subject, session, request, operation] =
    row;
  const [previousHash, hash, signature, salt] = row.slice(13);
  const detailsSalt = bytesOrNull(salt);
  return {
    id: requiredText(id),
    chain: requiredText(chain),
    sequence: requiredInteger(sequence),
    body: requiredText(body),
    previousHash: requiredBytes(previousHash),
    hash: requiredBytes(hash),
    signature: bytesOrNull(signature),
    details: detailsSalt === null || details === null ? null : { salt: detailsSalt, text: requiredText(details) },
    occurredAt: requiredInteger(occurredAt),
    type: requiredText(type) as EventType,
    outcome: requiredText(outcome) as EventOutcome,
    actorId: textOrNull(actor),
    subjectId: textOrNull(subject),
    sessionId: textOrNull(session),
    requestId: requiredText(request),
    operationName: textOrNull(operation),
  };
}
