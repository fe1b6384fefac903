import { RecordedEvent } from '../audit/recorded-event.js';
import type { StoredEvent } from '../domain/audit-event.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';

/** The work that time, not a request, makes necessary: expiry, catching up, voided starts. Any replica may do it. */
export interface Sweeper {
  start(): void;
  /** Stops, after the round that is under way and a last attempt to store and record what was ended here. */
  stop(): Promise<void>;
  /** One round now. */
  sweep(): Promise<void>;
}

const ROUND_MS = 1_000;
const VOID_ROUND_MS = 15_000;
/** A start takes far less than this between its event and its session, or it never will. */
const START_SETTLED_MS = 30_000;
/** How far back the first round of a process looks for starts that a crash left behind. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
const PAGE = 200;

export function createSweeper(deps: ImpersonationDependencies, ender: SessionEnder): Sweeper {
  const { sessions, events, clock, logger } = deps;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let voidedUpTo: number | null = null;
  let lastVoidRound = Number.NEGATIVE_INFINITY;

  async function sweepVoided(): Promise<void> {
    const now = clock.now();
    if (now - lastVoidRound < VOID_ROUND_MS) return;
    const until = now - START_SETTLED_MS;
    const since = voidedUpTo ?? until - LOOK_BACK_MS;
    let from: { at: number; id: string } | undefined;
    for (;;) {
      const page = await events.page(
        { types: ['IMPERSONATION_STARTED'], occurredAfter: since, occurredBefore: until },
        { limit: PAGE, direction: 'forward', ...(from === undefined ? {} : { from }) },
      );
      await voidThoseWithoutSession(page.items);
      const last = page.items.at(-1);
      if (!page.hasMore || last === undefined) break;
      from = { at: last.occurredAt, id: last.id };
    }
    // A little overlap: another replica's clock may be behind ours, so its events may appear before what was looked at.
    voidedUpTo = until - START_SETTLED_MS;
    lastVoidRound = now;
  }

  async function voidThoseWithoutSession(started: readonly StoredEvent[]): Promise<void> {
    const ids = started.flatMap((event) => (event.sessionId === null ? [] : [event.sessionId]));
    if (ids.length === 0) return;
    const existing = new Set((await sessions.getMany(ids)).map((session) => session.id));
    for (const event of started) {
      if (event.sessionId === null || existing.has(event.sessionId)) continue;
      const session = sessionOf(new RecordedEvent(event));
      if (session === null) logger.error({ eventId: event.id }, 'a start cannot be read: its event has been changed');
      else await ender.recordVoided(session);
    }
  }

  async function sweep(): Promise<void> {
    await ender.expireDue();
    await ender.catchUp();
    await sweepVoided();
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = sweep().catch((error: unknown) => {
        logger.warn({ err: error }, 'a round of expiry and catching up failed; the next one follows');
      });
      running.finally(() => {
        if (timer !== null) schedule();
      });
    }, ROUND_MS);
    timer.unref();
  }

  return {
    start: schedule,
    sweep,
    async stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await running;
      // An end that could not be stored while the store was down is known here alone, and forgotten with this process.
      await ender.catchUp().catch((error: unknown) => {
        logger.error({ err: error }, 'ends of sessions may not have been stored before the stop');
      });
    },
  };
}

/** The session that a STARTED event announced; null where somebody has changed the event so that it announces none. */
function sessionOf(event: RecordedEvent): ImpersonationSession | null {
  let body: RecordedEvent['body'];
  try {
    body = event.body;
  } catch {
    return null;
  }
  const { actor, session, subject } = body;
  if (actor == null || session == null || subject == null) return null;
  const startedAt = Date.parse(session.startedAt);
  const expiresAt = Date.parse(session.expiresAt);
  if (Number.isNaN(startedAt) || Number.isNaN(expiresAt)) return null;
  return {
    id: session.id,
    status: 'REVOKED',
    access: session.access,
    actorId: actor.id,
    authentication: { issuer: actor.issuer, authTime: actor.authTime, amr: actor.amr },
    subjectId: subject.id,
    reason: '',
    ticket: null,
    startedAt,
    expiresAt,
    endedAt: null,
    endedById: null,
    endReason: null,
  };
}
