import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditTrail } from '../../src/audit/trail.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { collectedLog, draft, expectValidChains, requestIds } from '../unit/audit/drafts.js';
import { type Behaviour, MemoryEvents } from '../unit/audit/memory-events.js';

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => {
  console.log(`trail interleavings: TEST_SEED=${SEED}`);
  process.on('unhandledRejection', note);
});
afterAll(async () => {
  await nextTurn();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

function open() {
  const events = new MemoryEvents();
  const trail = createAuditTrail({
    events: events.port,
    clock: { now: () => Date.now() },
    gateway: { instance: 'i', version: '1' },
    logger: collectedLog().logger,
  });
  return { events, trail };
}

/** Lets so many microtasks pass. */
async function microtasks(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await null;
}

/**
 * Does the work in exactly the nth microtask after the promise has resolved. A chain of `then`, because an `await` or a promise
 * returned on the way would skip some: the one between the writer's last look and its end among them.
 */
function inMicrotask<T>(promise: Promise<unknown>, n: number, work: () => Promise<T>): Promise<T> {
  let turn = promise;
  for (let passed = 0; passed < n; passed++) turn = turn.then(() => undefined);
  return turn.then(work);
}

/** Rejects where the promise has not settled in time: a record that was never written would hang here. */
function settled<T>(promise: Promise<T>, what: string): Promise<T> {
  return Promise.race([
    promise,
    pause(5_000, undefined, { ref: false }).then(() => {
      throw new Error(`never settled: ${what}`);
    }),
  ]);
}

describe('every event is written, whenever it comes', () => {
  it('in every microtask around the one in which the writing pauses', async () => {
    for (let distance = 0; distance < 30; distance++) {
      const { events, trail } = open();
      const first = trail.record(draft('first'));
      const second = inMicrotask(first, distance, () => trail.record(draft('second')));
      await settled(second, `distance ${distance}`);
      expect(requestIds(events.stored)).toEqual(['first', 'second']);
    }
  });

  it('also where the trail is closed in that very microtask', async () => {
    for (let distance = 0; distance < 30; distance++) {
      const { events, trail } = open();
      const first = trail.record(draft('first'));
      const second = inMicrotask(first, distance, () => {
        const recorded = trail.recordEventually(draft('second'));
        return Promise.all([recorded, trail.close(1_000)]);
      });
      expect(await settled(second, `distance ${distance}`)).toEqual([true, 0]);
      expect(requestIds(events.stored)).toEqual(['first', 'second']);
    }
  });

  it('in any interleaving with other records and with failures, once and in one valid chain', async () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 12; round++) {
      const { events, trail } = open();
      const failures: Behaviour[] = ['refuse', 'lose-answer', 'prefix'];
      events.script = Array.from({ length: 6 }, () =>
        random() < 0.25 ? (failures[Math.floor(random() * failures.length)] ?? 'ok') : 'ok',
      );
      const ids = Array.from({ length: 30 }, (_, n) => `${round}-${n}`);
      const writes = ids.map(async (id) => {
        await microtasks(Math.floor(random() * 60));
        if (random() < 0.5) await nextTurn();
        await microtasks(Math.floor(random() * 10));
        const event = draft(id);
        return random() < 0.5 ? trail.record(event) : trail.recordEventually(event);
      });
      await settled(Promise.all(writes), `round ${round}, TEST_SEED=${SEED}`);
      expect(requestIds(events.stored).sort()).toEqual([...ids].sort());
      expect(expectValidChains(events.stored)).toBe(1);
    }
  });

  it('or its caller is told, where the trail closes in the middle of it', async () => {
    const random = seededRandom(SEED + 1);
    for (let round = 0; round < 30; round++) {
      const { events, trail } = open();
      const written = new Set<string>();
      const refused = new Set<string>();
      const writes = Array.from({ length: 20 }, async (_, n) => {
        const id = `${round}-${n}`;
        await microtasks(Math.floor(random() * 40));
        if (random() < 0.5) await nextTurn();
        await trail.record(draft(id)).then(
          () => written.add(id),
          () => refused.add(id),
        );
      });
      const closing = microtasks(Math.floor(random() * 60))
        .then(() => (random() < 0.5 ? nextTurn() : undefined))
        .then(() => trail.close(1_000));
      const [lost] = await settled(Promise.all([closing, ...writes]), `round ${round}, TEST_SEED=${SEED}`);
      expect(lost).toBe(0);
      expect(written.size + refused.size).toBe(20);
      expect(requestIds(events.stored).sort()).toEqual([...written].sort());
      expectValidChains(events.stored);
    }
  });
});
