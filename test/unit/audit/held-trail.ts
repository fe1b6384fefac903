import { afterEach, beforeEach, expect, vi } from 'vitest';
import { type AuditTrailOptions, createAuditTrail } from '../../../src/audit/trail.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, EPOCH } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

const GATEWAY = { instance: 'replica-1', version: '1.2.3' };

/** Holds the clock and the timers, and fails a test that leaves a rejection to nobody. */
export function withHeldTime(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeEach(() => {
    vi.useFakeTimers({ now: EPOCH });
    process.on('unhandledRejection', note);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 0));
    process.off('unhandledRejection', note);
    expect(unhandled.splice(0)).toEqual([]);
  });
}

/** A trail over a store that a test can make fail. */
export function open(options: Partial<AuditTrailOptions> = {}) {
  const events = new MemoryEvents();
  const clock = new TestClock();
  const { logger, lines } = collectedLog();
  const trail = createAuditTrail({ events: events.port, clock, gateway: GATEWAY, logger, ...options });
  return { events, clock, trail, lines };
}

/** What has become of a promise so far. */
export function watch<T>(promise: Promise<T>): { state: string; value?: T } {
  const seen: { state: string; value?: T } = { state: 'waiting' };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: error.code ?? String(error) }),
  );
  return seen;
}
export const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
