import type { ImpersonationSession, SessionEnding } from '../domain/impersonation-session.js';
import { GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import { ageOf, type Moment, thisMoment } from '../platform/moment.js';
import type { SessionStore } from '../stores/index.js';

/**
 * This replica's view of impersonation sessions: what lets every request be checked for revocation without a store
 * look-up of its own. It is at most 1 s behind the store while the store answers; an end on this replica shows at once.
 */
export interface SessionView {
  /**
   * The session, known not to have ended up to at most 1 s ago, whether the store answers or not; null where there is none.
   * Synchronous where the view is fresh and holds the session, and always where it knows the session to have ended.
   * @throws GatewayError REVOCATION_UNAVAILABLE where the store gives no newer word within 1.5 s.
   */
  lookup(id: string): ImpersonationSession | null | Promise<ImpersonationSession | null>;
  /** The session where `lookup` would give it at once and it is ACTIVE; else null. */
  fresh(id: string): ImpersonationSession | null;
  /** What this replica last knew of the session, however old; null where it knows nothing. Never a reason to allow. */
  lastKnown(id: string): ImpersonationSession | null;
  /**
   * Takes in a session this replica has stored.
   * @param asOf a moment before it was sent to the store: since then anybody may have ended it.
   */
  add(session: ImpersonationSession, asOf: Moment): void;
  /** From now on the session counts as ended here, whatever the store says or whether it answers. */
  markEnded(session: ImpersonationSession, ending: SessionEnding): void;
  /** Whether this replica knows the session to have ended. Synchronous: asked before every field that changes something. */
  hasEnded(id: string): boolean;
  /** Calls the listener when a session is first seen to have ended. Returns how to stop. */
  onEnded(listener: (session: ImpersonationSession) => void): () => void;
  /** How long ago the view was last known to be true, milliseconds. */
  ageMs(): number;
  /** How many sessions are in use here and not known to have ended. */
  activeCount(): number;
  start(): Promise<void>;
  stop(): void;
}

interface Entry {
  session: ImpersonationSession;
  /** When the read that gave it began: however late an answer comes, it tells nothing of what was later. */
  asOf: Moment;
  touchedAt: number;
  /** Ended here; the store may not know yet. Such an entry never comes back to life. */
  endedHere: boolean;
}

const POLL_MS = 400;
/** A session that was ended elsewhere is honoured no longer than this. No outage stretches it: unknown means no. */
const FRESH_MS = 1_000;
const ANSWER_MS = 1_500;
const FORGET_AFTER_MS = 60_000;
const IDS_PER_READ = 500;
/** How often a look-up reads where each answer was too old when it came. */
const READS = 3;
const NEVER: Moment = { wall: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY };
/** Read when no session is in use, so that the view's age tells the truth on an idle replica too. */
const PROBE_ID = 'probe';

export interface SessionViewOptions {
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Creates the view; `start` makes the first read and begins to poll. */
export function createSessionView({ sessions, clock, logger }: SessionViewOptions): SessionView {
  const entries = new Map<string, Entry>();
  const listeners = new Set<(session: ImpersonationSession) => void>();
  let asOf = NEVER;
  let refreshing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failing = false;

  /** "Ended" is final, so it cannot be out of date. */
  function isWithin(entry: Entry, ms: number): boolean {
    return entry.session.status !== 'ACTIVE' || ageOf(entry.asOf, clock) <= ms;
  }

  function announce(session: ImpersonationSession): void {
    for (const listener of listeners) listener(session);
  }

  function absorb(session: ImpersonationSession, readAt: Moment): void {
    const entry = entries.get(session.id);
    if (entry === undefined) {
      entries.set(session.id, { session, asOf: readAt, touchedAt: clock.now(), endedHere: false });
      return;
    }
    // "Ended" is final: a read that began before the end must not undo it.
    if (entry.session.status !== 'ACTIVE') return;
    entry.session = session;
    entry.asOf = readAt;
    if (session.status !== 'ACTIVE') announce(session);
  }

  async function readAll(): Promise<void> {
    const begun = thisMoment(clock);
    const { wall } = begun;
    const ids: string[] = [];
    for (const [id, entry] of entries) {
      const idle = wall - entry.touchedAt > FORGET_AFTER_MS;
      // An end that the store may not know yet is remembered for as long as its token could be shown.
      if (idle && (!entry.endedHere || wall > entry.session.expiresAt + FORGET_AFTER_MS)) entries.delete(id);
      else if (entry.session.status === 'ACTIVE') ids.push(id);
    }
    if (ids.length === 0) ids.push(PROBE_ID);
    for (let start = 0; start < ids.length; start += IDS_PER_READ) {
      const asked = ids.slice(start, start + IDS_PER_READ);
      const found = new Map((await sessions.getMany(asked)).map((session) => [session.id, session]));
      for (const id of asked) {
        const session = found.get(id);
        // Gone from the store: somebody removed it behind our back. It is not honoured any more.
        if (session === undefined) entries.delete(id);
        else absorb(session, begun);
      }
    }
    asOf = begun;
  }

  function refresh(): Promise<void> {
    refreshing ??= readAll()
      .then(
        () => {
          if (failing) logger.info('the revocation view is fresh again');
          failing = false;
        },
        (error: unknown) => {
          if (!failing) logger.warn({ err: error }, 'the revocation view could not be refreshed');
          failing = true;
          throw error;
        },
      )
      .finally(() => {
        refreshing = null;
      });
    return refreshing;
  }

  async function withinAnswerTime<T>(work: Promise<T>): Promise<T> {
    let late: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        work,
        new Promise<never>((_, reject) => {
          late = setTimeout(() => reject(new Error('the store did not answer in time')), ANSWER_MS);
        }),
      ]);
    } finally {
      clearTimeout(late);
    }
  }

  async function readOne(id: string): Promise<void> {
    const begun = thisMoment(clock);
    const session = await sessions.get(id);
    if (session !== null) absorb(session, begun);
  }

  /**
   * Reads until what is known of the session is fresh. One answer may be old when it is taken in: of a read that was under way already,
   * where the network or this whole process stood still meanwhile. Who is let in by it may have been shut out long ago.
   */
  async function readAnew(id: string): Promise<void> {
    for (let reads = 0; reads < READS; reads += 1) {
      await (entries.has(id) ? refresh() : readOne(id));
      const entry = entries.get(id);
      if (entry === undefined || isWithin(entry, FRESH_MS)) return;
    }
    throw new Error('each answer of the store was too old when it came');
  }

  async function lookupSlow(id: string): Promise<ImpersonationSession | null> {
    const known = entries.get(id);
    // It is in use. After a pause of the process the refresh would else forget it as idle, and a running session would
    // be taken for one that there is not.
    if (known !== undefined) known.touchedAt = clock.now();
    try {
      await withinAnswerTime(readAnew(id));
    } catch (cause) {
      const last = entries.get(id);
      if (last === undefined || !isWithin(last, FRESH_MS)) throw new GatewayError('REVOCATION_UNAVAILABLE', { cause });
    }
    const entry = entries.get(id);
    if (entry === undefined) return null;
    entry.touchedAt = clock.now();
    return entry.session;
  }

  function schedule(): void {
    timer = setTimeout(() => {
      refresh()
        .catch(() => undefined)
        .finally(() => {
          if (timer !== null) schedule();
        });
    }, POLL_MS);
    timer.unref();
  }

  return {
    lookup(id) {
      const entry = entries.get(id);
      if (entry === undefined) return lookupSlow(id);
      if (!isWithin(entry, FRESH_MS)) return lookupSlow(id);
      entry.touchedAt = clock.now();
      return entry.session;
    },
    fresh(id) {
      const entry = entries.get(id);
      if (entry === undefined || entry.session.status !== 'ACTIVE' || !isWithin(entry, FRESH_MS)) return null;
      entry.touchedAt = clock.now();
      return entry.session;
    },
    lastKnown: (id) => entries.get(id)?.session ?? null,
    add: absorb,
    markEnded(session, ending) {
      const entry = entries.get(session.id);
      if (entry !== undefined && entry.session.status !== 'ACTIVE') return;
      const ended = { ...session, ...ending };
      // Also where it was unknown here: a read of it may be under way, which must not bring it back to life.
      entries.set(session.id, { session: ended, asOf: thisMoment(clock), touchedAt: clock.now(), endedHere: true });
      announce(ended);
    },
    hasEnded(id) {
      const entry = entries.get(id);
      return entry !== undefined && entry.session.status !== 'ACTIVE';
    },
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ageMs: () => ageOf(asOf, clock),
    activeCount() {
      const now = clock.now();
      let count = 0;
      for (const { session } of entries.values()) {
        if (session.status === 'ACTIVE' && session.expiresAt > now) count += 1;
      }
      return count;
    },
    async start() {
      await refresh();
      schedule();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
