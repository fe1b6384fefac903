import { hash } from 'node:crypto';
import type { StoredEvent } from '../../domain/audit-event.js';
import { EVENT_TABLE } from './event-rows.js';

/**
 * All that is kept of an event, in one text that no other event has: the columns that are short as JSON, how long the others are and
 * of which type, and these as they are. Most of it is copied, not encoded, which makes it cheap on both sides. {@link imprintOf}
 * makes the very same.
 */
const ROW = `json_array(id, sequence, occurredAt, type, outcome, actorId, subjectId, sessionId, requestId, operationName,
  octet_length(previousHash), octet_length(hash), octet_length(signature), octet_length(detailsSalt),
  octet_length(detailsText), typeof(detailsText), octet_length(body), typeof(body))
  || previousHash || hash || ifnull(signature, '') || ifnull(detailsSalt, '') || ifnull(detailsText, '') || body`;

/** Of a chain, from one sequence to another, both included: all rows, so that one too many shows. NULL where there is none. */
export const IMPRINTED = `SELECT CAST(group_concat(row, '') AS BLOB) FROM (
  SELECT ${ROW} AS row FROM ${EVENT_TABLE} INDEXED BY eventsByChain
  WHERE chain = ? AND sequence BETWEEN ? AND ? ORDER BY sequence, rowid
)`;

/** From one group to the next: enough for what is nearly always written together. A larger one has room of its own, and for itself alone. */
const kept = Buffer.allocUnsafeSlow(1_024 * 1_024);
let room = kept;
let used = 0;

function reserve(bytes: number): void {
  if (used + bytes > room.length) room = Buffer.concat([room.subarray(0, used)], (used + bytes) * 2);
}

function put(bytes: Uint8Array): void {
  room.set(bytes, used);
  used += bytes.length;
}

/** SHA-256, in base64, of the texts of these events one after the other, as {@link IMPRINTED} gives them. */
export function imprintOf(events: readonly StoredEvent[]): string {
  used = 0;
  for (const event of events) {
    const { body, previousHash, hash: own, signature, details } = event;
    const bodyBytes = Buffer.byteLength(body);
    const detailsBytes = details === null ? 0 : Buffer.byteLength(details.text);
    const columns = JSON.stringify([
      event.id,
      event.sequence,
      event.occurredAt,
      event.type,
      event.outcome,
      event.actorId,
      event.subjectId,
      event.sessionId,
      event.requestId,
      event.operationName,
      previousHash.length,
      own.length,
      signature === null ? null : signature.length,
      details === null ? null : details.salt.length,
      details === null ? null : detailsBytes,
      details === null ? 'null' : 'text',
      bodyBytes,
      'text',
    ]);
    const bytes = previousHash.length + own.length + (signature?.length ?? 0) + (details?.salt.length ?? 0);
    // No character takes more than three bytes of UTF-8 for each of its UTF-16 units.
    reserve(columns.length * 3 + bytes + detailsBytes + bodyBytes);
    used += room.write(columns, used, 'utf8');
    put(previousHash);
    put(own);
    if (signature !== null) put(signature);
    if (details !== null) {
      put(details.salt);
      used += room.write(details.text, used, 'utf8');
    }
    used += room.write(body, used, 'utf8');
  }
  const imprint = imprintOfBytes(room.subarray(0, used));
  room = kept;
  return imprint;
}

/** The same of the result of {@link IMPRINTED}. */
export function imprintOfBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64');
}
