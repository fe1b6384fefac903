import type { StoredEvent } from '../domain/audit-event.js';
import type { EventStore } from '../stores/index.js';

const PAGE = 500;

/** One event as a line of an NDJSON export, without the line break: hashes in hex, `body` the exact hashed text. */
export function exportLine(event: StoredEvent): string {
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

/**
 * The whole trail in order of chain and sequence, some lines at a time. It pages by place, not by time, so that nothing is
 * skipped while others write; what is written to a chain after its end was read belongs to the next export.
 */
export async function* exportLines(events: Pick<EventStore, 'chains' | 'chain'>): AsyncGenerator<string> {
  for (const chain of await events.chains()) {
    for (let next = 0; ; ) {
      const page = await events.chain(chain, next, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      yield `${page.map(exportLine).join('\n')}\n`;
      next = last.sequence + 1;
    }
  }
}
