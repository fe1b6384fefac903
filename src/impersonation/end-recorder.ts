import { RecordedEvent } from '../audit/recorded-event.js';
import type { EventDraft } from '../domain/audit-event.js';
import type { ImpersonationSession, SessionEnding } from '../domain/impersonation-session.js';
import { newId } from '../platform/ids.js';
import type { EndClaim, UnrecordedEnd } from '../stores/index.js';
import type { EndingDependencies } from './dependencies.js';
import { announcedSession, CLOSING_TYPES, codeOfEnd, endEvent, voidedEvent } from './end-event.js';

/** Gets the event of every end into the trail, once: of those that happened here, and of those whose recorder is gone. */
export interface EndRecorder {
  /** Whether this replica still has to store or to record the end of this session. */
  isHeld(sessionId: string): boolean;
  /** Records an end that is stored under this claim. Waits a while for the event; it is recorded however long it takes. */
  record(sessionId: string, event: EventDraft, claim: EndClaim): Promise<void>;
  /** Keeps an end with its event until it is stored, where a try to store it under this claim had no answer. */
  keep(sessionId: string, event: EventDraft, claim: EndClaim, ending: SessionEnding): void;
  /**
   * Tries at short intervals to store an end that is kept, for 2 s; it is tried on after that.
   * Resolves earlier where it is stored and recorded, or another replica has ended the session first. Never rejects.
   */
  waitUntilStored(sessionId: string): Promise<void>;
  /** Whether an end of this session is known here alone, so that other replicas may go on for as long as they reach the store. */
  isUnstored(sessionId: string): boolean;
  /** Goes on with what is held: stores, keeps the claims fresh, records, confirms. */
  carryOn(): Promise<void>;
  /** Records ends whose recorder is gone. Only to be called where the store has been answering for a while. */
  takeOver(): Promise<void>;
  /** Whether the trail has an event that closes this start. */
  isClosed(sessionId: string): Promise<boolean>;
}

/** How old a claim must be before another replica takes it over. */
const LEASE_MS = 30_000;
/** An end event is not sent later than this after its claim: by the end of the lease, what was sent must have been settled. */
const USABLE_MS = 10_000;
/** A claim this old is renewed by its holder, whose memory of the request nobody else has. */
const RENEW_AFTER_MS = 10_000;
/** But not for ever: a holder whose trail alone is stuck must leave the event to others. */
const RENEWALS = 60;
/** How long after a try that was given up nobody looks whether it was carried out after all. */
const QUIET_MS = 15_000;
/** How long a caller waits for the end event to be durable; the end itself has taken effect long before. */
const WAIT_MS = 2_000;
const AT_ONCE = 50;
/** Between two tries to store an end whose caller waits. */
const RETRY_MS = 100;

interface Held {
  readonly id: string;
  readonly event: EventDraft;
  /** The end is to be stored first, as this; null once it is. */
  ending: SessionEnding | null;
  readonly by: string;
  claimedAt: number;
  renewals: number;
  /** A step is under way. */
  busy: boolean;
  state: 'to record' | 'being recorded' | 'recorded';
  quietUntil: number;
}

