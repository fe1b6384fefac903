import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from '../../domain/audit-event.js';
import { StoreUnavailableError } from '../../errors/index.js';
import type { Clock } from '../../platform/clock.js';
import type { EventStore } from '../../stores/index.js';

export type ExportSource = Pick<EventStore, 'chains' | 'chain' | 'chainsSince' | 'page'>;

/** When an export began, by whose clock. */
export interface ExportMoment {
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  readonly clock: Clock;
}

const PAGE = 500;
/** What is written so long after an export began belongs to the next one: to a slow client a busy chain would never end. */
const LATER_MS = 60_000;

/**
 * One chain from its beginning, ascending, some events at a time. It pages by place, not by time, so nothing is skipped while
 * others write. Between pages everybody else gets a turn: a store in this process answers without ever waiting.
 * @throws StoreUnavailableError
 */
export async function* chainPages(
  events: Pick<ExportSource, 'chain'>,
  chain: string,
  { begunAt, clock }: ExportMoment,
): AsyncGenerator<readonly StoredEvent[]> {
  const bound = begunAt + LATER_MS;
  for (let from = 0; ; ) {
    await turn();
    const page = await events.chain(chain, from, PAGE);
    const isFull = page.length >= PAGE;
    // One whose sequence somebody has made into something else says nothing of how far the chain was read: what follows it in
    // the chain would be left out, in silence.
    const last = page.findLast(({ sequence }) => Number.isSafeInteger(sequence))?.sequence;
    if (last === undefined) {
      if (isFull) throw new StoreUnavailableError('a whole page of the trail cannot be read');
      if (page.length > 0) yield page;
      return;
    }
    // Several events may have been stored under one sequence, and a full page may have cut them apart: read them together.
    const whole = isFull ? page.filter(({ sequence }) => !(sequence >= last)) : page;
    const read = whole.length === 0 ? page : whole;
    from = read === page ? last + 1 : last;
    // Only what can be later is: a time in the future is an edited one, and must not hide what follows.
    const now = clock.now();
    const later = read.findIndex(({ occurredAt }) => occurredAt > bound && occurredAt <= now);
    yield later === -1 ? read : read.slice(0, later);
    if (later !== -1) return;
  }
}
