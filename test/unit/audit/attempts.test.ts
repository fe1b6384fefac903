import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AttemptRecorderOptions, createAttemptRecorder } from '../../../src/audit/attempts.js';
import { createAuditTrail } from '../../../src/audit/trail.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { SEED, seededRandom } from '../../support/seeded-random.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog, draft, EPOCH, expectValidChains, requestIds } from './drafts.js';
import { MemoryEvents } from './memory-events.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

function open(options: Partial<AttemptRecorderOptions> = {}) {
  const events = new MemoryEvents();
  const clock = new TestClock();
  const { logger, lines } = collectedLog();
  const trail = createAuditTrail({ events: events.port, clock, gateway: { instance: 'i', version: '1' }, logger });
  const attempts = createAttemptRecorder({ trail, clock, logger, perMinute: 3, ...options });
  return { events, clock, trail, attempts, lines };
}
const refusal = (id: string) =>
  draft(id, { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', code: 'FORBIDDEN', occurredAt: Date.now() });
const count = (event: StoredEvent | undefined) => JSON.parse(event?.body ?? '{}').count as number;
const total = (events: readonly StoredEvent[]) => events.reduce((sum, event) => sum + count(event), 0);
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('refused attempts', () => {
  it('get an event each within the minute’s budget, durable when `refused` resolves', async () => {
    const { attempts, events } = open();
    for (const id of ['a', 'b', 'c']) {
      const recorded = attempts.refused('k', refusal(id));
      await pass();
      await recorded;
      expect(requestIds(events.stored)).toContain(id);
    }
    expect(events.stored.map(count)).toEqual([1, 1, 1]);
  });

  it('beyond it become ONE event with their number, the facts and the time of the last', async () => {
    const { attempts, events } = open();
    for (let n = 0; n < 3; n++) void attempts.refused('k', refusal(`${n}`));
    await pass(1_000);
    for (let n = 3; n < 50; n++) void attempts.refused('k', refusal(`${n}`));
    await pass(30_000);
    void attempts.refused('k', refusal('last'));
    await pass(20_000);
    expect(events.stored).toHaveLength(3);
    await pass(10_000);
    expect(events.stored).toHaveLength(4);
    const folded = events.stored[3];
    expect([folded?.requestId, count(folded), folded?.occurredAt]).toEqual(['last', 48, EPOCH + 31_000]);
    expectValidChains(events.stored);
  });

  it('of one key do not use up the budget of another', async () => {
    const { attempts, events } = open();
    for (let n = 0; n < 10; n++) for (const key of ['k', 'l']) void attempts.refused(key, refusal(`${key}${n}`));
    await pass();
    expect(requestIds(events.stored)).toEqual(['k0', 'l0', 'k1', 'l1', 'k2', 'l2']);
  });

  it('have a new budget each minute', async () => {
    const { attempts, events } = open();
    for (let minute = 0; minute < 5; minute++) {
      for (let n = 0; n < 10; n++) void attempts.refused('k', refusal(`${minute}-${n}`));
      await pass(60_000);
    }
    await pass(2_000);
    expect(events.stored).toHaveLength(5 * 4);
    expect(total(events.stored)).toBe(50);
  });

  it('add up exactly, however they come', async () => {
    console.log(`attempts: TEST_SEED=${SEED}`);
    const random = seededRandom(SEED);
    const { attempts, events, trail } = open({ perMinute: 4, maxKeys: 5 });
    let made = 0;
    for (let step = 0; step < 400; step++) {
      for (let burst = random() * 8; burst > 0; burst--) {
        void attempts.refused(`k${Math.floor(random() * 9)}`, refusal(`${made}`), random() < 0.5 ? 'now' : 'later');
        made += 1;
      }
      await pass(random() * 9_000);
    }
    await attempts.close();
    const closing = trail.close(1_000);
    await pass(1_000);
    expect(await closing).toBe(0);
    expect(total(events.stored)).toBe(made);
    expectValidChains(events.stored);
  });

  it('of any number of sources take bounded memory and leave a bounded number of events', async () => {
    const { attempts, events } = open({ maxKeys: 10 });
    for (let n = 0; n < 5_000; n++) void attempts.refused(`address:${n}`, refusal(`${n}`));
    await pass(61_000);
    // Ten keys of their own with one attempt each, three of all others together, and those folded into one.
    expect(events.stored).toHaveLength(14);
    expect(total(events.stored)).toBe(5_000);
  });

  it('of many sources, folded together, are not laid at the door of one of them', async () => {
    const { attempts, events } = open({ maxKeys: 1 });
    for (let n = 0; n < 20; n++) {
      void attempts.refused(`actor:${n}`, { ...refusal(`${n}`), details: { ipAddress: '192.0.2.1', reason: 'why' } });
    }
    await pass(61_000);
    const folded = events.stored.find((event) => count(event) > 1);
    expect(count(folded)).toBe(16);
    expect(folded).toMatchObject({ actorId: null, subjectId: null, sessionId: null, type: 'IMPERSONATION_DENIED' });
    expect(folded?.details?.text).toBe('{}');
    expect(events.stored.filter((event) => count(event) === 1).every(({ actorId }) => actorId === 'user_ada')).toBe(
      true,
    );
  });

  it('are folded for no longer than a minute also where the clock is set back', async () => {
    const { attempts, events, clock } = open();
    for (let n = 0; n < 10; n++) void attempts.refused('k', refusal(`${n}`));
    await pass();
    clock.advance(-3_600_000);
    await pass(2_000);
    expect(total(events.stored)).toBe(10);
  });

  it('stand also where they cannot be recorded: nothing is thrown, and the log tells', async () => {
    const { attempts, events, lines } = open();
    events.behaviour = 'refuse';
    const done = attempts.refused('k', refusal('a'));
    await pass(2_000);
    await expect(done).resolves.toBeUndefined();
    expect(lines.join('')).toContain('a refusal could not be recorded');
  });

  it('that are left for later do not make their caller wait, and are written when the trail can', async () => {
    const { attempts, events } = open();
    events.behaviour = 'refuse';
    await attempts.refused('k', refusal('a'), 'later');
    await pass(60_000);
    expect(events.stored).toEqual([]);
    events.behaviour = 'ok';
    await pass(2_000);
    expect(requestIds(events.stored)).toEqual(['a']);
  });
});

describe('closing', () => {
  it('hands over what is folded, which is then written', async () => {
    const { attempts, events, trail } = open();
    for (let n = 0; n < 10; n++) for (const key of ['k', 'l']) void attempts.refused(key, refusal(`${key}${n}`));
    await pass();
    await attempts.close();
    const closing = trail.close(1_000);
    await pass();
    expect(await closing).toBe(0);
    expect(total(events.stored)).toBe(20);
  });

  it('does not wait for a trail that cannot be written', async () => {
    const { attempts, events, trail, lines } = open();
    events.behaviour = 'refuse';
    for (let n = 0; n < 5; n++) void attempts.refused('k', refusal(`${n}`), 'later');
    await attempts.close();
    const closing = trail.close(1_000);
    await pass(1_000);
    // Three of their own, and the two that were folded.
    expect(await closing).toBe(4);
    await pass();
    expect(lines.join('')).toContain('folded refusals could not be recorded');
  });
});
