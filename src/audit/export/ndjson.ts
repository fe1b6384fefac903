import type { StoredEvent } from '../../domain/audit-event.js';
import type { EventFilter } from '../../stores/index.js';

/** One event as a line of an NDJSON export, without the line break: hashes in hex, `body` the exact hashed text. */
export function ndjsonLine(event: StoredEvent): string {
  const { chain, sequence, previousHash, hash, body, signature, details } = event;
  return JSON.stringify({
    chain,
    sequence,
    previousHash: Buffer.from(previousHash).toString('hex'),
    hash: Buffer.from(hash).toString('hex'),
    body,
    ...(signature === null ? {} : { signature: Buffer.from(signature).toString('base64url') }),
    ...(details === null
      ? {}
      : { details: { salt: Buffer.from(details.salt).toString('base64url'), text: details.text } }),
  });
}

/** What the last line of a partial export says. */
export interface PartialExport {
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  readonly filter: EventFilter;
  /** How many events the export holds. */
  readonly events: number;
}

/** The line, without its break, that says what an export leaves out: docs/audit-format.md, "Files". */
export function manifestLine({ begunAt, filter, events }: PartialExport): string {
  const { occurredAfter, occurredBefore, ...rest } = filter;
  return JSON.stringify({
    manifest: {
      version: 1,
      begunAt: new Date(begunAt).toISOString(),
      filter: {
        ...rest,
        ...(occurredAfter === undefined ? {} : { occurredAfter: new Date(occurredAfter).toISOString() }),
        ...(occurredBefore === undefined ? {} : { occurredBefore: new Date(occurredBefore).toISOString() }),
      },
      events,
      partial: true,
    },
  });
}
