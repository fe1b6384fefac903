import {
  type EventPage,
  type EventWindow,
  openWindow,
  type PlacedEvent,
  withNewer,
  withNews,
  withOlder,
  withRecorded,
} from './event-window.js';

/** Where a page begins: at a cursor of the gateway or, where a row has none, at its time. */
export type Place = { readonly cursor: string } | { readonly occurredAt: string };

/** Reads pages. Both directions answer newest first. */
export interface EventSource<Event> {
  /** From the newest (null), or what follows the place. By a time: what is as old or older. */
  older(from: Place | null, signal: AbortSignal): Promise<EventPage<Event>>;
  /** What comes right before the place. By a time: what is as new or newer. */
  newer(from: Place, signal: AbortSignal): Promise<EventPage<Event>>;
}

export interface EventLogState<Event> {
  readonly window: EventWindow<Event>;
  /** The numbers of the first row ever seen and of the row after the last: how long the list is known to be. */
  readonly first: number;
  readonly end: number;
  /** Changes when the list is opened anew. */
  readonly opening: number;
  readonly state: 'loading' | 'failed' | 'ready';
  readonly error: unknown;
  /** A page at one end could not be had; what is shown stays. */
  readonly edgeError: unknown;
  readonly isLoading: boolean;
  /** How many recorded events are not shown yet, and whether there may be more. */
  readonly waiting: number;
  readonly isMoreWaiting: boolean;
}

/** A trail that is read page by page and followed at once: no event twice, none left out, memory bounded. */
export interface EventLog<Event> {
  read(): EventLogState<Event>;
  subscribe(listener: () => void): () => void;
  /** Reads from the newest, anew. */
  open(): void;
  /** Tells which rows are in sight (by their numbers), so that what is near is read. */
  inSight(from: number, until: number): void;
  /** Events of the stream. They are shown at once while `follow(true)`, and counted otherwise. */
  recorded(events: readonly Event[]): void;
  /** Whether the reader is at the top. */
  follow(isAtTop: boolean): void;
  /** The stream has begun, or begun anew without a cursor: what was recorded before is looked for. */
  catchUp(): void;
  /** Tries again what failed. */
  retry(): void;
  /** Asks again for what is in sight where `isUnsettled` says so of one of its events. */
  refresh(isUnsettled: (event: Event) => boolean): Promise<void>;
  close(): void;
}

/** How near the end of what is there, in rows, the next page is read. */
const NEAR = 200;
/** Recorded events kept until they are shown. More are counted; the list is then opened anew. */
const MOST_WAITING = 500;
/** One cursor is kept for so many rows, so that somebody who drags the scroll bar far back is there by one request. */
const BOOKMARK_EVERY = 500;
/** From so many rows down is looked for what is missing at the top, since processes have no order among them. */
const CATCH_UP_ROWS = 150;
/** Rows above and below those in sight that are refreshed with them. */
const REFRESHED_AROUND = 40;
/** Where no row has a cursor, asking for news is a reading of its own, on record: it is done no more often, milliseconds. */
const UNPLACED_REFRESH_MS = 60_000;

const EMPTY_WINDOW: EventWindow<never> = { rows: [], origin: 0, isNewest: true, isOldest: true };

