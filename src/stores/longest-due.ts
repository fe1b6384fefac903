import type { ImpersonationSession } from '../domain/impersonation-session.js';

/** Sessions that were found due for the one or the other of their times: each once, the longest due first, at most so many. */
export function longestDueFirst(
  found: readonly ImpersonationSession[],
  limit: number,
): readonly ImpersonationSession[] {
  const byId = new Map(found.map((session) => [session.id, session]));
  return [...byId.values()]
    .sort((one, other) => dueAt(one) - dueAt(other) || (one.id < other.id ? -1 : 1))
    .slice(0, limit);
}

function dueAt({ expiresAt, inactivity }: ImpersonationSession): number {
  return Math.min(expiresAt, inactivity?.endsAt ?? expiresAt);
}
