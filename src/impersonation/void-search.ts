import { RecordedEvent } from '../audit/recorded-event.js';
import type { StoredEvent } from '../domain/audit-event.js';
import type { ImpersonationDependencies } from './dependencies.js';
import { announcedSession } from './end-event.js';
import type { SessionEnder } from './end-session.js';

const ROUND_MS = 15_000;
/** A start takes far less than this between its event and its session, or it never will. */
const SETTLED_MS = 30_000;
/** A little is looked at twice: another replica's clock may be behind ours, so its events may appear before our place. */
const OVERLAP_MS = 30_000;
/** How long before its first failure a write may have waited in the trail's queue. */
const QUEUED_MS = 10_000;
/** The first round of a process looks further back: an event that was stuck on its way appears in the past. */
const FIRST_OVERLAP_MS = 24 * 60 * 60_000;
/** How far, in the trail's time, the search may be ahead of what is remembered of it. */
const REMEMBER_EVERY_MS = 10 * 60_000;
const PAGE = 200;

/**
 * The search for starts that a crash left without a session. How far it has come is remembered in the store, so that however
 * long all gateways are down, the next one goes on where the last one was. Its cost is that of the starts since then; only
 * where nothing is remembered, the trail is searched from its beginning, once.
 */
export function createVoidSearch(deps: ImpersonationDependencies, ender: SessionEnder): () => Promise<void> {
  const { sessions, events, trail, clock, logger } = deps;
  /** Every start before it has a session or is void, as far as this process could see. */
  let place: number | null = null;
  let remembered = Number.NEGATIVE_INFINITY;
  let lastRound = Number.NEGATIVE_INFINITY;

  async function firstPlace(now: number): Promise<number> {
    const settled = await sessions.startsSettledUpTo();
    // A time that is still to come was told by a clock that went wrong.
    if (settled === null || settled > now) return 0;
    return Math.max(0, settled - FIRST_OVERLAP_MS);
  }

  async function remember(at: number): Promise<void> {
    if (at - remembered < REMEMBER_EVERY_MS) return;
    await sessions.setStartsSettledUpTo(at);
    remembered = at;
  }

  async function voidThoseWithoutSession(started: readonly StoredEvent[]): Promise<void> {
    const ids = started.flatMap((event) => (event.sessionId === null ? [] : [event.sessionId]));
    if (ids.length === 0) return;
    const existing = new Set((await sessions.getMany(ids)).map((session) => session.id));
    for (const event of started) {
      if (event.sessionId === null || existing.has(event.sessionId)) continue;
      const session = announcedSession(new RecordedEvent(event));
      if (session === null) logger.error({ eventId: event.id }, 'a start cannot be read: its event has been changed');
      else await ender.voidStart(session);
    }
  }

  return async () => {
    const now = clock.now();
    const sinceLast = now - lastRound;
    if (sinceLast >= 0 && sinceLast < ROUND_MS) return;
    // Asked before the trail is read: a start whose write is failing now may appear at this time, but not before it.
    const failing = trail.failingSince() ?? now;
    const until = now - SETTLED_MS;
    const since = Math.min(place ?? (await firstPlace(now)), until - OVERLAP_MS);
    let from: { at: number; id: string } | undefined;
    for (;;) {
      // The oldest first, so that each page is a step that need not be taken again.
      const page = await events.page(
        { types: ['IMPERSONATION_STARTED'], occurredAfter: since, occurredBefore: until },
        { limit: PAGE, direction: 'backward', ...(from === undefined ? {} : { from }) },
      );
      await voidThoseWithoutSession(page.items);
      const newest = page.items[0];
      if (!page.hasMore || newest === undefined) break;
      from = { at: newest.occurredAt, id: newest.id };
      await remember(newest.occurredAt);
    }
    place = Math.min(until - OVERLAP_MS, failing - QUEUED_MS);
    lastRound = now;
    await remember(place);
  };
}