export function createEventLog<Event extends PlacedEvent>(source: EventSource<Event>): EventLog<Event> {
  const listeners = new Set<() => void>();
  let state: EventLogState<Event> = {
    window: EMPTY_WINDOW,
    first: 0,
    end: 0,
    opening: 0,
    state: 'loading',
    error: null,
    edgeError: null,
    isLoading: false,
    waiting: 0,
    isMoreWaiting: false,
  };
  let current = new AbortController();
  let waiting: Event[] = [];
  let hasLost = false;
  let isFollowing = true;
  let isBehind = false;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let sight = { from: 0, until: 0 };
  /** Number of a row → its cursor: what follows it begins there. Ascending. */
  let bookmarks: { readonly after: number; readonly cursor: string }[] = [];

  function change(next: Partial<EventLogState<Event>>): void {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  }

  function show(window: EventWindow<Event>, next: Partial<EventLogState<Event>> = {}): void {
    bookmark(window);
    const end = window.origin + window.rows.length;
    change({
      window,
      first: Math.min(state.first, window.origin),
      end: window.isOldest ? end : Math.max(state.end, end),
      waiting: waiting.length,
      isMoreWaiting: hasLost,
      ...next,
    });
  }

  function bookmark({ rows, origin }: EventWindow<Event>): void {
    let next = (bookmarks.at(-1)?.after ?? 0) + BOOKMARK_EVERY;
    for (let at = Math.max(next, origin); at < origin + rows.length; at += 1) {
      const cursor = rows[at - origin]?.cursor ?? null;
      if (at < next || cursor === null) continue;
      bookmarks.push({ after: at, cursor });
      next = at + BOOKMARK_EVERY;
    }
  }

  /** Shows what waits, where the window reaches to the newest. */
  function settled(window: EventWindow<Event>): EventWindow<Event> {
    if (!window.isNewest || !isFollowing || hasLost) return window;
    const ready = waiting;
    waiting = [];
    return withRecorded(window, ready);
  }

  function open(): void {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    bookmarks = [];
    isFollowing = true;
    change({ state: state.state === 'ready' ? 'ready' : 'loading', isLoading: true, error: null, edgeError: null });
    source.older(null, signal).then(
      (page) => {
        if (signal.aborted) return;
        // What waits came while the page was read, or before: what is older than the page belongs below it.
        hasLost = false;
        const window = settled(openWindow(page, 0, true));
        state = { ...state, first: window.origin, end: 0 };
        show(window, { state: 'ready', isLoading: false, opening: state.opening + 1 });
        if (isBehind) catchUp();
      },
      (error: unknown) => {
        if (!signal.aborted) change({ state: 'failed', error, isLoading: false });
      },
    );
  }

  /** One request at a time; its answer is for the window it was asked for. */
  function load(read: (signal: AbortSignal) => Promise<EventWindow<Event>>): void {
    const { signal } = current;
    change({ isLoading: true, edgeError: null });
    read(signal).then(
      (window) => {
        if (signal.aborted) return;
        show(settled(window), { isLoading: false });
        if (isBehind) catchUp();
        look();
      },
      (edgeError: unknown) => {
        if (!signal.aborted) change({ edgeError, isLoading: false });
      },
    );
  }

  function look(): void {
    const { window, isLoading, edgeError } = state;
    if (state.state !== 'ready' || isLoading || edgeError !== null) return;
    const { rows, origin, isNewest, isOldest } = window;
    const end = origin + rows.length;
    const first = rows[0];
    const last = rows.at(-1);
    const bookmark = bookmarks.findLast(({ after }) => after < sight.from);
    if (sight.until < origin - NEAR && !isNewest) {
      jump(bookmark);
    } else if (bookmark !== undefined && bookmark.after >= end && !isOldest) {
      jump(bookmark);
    } else if (last !== undefined && sight.until > end - NEAR && !isOldest) {
      load(async (signal) => withOlder(state.window, await source.older(placeOf(last), signal)));
    } else if (first !== undefined && sight.from < origin + NEAR && !isNewest) {
      load(async (signal) => withNewer(state.window, await source.newer(placeOf(first), signal)));
    }
  }

  /** Opens the window at a bookmark, or at the newest. */
  function jump(bookmark: { readonly after: number; readonly cursor: string } | undefined): void {
    load(async (signal) => {
      if (bookmark !== undefined) {
        return openWindow(await source.older({ cursor: bookmark.cursor }, signal), bookmark.after + 1, false);
      }
      const before = new Set(waiting.map(({ id }) => id));
      const page = await source.older(null, signal);
      // What waited when it was asked is in it, or below it.
      waiting = waiting.filter(({ id }) => !before.has(id));
      hasLost = false;
      return openWindow(page, state.first, true);
    });
  }

  /** It cannot be told what is missing at the top. */
  function lose(): void {
    hasLost = true;
    if (isFollowing) open();
    else change({ isMoreWaiting: true });
  }

  function catchUp(): void {
    isBehind = state.state !== 'ready' || state.isLoading;
    if (isBehind) return;
    const { rows, isNewest } = state.window;
    const from = rows.slice(0, CATCH_UP_ROWS).findLast(({ cursor }) => cursor !== null);
    if (!isNewest || from === undefined || from.cursor === null) {
      lose();
      return;
    }
    const { signal } = current;
    source.newer({ cursor: from.cursor }, signal).then(
      (page) => {
        if (signal.aborted) return;
        if (page.hasMore) lose();
        else recorded(page.rows.map(({ event }) => event));
      },
      () => {
        if (!signal.aborted) lose();
      },
    );
  }

  function recorded(events: readonly Event[]): void {
    const known = new Set([...waiting, ...state.window.rows.map(({ event }) => event)].map(({ id }) => id));
    waiting = [...waiting, ...events.filter(({ id }) => !known.has(id))];
    const excess = waiting.length - MOST_WAITING;
    if (excess > 0) {
      waiting = waiting.slice(excess);
      hasLost = true;
    }
    if (state.state !== 'ready') return;
    if (!hasLost || !isFollowing) show(settled(state.window));
    else if (!state.isLoading) open();
  }

  return {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open,
    inSight(from, until) {
      sight = { from, until };
      look();
    },
    recorded,
    follow(isAtTop) {
      if (isFollowing === isAtTop) return;
      isFollowing = isAtTop;
      if (state.state !== 'ready' || !isAtTop) return;
      if (hasLost) open();
      else if (waiting.length > 0) show(settled(state.window));
    },
    catchUp,
    retry() {
      if (state.state === 'failed') open();
      else {
        change({ edgeError: null });
        look();
      }
    },
    async refresh(isUnsettled) {
      const { rows, origin } = state.window;
      const top = Math.max(0, sight.from - REFRESHED_AROUND - origin);
      const near = rows.slice(top, Math.max(0, sight.until + REFRESHED_AROUND - origin));
      const lastUnsettled = near.findLastIndex(({ event }) => isUnsettled(event));
      if (lastUnsettled === -1 || state.isLoading) return;
      // By a cursor below them: going on in a list that is open is no new reading, and leaves no event of its own.
      const from = rows.slice(top + lastUnsettled + 1).find(({ cursor }) => cursor !== null);
      if (from === undefined && performance.now() - refreshedAt < UNPLACED_REFRESH_MS) return;
      if (from === undefined) refreshedAt = performance.now();
      const { signal } = current;
      const page = await (from?.cursor == null
        ? source.older(null, signal)
        : source.newer({ cursor: from.cursor }, signal)
      ).catch(() => null);
      if (page !== null && !signal.aborted) show(withNews(state.window, page.rows));
    },
    close: () => current.abort(),
  };
}

function placeOf<Event extends PlacedEvent>({
  event,
  cursor,
}: {
  readonly event: Event;
  readonly cursor: string | null;
}): Place {
  return cursor === null ? { occurredAt: event.occurredAt } : { cursor };
}
