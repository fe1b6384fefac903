import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventLog, type EventLog } from '../../../../web/console/src/trail/events/event-log.js';
import { MOST_ROWS } from '../../../../web/console/src/trail/events/event-window.js';
import { type TestEvent, TestTrail } from './event-source.js';

const PAGE = 200;

/** Lets everything that was begun come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

async function openLog(count: number, page = PAGE) {
  const trail = new TestTrail(page);
  for (let index = 0; index < count; index += 1) trail.record(index * 10);
  const log = createEventLog<TestEvent>(trail);
  log.open();
  await settle();
  return { trail, log };
}

const ids = (log: EventLog<TestEvent>) => log.read().window.rows.map(({ event }) => event.id);

/** What is shown has to be one stretch of the trail, whole and in order. */
function expectOneStretch(log: EventLog<TestEvent>, trail: TestTrail): void {
  const shown = ids(log);
  const all = trail.events.map(({ id }) => id);
  const start = all.indexOf(shown[0] ?? '');
  expect(shown).toEqual(all.slice(start, start + shown.length));
}

describe('a log of events', () => {
  it('is read to its end page by page, with a bounded number of rows in memory', async () => {
    const { trail, log } = await openLog(5_000);
    let most = 0;
    for (let seen = 0; seen < 5_000; seen += 50) {
      log.inSight(seen, seen + 20);
      await settle();
      most = Math.max(most, log.read().window.rows.length);
      expectOneStretch(log, trail);
      const { origin, rows } = log.read().window;
      expect(origin).toBeLessThanOrEqual(seen);
      expect(origin + rows.length).toBeGreaterThanOrEqual(Math.min(5_000, seen + 20));
    }
    expect(most).toBeLessThanOrEqual(MOST_ROWS);
    expect(log.read().window.isOldest).toBe(true);
    expect(log.read().end).toBe(5_000);
    expect(ids(log).at(-1)).toBe(trail.events.at(-1)?.id);
  });

  it('finds what was let go again, on the way back and by one jump', async () => {
    const { trail, log } = await openLog(6_000);
    for (let seen = 0; seen < 6_000; seen += 100) {
      log.inSight(seen, seen + 20);
      await settle();
    }
    const before = trail.asked;
    log.inSight(1_700, 1_720);
    await settle();
    expect(trail.asked - before).toBeLessThanOrEqual(4);
    expectOneStretch(log, trail);
    const { rows, origin } = log.read().window;
    expect(rows[1_700 - origin]?.event.id).toBe(trail.events[1_700]?.id);
    for (let seen = 1_700; seen >= 0; seen -= 100) {
      log.inSight(seen, seen + 20);
      await settle();
    }
    expect(log.read().window.isNewest).toBe(true);
    expect(ids(log)[0]).toBe(trail.events[0]?.id);
  });

  it('shows what is recorded at once to those at the top, and counts it for those further down', async () => {
    const { trail, log } = await openLog(1_000);
    log.inSight(0, 20);
    const first = trail.record(1e6);
    log.recorded([first]);
    expect(ids(log)[0]).toBe(first.id);
    expect(log.read()).toMatchObject({ waiting: 0, first: -1 });
    log.follow(false);
    log.recorded([trail.record(1e6 + 1), trail.record(1e6 + 2)]);
    expect(ids(log)[0]).toBe(first.id);
    expect(log.read().waiting).toBe(2);
    log.follow(true);
    expect(log.read().waiting).toBe(0);
    expectOneStretch(log, trail);
  });

  it('shows an event once, however often it is told', async () => {
    const { trail, log } = await openLog(300);
    const event = trail.record(1e6);
    log.recorded([event, event]);
    log.recorded([event]);
    log.catchUp();
    await settle();
    expect(ids(log).filter((id) => id === event.id)).toHaveLength(1);
    expectOneStretch(log, trail);
  });

  it('puts an event of another process in its place, though it comes late', async () => {
    const { trail, log } = await openLog(300);
    const late = trail.record(2_985, 'b');
    log.recorded([late]);
    expectOneStretch(log, trail);
    expect(ids(log)).toContain(late.id);
  });

  it('leaves no gap between its first page and the beginning of the stream', async () => {
    const { trail, log } = await openLog(300);
    const between = trail.record(1e6);
    const late = trail.record(2_900, 'b');
    log.catchUp();
    await settle();
    expect(ids(log)).toEqual(expect.arrayContaining([between.id, late.id]));
    expectOneStretch(log, trail);
  });

  it('is opened anew where more was missed than can be told', async () => {
    const { trail, log } = await openLog(300);
    for (let index = 0; index < 500; index += 1) trail.record(1e6 + index);
    const { opening } = log.read();
    log.catchUp();
    await settle();
    expect(log.read().opening).toBe(opening + 1);
    expect(ids(log)[0]).toBe(trail.events[0]?.id);
    expectOneStretch(log, trail);
  });

  it('survives a flood: memory stays bounded and nobody further down is moved', async () => {
    const { trail, log } = await openLog(1_000);
    log.inSight(300, 320);
    log.follow(false);
    await settle();
    const shown = ids(log);
    for (let index = 0; index < 3_000; index += 1) log.recorded([trail.record(1e6 + index)]);
    expect(ids(log)).toEqual(shown);
    expect(log.read().isMoreWaiting).toBe(true);
    expect(log.read().waiting).toBeLessThanOrEqual(500);
    log.open();
    await settle();
    expect(log.read()).toMatchObject({ waiting: 0, isMoreWaiting: false });
    expect(ids(log)[0]).toBe(trail.events[0]?.id);
  });

  it('goes on below a flood, where no row has a cursor any more', async () => {
    const { trail, log } = await openLog(500);
    log.inSight(0, 20);
    for (let index = 0; index < MOST_ROWS + 300; index += 1) log.recorded([trail.record(1e6 + index)]);
    await settle();
    const { first } = log.read();
    for (let seen = first; seen < 500; seen += 60) {
      log.follow(false);
      log.inSight(seen, seen + 20);
      await settle();
      expectOneStretch(log, trail);
    }
    expect(ids(log).at(-1)).toBe(trail.events.at(-1)?.id);
  });

  it('says that it failed, and goes on where it was when it is asked again', async () => {
    const { trail, log } = await openLog(1_000);
    trail.fails = true;
    log.inSight(150, 170);
    await settle();
    expect(log.read().edgeError).toBeInstanceOf(Error);
    expect(log.read().window.rows).toHaveLength(PAGE);
    const asked = trail.asked;
    log.inSight(160, 180);
    await settle();
    expect(trail.asked).toBe(asked);
    trail.fails = false;
    log.retry();
    await settle();
    expect(log.read().edgeError).toBeNull();
    expectOneStretch(log, trail);
  });

  it('shows nothing as long as nothing could be read, and opens when asked again', async () => {
    const trail = new TestTrail(PAGE);
    trail.record(1);
    trail.fails = true;
    const log = createEventLog<TestEvent>(trail);
    log.open();
    await settle();
    expect(log.read().state).toBe('failed');
    trail.fails = false;
    log.retry();
    await settle();
    expect(log.read()).toMatchObject({ state: 'ready', error: null });
  });

  it('learns that what was pending in sight is sealed', async () => {
    const { trail, log } = await openLog(300);
    log.inSight(0, 20);
    await settle();
    log.recorded([trail.record(1e6)]);
    trail.seal();
    await log.refresh(({ isSealed }) => !isSealed);
    const { rows } = log.read().window;
    expect(rows.slice(0, 20).every(({ event }) => event.isSealed)).toBe(true);
    const asked = trail.asked;
    await log.refresh(({ isSealed }) => !isSealed);
    expect(trail.asked).toBe(asked);
  });

  it('shows one whole stretch of the trail, whatever happens in whatever order', async () => {
    const moves = fc.oneof(
      fc.record({ kind: fc.constant('look' as const), at: fc.integer({ min: -60, max: 900 }) }),
      fc.record({ kind: fc.constant('record' as const), count: fc.integer({ min: 1, max: 40 }), late: fc.boolean() }),
      fc.record({ kind: fc.constant('follow' as const), isAtTop: fc.boolean() }),
      fc.record({ kind: fc.constant('catch up' as const) }),
      fc.record({ kind: fc.constant('wait' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 30 }), async (made) => {
        const { trail, log } = await openLog(800, 50);
        let now = 1e6;
        for (const move of made) {
          if (move.kind === 'look') log.inSight(move.at, move.at + 20);
          else if (move.kind === 'follow') log.follow(move.isAtTop);
          else if (move.kind === 'catch up') log.catchUp();
          else if (move.kind === 'wait') await settle();
          else {
            const told: TestEvent[] = [];
            for (let index = 0; index < move.count; index += 1) {
              now += 10;
              told.push(trail.record(move.late ? now - 15 : now, move.late ? 'b' : 'a'));
            }
            log.recorded(told);
          }
        }
        await settle();
        const shown = ids(log);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.length).toBeLessThanOrEqual(MOST_ROWS);
        // Once it is read from the newest, nothing is missing.
        log.open();
        await settle();
        expectOneStretch(log, trail);
        expect(ids(log)[0]).toBe(trail.events[0]?.id);
      }),
      { numRuns: 60 },
    );
  });
});
