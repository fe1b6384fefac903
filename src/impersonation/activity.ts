import type { ImpersonationSession } from '../domain/impersonation-session.js';
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
   * @throws StoreUnavailableError
   */
  settle(session: ImpersonationSession): Promise<ImpersonationSession | null>;
}

type Dependencies = Pick<ImpersonationDependencies, 'sessions' | 'view' | 'clock'>;

export function createSessionActivity(
  { sessions, view, clock }: Dependencies,
  ender: Pick<SessionEnder, 'end'>,
): SessionActivity {
  /** What is being stored, by session: whoever comes meanwhile waits for the same. Bounded by the sessions that are in use. */
  const storing = new Map<string, Promise<boolean>>();
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

  function once<T>(under: Map<string, Promise<T>>, id: string, work: () => Promise<T>): Promise<T> {
    let going = under.get(id);
    if (going === undefined) {
      going = work().finally(() => under.delete(id));
      under.set(id, going);
    }
    return going;
  }

  return {
    note(session) {
      // What the request began with may be old by now.
      const now = clock.now();
      const until = prolongedUntil(view.lastKnown(session.id) ?? session, now);
      if (until === null) return undefined;
      return once(storing, session.id, () => store(session.id, now, until));
    },
    settle(session) {
      return once(settling, session.id, async () => {
        if (!isInactive(session, clock.now())) return session;
        return (await ender.end(session, endingByTime(session), null)) ?? read(session.id);
      });
    },
  };
}
