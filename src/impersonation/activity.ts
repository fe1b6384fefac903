import type { ImpersonationSession } from '../domain/impersonation-session.js';
import { StoreUnavailableError } from '../errors/index.js';
import { thisMoment } from '../platform/moment.js';
import { endingByTime, isInactive, prolongedUntil } from '../policy/index.js';
import type { ImpersonationDependencies } from './dependencies.js';
import type { SessionEnder } from './end-session.js';

/** Whether sessions are used, across replicas: the store has the last word. */
export interface SessionActivity {
  /**
   * Notes that the session is being used. Undefined where nothing has to be stored for it, as nearly always. Else true once it is
   * stored, false where the session has ended: it is not brought back.
   * @throws StoreUnavailableError where that cannot be said: then it counts as not noted
   */
  note(session: ImpersonationSession): Promise<boolean> | undefined;
  /**
   * What becomes of a session that looks unused here. Resolves to it as it is now: ended, with its event, where nobody has used
   * it elsewhere; else prolonged; null where there is none.
   * @throws StoreUnavailableError where the store does not tell within 1.5 s: a stop waits for this
   */
  settle(session: ImpersonationSession): Promise<ImpersonationSession | null>;
}

/** What a request waits for at most, as for a look-up of its session; what was begun goes on. */
const ANSWER_MS = 1_500;

interface Storing {
  /** Until when the session lasts once this is stored. */
  readonly until: number;
  readonly done: Promise<boolean>;
}

type Dependencies = Pick<ImpersonationDependencies, 'sessions' | 'view' | 'clock'>;

export function createSessionActivity(
  { sessions, view, clock }: Dependencies,
  ender: Pick<SessionEnder, 'end'>,
): SessionActivity {
  /** What is being stored, by session: whom it serves, who comes meanwhile, waits for the same. Bounded by the sessions that are in use. */
  const storing = new Map<string, Storing>();
  const settling = new Map<string, Promise<ImpersonationSession | null>>();

  async function read(id: string): Promise<ImpersonationSession | null> {
    const asOf = thisMoment(clock);
    const session = await sessions.get(id);
    if (session === null) return null;
    view.add(session, asOf);
    // Which may know of an end that the store does not have yet.
    return view.lastKnown(id) ?? session;
  }

  async function store(id: string, at: number, until: number): Promise<boolean> {
    const asOf = thisMoment(clock);
    const prolonged = await sessions.prolong(id, at, until);
    if (prolonged === null) {
      // So that what asks next, in the middle of a request, finds it ended.
      await read(id);
      return false;
    }
    view.add(prolonged, asOf);
    return true;
  }

  function storeOnce({ id, expiresAt }: ImpersonationSession, limitMs: number, now: number, until: number) {
    const going = storing.get(id);
    // A store that is slow, or a process that stood still: what is on its way may by now be too little.
    if (going !== undefined && going.until >= Math.min(now + limitMs, expiresAt)) return going.done;
    const begun: Storing = {
      until,
      done: store(id, now, until).finally(() => {
        if (storing.get(id) === begun) storing.delete(id);
      }),
    };
    storing.set(id, begun);
    return begun.done;
  }

  async function settleNow(session: ImpersonationSession): Promise<ImpersonationSession | null> {
    const now = clock.now();
    if (!isInactive(session, now)) return session;
    return (await ender.end(session, endingByTime(session, now), null)) ?? read(session.id);
  }

  function settleOnce(session: ImpersonationSession): Promise<ImpersonationSession | null> {
    let going = settling.get(session.id);
    if (going === undefined) {
      going = settleNow(session).finally(() => settling.delete(session.id));
      settling.set(session.id, going);
    }
    return going;
  }

  return {
    note(session) {
      // What the request began with may be old by now.
      const known = view.lastKnown(session.id) ?? session;
      // Whether the store knows of the end or not.
      if (known.status !== 'ACTIVE') return Promise.resolve(false);
      const now = clock.now();
      const until = prolongedUntil(known, now);
      if (until === null || known.inactivity === undefined) return undefined;
      return storeOnce(known, known.inactivity.limitMs, now, until);
    },
    async settle(session) {
      let late: NodeJS.Timeout | undefined;
      const inTime = new Promise<ImpersonationSession>((resolve, reject) => {
        late = setTimeout(() => {
          // It may have ended, with an event that is still on its way.
          const known = view.lastKnown(session.id);
          if (known !== null && known.status !== 'ACTIVE') resolve(known);
          else reject(new StoreUnavailableError('the store did not say in time whether a session is used'));
        }, ANSWER_MS);
      });
      try {
        return await Promise.race([settleOnce(session), inTime]);
      } finally {
        clearTimeout(late);
      }
    },
  };
}
