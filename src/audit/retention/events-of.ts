import type { StoredEvent } from '../../domain/audit-event.js';
import type { EventFilter, EventStore, PageKey } from '../../stores/index.js';

const PAGE = 500;

/** Every event that passes the filter, the newest first. @throws StoreUnavailableError */
export async function* eventsOf(events: Pick<EventStore, 'page'>, filter: EventFilter): AsyncGenerator<StoredEvent> {
  for (let from: PageKey | undefined; ; ) {
    const page = await events.page(filter, {
      limit: PAGE,
      direction: 'forward',
      ...(from === undefined ? {} : { from }),
    });
    yield* page.items;
    const last = page.items.at(-1);
    if (!page.hasMore || last === undefined) return;
    from = { at: last.occurredAt, id: last.id };
  }
}