/** Waits for the work, but not for long; the work goes on. */
async function forAWhile(work: Promise<unknown>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      late = setTimeout(resolve, WAIT_MS);
    }),
  ]);
  clearTimeout(late);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export function createEndRecorder(deps: EndingDependencies): EndRecorder {
  const { sessions, events, trail, clock, logger, metrics } = deps;
  /**
   * By session. Bounded by the sessions that were active here when the store went away: none begins without it, and each ends
   * once.
   */
  const held = new Map<string, Held>();

  function hold(id: string, event: EventDraft, claim: EndClaim, ending: SessionEnding | null): Held {
    const { by, at: claimedAt } = claim;
    const state = 'to record';
    const entry: Held = { id, event, ending, by, claimedAt, renewals: 0, busy: false, state, quietUntil: 0 };
    held.set(id, entry);
    return entry;
  }

  function drop(entry: Held): void {
    if (held.get(entry.id) === entry) held.delete(entry.id);
  }

  async function confirm(entry: Held): Promise<void> {
    await sessions.confirmEndRecorded(entry.id);
    drop(entry);
  }

  async function isClosed(sessionId: string): Promise<boolean> {
    const known = await events.page({ sessionId, types: CLOSING_TYPES }, { limit: 1, direction: 'forward' });
    return known.items.length > 0;
  }

  async function write(entry: Held): Promise<void> {
    entry.state = 'being recorded';
    const written = trail
      .recordEventually(entry.event, entry.claimedAt + USABLE_MS)
      .then(async (recorded) => {
        entry.state = recorded ? 'recorded' : 'to record';
        entry.quietUntil = clock.now() + QUIET_MS;
        if (recorded) await confirm(entry);
      })
      .catch((error: unknown) => {
        if (entry.state === 'being recorded') entry.state = 'to record';
        logger.warn(
          { err: error, sessionId: entry.id },
          'the end of a session is not confirmed yet; it will be caught up',
        );
      });
    await forAWhile(written);
  }

  /** The end is stored: by this call, or by an earlier one whose answer was lost. */
  async function store(entry: Held, ending: SessionEnding): Promise<boolean> {
    const claim = { by: entry.by, at: clock.now() };
    const stored =
      (await sessions.end(entry.id, ending, claim)) !== null || (await sessions.renewEndClaim(entry.id, claim));
    if (!stored) return false;
    entry.ending = null;
    entry.claimedAt = claim.at;
    metrics.impersonations.inc({ event: entry.event.type, code: entry.event.code ?? '' });
    return true;
  }

  async function renew(entry: Held): Promise<boolean> {
    const at = clock.now();
    if (entry.renewals >= RENEWALS || !(await sessions.renewEndClaim(entry.id, { by: entry.by, at }))) return false;
    entry.claimedAt = at;
    entry.renewals += 1;
    return true;
  }

  async function step(entry: Held): Promise<void> {
    if (entry.ending !== null) {
      // Somebody else's end came first; theirs is recorded by them.
      if (!(await store(entry, entry.ending))) return drop(entry);
      return write(entry);
    }
    if (entry.state === 'recorded') return confirm(entry);
    const now = clock.now();
    const mayRecord = entry.state === 'to record' && now >= entry.quietUntil && trail.failingSince() === null;
    if (!mayRecord && now - entry.claimedAt < RENEW_AFTER_MS) return;
    // Taken over, or confirmed by whoever found the event.
    if (!(await renew(entry))) return drop(entry);
    if (!mayRecord) return;
    if (await isClosed(entry.id)) return confirm(entry);
    return write(entry);
  }

  async function stepAlone(entry: Held): Promise<void> {
    if (entry.busy) return;
    entry.busy = true;
    try {
      await step(entry);
    } finally {
      entry.busy = false;
    }
  }

  async function record(sessionId: string, event: EventDraft, claim: EndClaim): Promise<void> {
    metrics.impersonations.inc({ event: event.type, code: event.code ?? '' });
    await write(hold(sessionId, event, claim, null));
  }

  /** The event of an end of which only the store tells; null where not even the start can be read. */
  async function eventFromStore(end: UnrecordedEnd): Promise<EventDraft | null> {
    if (end.kind === 'ended') return isEnded(end.session) ? endEvent(end.session, null, codeOfEnd(end.session)) : null;
    const [started] = (
      await events.page({ sessionId: end.id, types: ['IMPERSONATION_STARTED'] }, { limit: 1, direction: 'forward' })
    ).items;
    const session = started === undefined ? null : announcedSession(new RecordedEvent(started));
    return session && voidedEvent(session, clock.now());
  }

  const isUnstored = (sessionId: string) => (held.get(sessionId)?.ending ?? null) !== null;

  async function waitUntilStored(sessionId: string): Promise<void> {
    let waitedFor = true;
    const tries = async () => {
      for (let entry = held.get(sessionId); waitedFor && entry !== undefined; entry = held.get(sessionId)) {
        if (entry.ending === null) return;
        await delay(RETRY_MS);
        // A store that is still down is no news.
        await stepAlone(entry).catch(() => undefined);
      }
    };
    await forAWhile(tries());
    waitedFor = false;
  }

  return {
    isUnstored,
    waitUntilStored,
    isHeld: (sessionId) => held.has(sessionId),
    isClosed,

    record,

    keep: (sessionId, event, claim, ending) => void hold(sessionId, event, claim, ending),

    async carryOn() {
      const entries = [...held.values()];
      for (let from = 0; from < entries.length; from += AT_ONCE) {
        const steps = await Promise.allSettled(entries.slice(from, from + AT_ONCE).map(stepAlone));
        const failed = steps.find((settled) => settled.status === 'rejected');
        // The rest would most likely fare no better, and is tried in the next round.
        if (failed !== undefined) throw failed.reason;
      }
    },

    async takeOver() {
      // A claim taken while the trail fails could only run out.
      while (trail.failingSince() === null) {
        const claim = { by: newId(), at: clock.now() };
        const end = await sessions.claimUnrecordedEnd(claim, LEASE_MS);
        if (end === null) return;
        const id = end.kind === 'ended' ? end.session.id : end.id;
        if (await isClosed(id)) {
          await sessions.confirmEndRecorded(id);
          continue;
        }
        const event = await eventFromStore(end);
        if (event === null) logger.error({ sessionId: id }, 'an end cannot be recorded: its start cannot be read');
        else await record(id, event, claim);
      }
    },
  };
}

function isEnded(session: ImpersonationSession): session is ImpersonationSession & SessionEnding {
  return session.status !== 'ACTIVE' && session.endedAt !== null;
}
