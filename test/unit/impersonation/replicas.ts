import { vi } from 'vitest';
import { createAttemptRecorder } from '../../../src/audit/attempts.js';
import { createAuditTrail } from '../../../src/audit/trail.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import type { User } from '../../../src/domain/user.js';
import {
  createImpersonation,
  createSessionView,
  type ImpersonationDependencies,
} from '../../../src/impersonation/index.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import type { ImpersonationRules } from '../../../src/policy/index.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog } from '../audit/drafts.js';
import { MemoryEvents } from '../audit/memory-events.js';
import { ada, audrey, cleo, dora, person, sam } from '../policy/people.js';
import { MemorySessions } from './memory-sessions.js';

export const carl = person('user_carl', ['USER']);
export const grace = person('user_grace', ['ADMIN']);
const PEOPLE = new Map<string, User>([ada, grace, sam, audrey, cleo, carl, dora].map((one) => [one.id, one]));

export const REQUEST = { id: 'request-1', ipAddress: '192.0.2.7', userAgent: 'curl/8', traceparent: null };
export const RULES: ImpersonationRules = {
  impersonatorRoles: ['ADMIN'],
  protectedRoles: ['ADMIN', 'AUDITOR'],
  activeSessionLimit: 3,
  startsPerMinute: 10,
  maxAuthAgeSeconds: null,
  requiredAmr: [],
};

/** What the replicas of a gateway share. */
export class Stores {
  readonly events = new MemoryEvents();
  readonly sessions = new MemorySessions();

  /** The events of the impersonations themselves in short: `TYPE CODE` or `TYPE -`, in the order stored. */
  told(filter: (event: StoredEvent) => boolean = () => true): string[] {
    return this.events.stored.filter(filter).map(({ type, body }) => `${type} ${JSON.parse(body).code ?? '-'}`);
  }

  ends(sessionId: string): string[] {
    return this.told((event) => event.sessionId === sessionId && /STOPPED|EXPIRED|REVOKED/.test(event.type));
  }
}

export type Replica = ReturnType<typeof openReplica>;

/** One replica: everything of the use cases that is real, over the shared stores. */
export function openReplica(stores: Stores, options: Partial<ImpersonationDependencies> = {}) {
  const clock = options.clock ?? new TestClock();
  const { logger, lines } = collectedLog();
  const events = options.events ?? stores.events.port;
  const sessions = options.sessions ?? stores.sessions;
  const trail = createAuditTrail({ events, clock, gateway: { instance: 'i', version: '1' }, logger });
  const attempts = createAttemptRecorder({ trail, clock, logger, perMinute: 60 });
  const view = createSessionView({ sessions, clock, logger });
  const metrics = createMetrics({ processMetrics: false });
  const minted: string[] = [];
  const impersonation = createImpersonation({
    sessions,
    events,
    view,
    trail,
    attempts,
    minter: {
      async mint({ session }) {
        minted.push(session.id);
        return `actor token of ${session.id}`;
      },
    },
    findUser: async (id) => PEOPLE.get(id) ?? null,
    rules: RULES,
    durations: { minSeconds: 60, defaultSeconds: 600, maxSeconds: 3_600 },
    clock,
    logger,
    metrics,
    ...options,
  });
  return { ...impersonation, clock, trail, attempts, view, metrics, minted, lines };
}

/** Lets time pass, by the fake timers. */
export const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** What becomes of a call while time passes: its value, or its code as a string. */
export async function outcome<T>(work: Promise<T>, ms = 10_000): Promise<T | string> {
  let settled: T | string = 'waiting';
  work.then(
    (value) => {
      settled = value;
    },
    (error) => {
      settled = error.code ?? String(error);
    },
  );
  await pass(ms);
  return settled;
}
