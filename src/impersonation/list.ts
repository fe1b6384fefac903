import type { ImpersonationSession } from '../domain/impersonation-session.js';
import { endingByTime, isInactive } from '../policy/index.js';
import type { PageRequest, SessionFilter, Slice } from '../stores/index.js';
import type { ImpersonationDependencies } from './dependencies.js';

/** Sessions, newest first; those whose time is up show as EXPIRED even where no replica has ended them yet. */
export type SessionList = (filter: SessionFilter, page: PageRequest) => Promise<Slice<ImpersonationSession>>;
/** The session with this id, shown as in a {@link SessionList}, or null. */
export type ShowSession = (id: string) => Promise<ImpersonationSession | null>;

type Sessions = Pick<ImpersonationDependencies, 'sessions' | 'clock'>;

export function createSessionList({ sessions, clock }: Sessions): SessionList {
  return async (filter, page) => {
    const slice = await sessions.page(filter, page);
    const now = clock.now();
    return { ...slice, items: slice.items.map((session) => asShown(session, now)) };
  };
}

export function createShowSession({ sessions, clock }: Sessions): ShowSession {
  return async (id) => {
    const session = await sessions.get(id);
    return session === null ? null : asShown(session, clock.now());
  };
}

function asShown(session: ImpersonationSession, now: number): ImpersonationSession {
  const isOver = session.expiresAt <= now || isInactive(session, now);
  return session.status === 'ACTIVE' && isOver ? { ...session, ...endingByTime(session, now) } : session;
}
