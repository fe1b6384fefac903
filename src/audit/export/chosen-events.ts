import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from '../../domain/audit-event.js';
import { StoreUnavailableError } from '../../errors/index.js';
import type { EventFilter, PageKey } from '../../stores/index.js';
import { passesFilter } from '../filter.js';
import { chainPages, type ExportMoment, type ExportSource } from './chain-pages.js';

/** Up to so many events are gathered by an index and put in order; it bounds the memory of an export. */
const FEW = 2_000;
const PAGE = 500;

/**
 * The events that pass the filter, in order of chain and sequence. Few are read by the index of the filter and sorted, at
 * the cost of what is found. Of many, the chains are read from their beginnings and each event is tested, at the cost of all
 * chains that have an event since `occurredAfter`: no index has the order of an export, and to sort would need the memory.
 * @throws StoreUnavailableError
 */
export async function* chosenEvents(
  events: ExportSource,
  filter: EventFilter,
  moment: ExportMoment,
): AsyncGenerator<readonly StoredEvent[]> {
  const few = await fewEvents(events, filter);
  if (few !== null) {
    yield few;
    return;
  }
  for (const chain of [...(await chainsWithin(events, filter))].sort()) {
    for await (const page of chainPages(events, chain, moment)) {
      yield page.filter((event) => passesFilter(event, filter));
    }
  }
}

/** What the index finds, in the order of an export; null where it is more than a few. */
async function fewEvents(events: Pick<ExportSource, 'page'>, filter: EventFilter): Promise<StoredEvent[] | null> {
  const found: StoredEvent[] = [];
  for (let from: PageKey | undefined; ; ) {
    await turn();
    const { items, hasMore } = await events.page(filter, {
      limit: PAGE,
      direction: 'forward',
      ...(from === undefined ? {} : { from }),
    });
    found.push(...items);
    const last = items.at(-1);
    if (!hasMore || last === undefined) return found.sort(byPlace);
    if (found.length >= FEW) return null;
    from = { at: last.occurredAt, id: last.id };
  }
}

function byPlace(a: StoredEvent, b: StoredEvent): number {
  if (a.chain !== b.chain) return a.chain < b.chain ? -1 : 1;
  return a.sequence - b.sequence;
}

/** The chains that may have such events. */
async function chainsWithin(events: ExportSource, { occurredAfter }: EventFilter): Promise<readonly string[]> {
  if (occurredAfter === undefined) return events.chains();
  try {
    return await events.chainsSince(occurredAfter);
  } catch (error) {
    // It costs as much as there are events since then, and may take longer than the store allows one call.
    if (error instanceof StoreUnavailableError) return events.chains();
    throw error;
  }
}
