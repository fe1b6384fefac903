import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { AuditTrail } from '../../../src/audit/trail.js';
import { draft, expectValidChains } from './drafts.js';
import { open } from './held-trail.js';

const FLOOD = 100_000;
/** The trail's own default bound, and what one write takes. */
const QUEUE = 10_000;
const BATCH = 500;
/** Short, so that the tests are: nothing is claimed of how long it takes. */
const PATIENCE_MS = 400;
/** Longer than a slow machine takes for three floods. */
const LONG_PATIENCE_MS = 6_000;
const MEBIBYTE = 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The heap in use, with nothing in it that nobody needs. */
function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MEBIBYTE;
}

/** Metrics that remember the most that ever waited. */
function mostWaiting() {
  const seen = { most: 0, now: 0 };
  const metrics = {
    appended() {},
    appendFailed() {},
    gap() {},
    lost() {},
    waiting(count: number) {
      seen.now = count;
      seen.most = Math.max(seen.most, count);
    },
  };
  return { seen, metrics };
}

/** Asks for so many events to be recorded; what became of them is counted, and nothing else is kept. */
function flood(record: (requestId: string) => Promise<unknown>, count = FLOOD) {
  const outcome = { recorded: 0, refused: 0, other: [] as unknown[] };
  for (let at = 0; at < count; at += 1) {
    record(`flood-${at}`).then(
      () => {
        outcome.recorded += 1;
      },
      (error) => {
        if (error.code === 'AUDIT_UNAVAILABLE') outcome.refused += 1;
        else outcome.other.push(error);
      },
    );
  }
  return outcome;
}

/** Right after an outage `record` may still refuse. */
async function untilItRecords(trail: AuditTrail): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await pause(50)) {
    const recorded = await trail.record(draft('again')).then(
      () => true,
      () => false,
    );
    if (recorded) return;
  }
  throw new Error('the trail does not record again');
}

describe(`${FLOOD} events while the store hangs`, () => {
  it('are refused at once beyond the bound of the queue, and memory stays bounded', async () => {
    const { seen, metrics } = mostWaiting();
    const { events, trail } = open({ metrics, patienceMs: LONG_PATIENCE_MS });
    events.hold();
    const first = flood((id) => trail.record(draft(id)));
    await turn();
    await turn();
    expect(first).toEqual({ recorded: 0, refused: FLOOD - QUEUE, other: [] });
    const full = heapMiB();

    // Nobody's patience is over yet: who is refused is refused at once.
    const second = flood((id) => trail.record(draft(id)));
    await turn();
    await turn();
    expect(second.refused).toBe(FLOOD - BATCH);
    expect(seen.most).toBeLessThanOrEqual(QUEUE);
    expect(heapMiB() - full).toBeLessThan(8);

    await pause(LONG_PATIENCE_MS);
    await expect.poll(() => first.refused + second.refused, { timeout: 10_000 }).toBe(2 * FLOOD);
    expect(seen.now).toBe(0);
    events.release();
    await trail.close(5_000);
  }, 60_000);

  it('are refused at once as long as the trail is known to be failing, without a place in the queue', async () => {
    const { seen, metrics } = mostWaiting();
    const { events, trail } = open({ metrics, patienceMs: PATIENCE_MS });
    events.hold();
    void trail.recordEventually(draft('kept'));
    await pause(2 * PATIENCE_MS);
    const refused = flood((id) => trail.record(draft(id)));
    await turn();
    await turn();
    expect(refused).toEqual({ recorded: 0, refused: FLOOD, other: [] });
    expect(seen.most).toBeLessThanOrEqual(1);
    events.release();
    await trail.close(5_000);
  });

  it('leave a trail that records again, whole, and says that there was a gap', async () => {
    const { events, trail } = open({ patienceMs: PATIENCE_MS });
    events.hold();
    const refused = flood((id) => trail.record(draft(id)), 2 * QUEUE);
    await pause(3 * PATIENCE_MS);
    expect(refused.refused).toBe(2 * QUEUE);
    events.release();
    await untilItRecords(trail);
    await trail.record(draft('after'));
    await trail.close(5_000);
    expect(trail.failingSince()).toBeNull();
    expect(expectValidChains(events.stored)).toBe(1);
    // What was under way when the store hung may be written though it was refused; nothing else of the flood is.
    const written = events.stored.filter(({ requestId }) => requestId.startsWith('flood-'));
    expect(written.length).toBeLessThanOrEqual(BATCH);
    expect(events.stored.filter(({ type }) => type === 'AUDIT_GAP')).toHaveLength(1);
  });

  it('that have happened and cannot be refused are kept up to their own bound, and told to be lost beyond it', async () => {
    const { seen, metrics } = mostWaiting();
    const maxKept = QUEUE + 2_000;
    const { events, trail } = open({ metrics, maxKept, patienceMs: PATIENCE_MS });
    events.hold();
    const kept = flood((id) => trail.recordEventually(draft(id)), 2 * maxKept);
    await turn();
    await turn();
    const full = heapMiB();
    const more = flood((id) => trail.recordEventually(draft(id)), 2 * maxKept);
    await turn();
    await turn();
    expect(kept).toEqual({ recorded: 0, refused: maxKept, other: [] });
    expect(more.refused).toBeGreaterThanOrEqual(2 * maxKept - BATCH);
    expect(seen.most).toBeLessThanOrEqual(maxKept);
    expect(heapMiB() - full).toBeLessThan(8);
    expect(await trail.close(0)).toBeGreaterThanOrEqual(maxKept);
  });
});
