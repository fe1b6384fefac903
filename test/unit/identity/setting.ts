import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import type { User } from '../../../src/domain/user.js';
import { createUserCache } from '../../../src/loaders/index.js';
import { ChangeableDirectory } from '../../support/changeable-directory.js';
import { TestClock } from '../../support/test-clock.js';
import { ada, audrey, cleo, dora, session as policySession, sam } from '../policy/people.js';

export const REQUEST = { id: 'request-1', ipAddress: '192.0.2.7', userAgent: null, traceparent: null };
export const RULES = {
  impersonatorRoles: ['ADMIN'],
  protectedRoles: ['ADMIN', 'AUDITOR'],
  activeSessionLimit: 3,
  startsPerMinute: 10,
  maxAuthAgeSeconds: null,
  requiredAmr: [],
};

/** A directory with a cache before it, as every strategy uses it. */
export function people(all: readonly User[] = [ada, sam, audrey, cleo, dora]) {
  const clock = new TestClock();
  const directory = new ChangeableDirectory(all);
  return { clock, directory, users: createUserCache(directory, clock) };
}

/** A session of Ada as Cleo that is running now. */
export function session(more: Partial<ImpersonationSession> = {}): ImpersonationSession {
  return policySession({ startedAt: Date.now(), expiresAt: Date.now() + 600_000, ...more });
}

/** The value, or the code of the error. */
export async function judged<T>(work: Promise<T>): Promise<T | string> {
  return work.catch((error) => error.code ?? String(error));
}
