import type { ImpersonationSession } from '../domain/impersonation-session.js';
import type { PageRequest, SessionFilter, Slice } from '../stores/index.js';
import type { ImpersonationDependencies } from './dependencies.js';

/** Sessions, newest first; those whose time is up show as EXPIRED even where no replica has ended them yet. */
export type SessionList = (filter: SessionFilter, page: PageRequest) => Promise<Slice<ImpersonationSession>>;

export function createSessionList({ sessions, clock }: ImpersonationDependencies): SessionList {
  return async (filter, page) => {
    const slice = await sessions.page(filter, page);
    const now = clock.now();
    return {
      ...slice,
      items: slice.items.map((session) =>
        session.status === 'ACTIVE' && session.expiresAt <= now
          ? { ...session, status: 'EXPIRED', endedAt: session.expiresAt }
          : session,
      ),
    };
  };
}
