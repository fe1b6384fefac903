/** What the window needs of an event. */
export interface PlacedEvent {
  readonly id: string;
  /** RFC 3339 in UTC with milliseconds: texts of one form, so their order is that of time. */
  readonly occurredAt: string;
}

export interface EventRow<Event> {
  readonly event: Event;
  /** Where it is in the gateway's list; null for one that came by the stream. */
  readonly cursor: string | null;
}

export interface EventPage<Event> {
  /** Newest first. */
  readonly rows: readonly EventRow<Event>[];
  /** Whether there are more in the direction of reading. */
  readonly hasMore: boolean;
}

/**
 * A part of the trail without holes, newest first. Rows have numbers: 0 is the newest at the time of opening, older ones count
 * up, and what is recorded later counts down from -1. So a row keeps its number while rows come and go at both ends.
 */
export interface EventWindow<Event> {
  readonly rows: readonly EventRow<Event>[];
  /** The number of the first row. */
  readonly origin: number;
  /** Whether nothing newer is known that is not in it. */
  readonly isNewest: boolean;
  /** Whether there is nothing older. */
  readonly isOldest: boolean;
}

/** Rows kept in memory, however long the trail is and however far somebody scrolls. */
export const MOST_ROWS = 1_200;

export function openWindow<Event>(page: EventPage<Event>, origin: number, isNewest: boolean): EventWindow<Event> {
  return { rows: page.rows, origin, isNewest, isOldest: !page.hasMore };
}

/** With the page that follows its last row; rows at the top are let go where there are too many. */
export function withOlder<Event extends PlacedEvent>(
  window: EventWindow<Event>,
  page: EventPage<Event>,
): EventWindow<Event> {
  const rows = [...withNews(window, page.rows).rows, ...unknownTo(window.rows, page.rows)];
  const gone = Math.max(0, rows.length - MOST_ROWS);
  return {
    rows: rows.slice(gone),
    origin: window.origin + gone,
    isNewest: window.isNewest && gone === 0,
    isOldest: !page.hasMore,
  };
}

/** With the page before its first row; rows at the bottom are let go where there are too many. */
export function withNewer<Event extends PlacedEvent>(
  window: EventWindow<Event>,
  page: EventPage<Event>,
): EventWindow<Event> {
  const added = unknownTo(window.rows, page.rows);
  const rows = [...added, ...withNews(window, page.rows).rows];
  return {
    rows: rows.slice(0, MOST_ROWS),
    origin: window.origin - added.length,
    isNewest: !page.hasMore,
    isOldest: window.isOldest && rows.length <= MOST_ROWS,
  };
}

/**
 * With events that came by the stream, each in its place: processes have no order among them, so one may be older than what is
 * there. One that belongs below the window comes with its page. Only for a window that reaches to the newest.
 */
export function withRecorded<Event extends PlacedEvent>(
  window: EventWindow<Event>,
  recorded: readonly Event[],
): EventWindow<Event> {
  const known = new Set(window.rows.map(({ event }) => event.id));
  const last = window.rows.at(-1)?.event;
  const added = recorded.filter((event) => {
    if (known.has(event.id)) return false;
    known.add(event.id);
    return window.isOldest || last === undefined || newestFirst(event, last) < 0;
  });
  if (added.length === 0) return window;
  const rows = [...added.map((event) => ({ event, cursor: null })), ...window.rows];
  rows.sort((a, b) => newestFirst(a.event, b.event));
  return {
    ...window,
    rows: rows.slice(0, MOST_ROWS),
    origin: window.origin - added.length,
    isOldest: window.isOldest && rows.length <= MOST_ROWS,
  };
}

/** With what the gateway says now of events that are there: a pending one has become sealed. Nothing is added. */
export function withNews<Event extends PlacedEvent>(
  window: EventWindow<Event>,
  news: readonly EventRow<Event>[],
): EventWindow<Event> {
  const byId = new Map(news.map((row) => [row.event.id, row]));
  return { ...window, rows: window.rows.map((row) => byId.get(row.event.id) ?? row) };
}

/** As the gateway orders them: by time, then by id. */
export function newestFirst(a: PlacedEvent, b: PlacedEvent): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id > b.id ? -1 : 1;
}

function unknownTo<Event extends PlacedEvent>(
  known: readonly EventRow<Event>[],
  rows: readonly EventRow<Event>[],
): EventRow<Event>[] {
  const ids = new Set(known.map(({ event }) => event.id));
  return rows.filter(({ event }) => !ids.has(event.id));
}
