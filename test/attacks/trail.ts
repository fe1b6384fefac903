import { RecordedEvent } from '../../src/audit/recorded-event.js';
import type { Store } from '../../src/stores/index.js';

/** Every event of the store, oldest first. */
export async function readEvents({ events }: Pick<Store, 'events'>): Promise<readonly RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (const chain of await events.chains()) {
    for (const event of await events.chain(chain, 0, 10_000)) found.push(new RecordedEvent(event));
  }
  return found.sort((a, b) => a.stored.occurredAt - b.stored.occurredAt || a.stored.sequence - b.stored.sequence);
}

/**
 * The events as a catalogue writes them: type, code (or the outcome where it is neither implied nor SUCCESS), actor>subject,
 * and how many attempts a line stands for where it is more than one; equal neighbours are one line.
 */
export function trailLines(events: readonly RecordedEvent[]): readonly string[] {
  const lines: { text: string; count: number }[] = [];
  for (const event of events) {
    const text = lineOf(event);
    const count = event.body.count ?? 1;
    const previous = lines.at(-1);
    if (previous?.text === text) previous.count += count;
    else lines.push({ text, count });
  }
  return lines.map(({ text, count }) => (count === 1 ? text : `${text} ×${count}`));
}

function lineOf({ stored, body }: RecordedEvent): string {
  const failed = stored.type === 'OPERATION_COMPLETED' && stored.outcome === 'FAILURE' ? ' FAILURE' : '';
  const code = body.code === null ? '' : ` ${body.code}`;
  return `${stored.type}${code}${failed} ${shortId(stored.actorId)}>${shortId(stored.subjectId)}`;
}

function shortId(id: string | null): string {
  return id === null ? '-' : id.replace(/^user_/, '');
}
