import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeHold, readHolds } from '../../../src/audit/retention/holds.js';
import { type PlanSources, planPrune } from '../../../src/audit/retention/plan-prune.js';
import { deletePruned, recordPrune } from '../../../src/audit/retention/prune.js';
import { readGatewayKeys, type VerifiableStore, verifyStore } from '../../../src/audit/verify/index.js';
import { activeSession } from '../../support/store-fixtures.js';
import type { WritingGateway } from '../../tampering/written-trail.js';
import { openSetting, type RetentionSetting } from './setting.js';

let setting: RetentionSetting;

beforeEach(async () => {
  setting = await openSetting();
});

afterEach(() => setting.close());

const NOTHING = { userId: null, sessionId: null, from: null, to: null, until: null };

/** One session in one commit each for start and stop, sealed together: two events a call. */
async function session(writer: WritingGateway, id: string): Promise<void> {
  const { tell, clock } = setting;
  const began = tell.session(id);
  await writer.record(tell.start(began));
  clock.advance(1_000);
  await writer.record(tell.stop(began));
  clock.advance(5_000);
  await writer.sealer.seal();
  clock.advance(1_000);
}

async function plan(sources: Partial<PlanSources> = {}, before = setting.clock.now()) {
  const { ranges, events, kept } = await planPrune(before, { ...setting.store, holds: [], ...sources });
  return { ranges: ranges.map(({ from, to }) => [from, to]), events, kept: kept.map(({ because }) => because.kind) };
}

describe('what can be pruned', () => {
  it('is nothing of an empty trail, and nothing that is not sealed', async () => {
    expect(await plan()).toEqual({ ranges: [], events: 0, kept: [] });
    const writer = setting.writer();
    await writer.record(setting.tell.read());
    setting.clock.advance(86_400_000);
    expect(await plan()).toEqual({ ranges: [], events: 0, kept: [] });
    await writer.stop();
  });

  it('ends where a seal does, and keeps the first event of a chain that may go on', async () => {
    const writer = setting.writer();
    await session(writer, 's1');
    const between = setting.clock.now();
    await session(writer, 's2');
    expect(await plan({}, between)).toEqual({ ranges: [[1, 1]], events: 1, kept: [] });
    expect(await plan()).toEqual({ ranges: [[1, 3]], events: 3, kept: [] });
    await writer.stop();
    setting.clock.advance(1_000);
    expect(await plan()).toEqual({ ranges: [[0, 3]], events: 4, kept: [] });
  });

  it('is only what was sealed before the time, not what had occurred by then alone', async () => {
    const writer = setting.writer();
    await session(writer, 's1');
    const { store, clock } = setting;
    await session(writer, 's2');
    await writer.stop();
    clock.advance(1_000);
    const [first, second] = await store.seals.from(0, 2);
    const sealedAt = second?.sealedAt ?? 0;
    expect((await plan({}, sealedAt)).ranges).toEqual([[1, 1]]);
    expect((await plan({}, sealedAt + 1)).ranges).toEqual([[0, 3]]);
    expect(await plan({}, first?.sealedAt ?? 0)).toEqual({ ranges: [], events: 0, kept: [] });
    expect((await planPrune(first?.sealedAt ?? 0, { ...store, holds: [] })).throughSeal).toBe(-1);
  });

  it('keeps the first event of a chain that has ended, until the rest of it goes too', async () => {
    const writer = setting.writer();
    await session(writer, 's1');
    const between = setting.clock.now();
    await session(writer, 's2');
    await writer.stop();
    setting.clock.advance(1_000);
    expect((await plan({}, between)).ranges).toEqual([[1, 1]]);
    expect((await plan()).ranges).toEqual([[0, 3]]);
  });

  it('is nothing that occurred at the time or later, though the clock of whoever sealed it says that it was sealed before', async () => {
    const { tell, clock } = setting;
    const writer = setting.writer();
    clock.advance(60_000);
    await writer.record(tell.read());
    await writer.record(tell.read());
    const occurredAt = clock.now();
    clock.advance(-50_000);
    await writer.sealer.seal();
    expect((await plan({}, occurredAt)).ranges).toEqual([]);
    expect((await plan({}, occurredAt + 1)).ranges).toEqual([[1, 1]]);
    clock.advance(50_000);
    await writer.stop();
  });

  it('is nothing of any active session, however many of them there are', async () => {
    const writer = setting.writer();
    for (const id of ['s1', 's2']) await session(writer, id);
    await writer.stop();
    const { clock } = setting;
    clock.advance(1_000);
    const asked: unknown[] = [];
    const all = Array.from({ length: 7 }, (_, n) =>
      activeSession({ id: n === 6 ? 's2' : `other-${n}`, actorId: 'user_ada', startedAt: n }),
    );
    // Two at a time, as if there were thousands.
    const sessions: PlanSources['sessions'] = {
      async page(filter, { from }) {
        asked.push(filter);
        const begin = from === undefined ? 0 : all.findIndex(({ id }) => id === from.id) + 1;
        return { items: all.slice(begin, begin + 2), hasMore: begin + 2 < all.length };
      },
    };
    expect(await plan({ sessions })).toEqual({ ranges: [[1, 1]], events: 1, kept: ['session'] });
    expect(asked).toEqual(Array.from({ length: 4 }, () => ({ status: 'ACTIVE' })));
  });

  it('is told in the order of its chains, whichever was sealed first', async () => {
    for (let n = 0; n < 5; n += 1) {
      const writer = setting.writer();
      await session(writer, `s${n}`);
      await writer.stop();
    }
    setting.clock.advance(1_000);
    const { ranges } = await planPrune(setting.clock.now(), { ...setting.store, holds: [] });
    const chains = ranges.map(({ chain }) => chain);
    expect(chains).toHaveLength(5);
    expect(chains).toEqual([...chains].sort());
  });

  it('stops before what a hold names, what belongs to an active session, and stays out of chains with records', async () => {
    const writer = setting.writer();
    for (const id of ['s1', 's2', 's3']) await session(writer, id);
    const { store, clock } = setting;
    const hold = { ...NOTHING, id: 'h', sessionId: 's2', placedAt: 0, eventId: 'e', reason: null, releasedAt: null };
    expect(await plan({ holds: [hold] })).toEqual({ ranges: [[1, 1]], events: 1, kept: ['hold'] });
    await store.sessions.insert(activeSession({ id: 's3', actorId: 'user_ada', startedAt: clock.now() }), 9);
    expect(await plan()).toEqual({ ranges: [[1, 3]], events: 3, kept: ['session'] });
    await writer.stop();

    const command = setting.writer();
    await placeHold({ ...NOTHING, userId: 'nobody' }, 'case', {
      events: store.events,
      gateway: setting.gateway,
      trail: command.trail,
      now: clock.now(),
    });
    await command.stop();
    clock.advance(1_000);
    expect((await plan()).kept.sort()).toEqual(['record', 'session']);
  });

  it('goes step by step: what went before stays excused, and in the end the first event goes too', async () => {
    const { store, clock, sealState } = setting;
    const writer = setting.writer();
    const prune = async () => {
      const made = await planPrune(clock.now(), { ...store, holds: [] });
      const command = setting.writer();
      const archive = { sha256: '00'.repeat(32), bytes: 1, events: made.events };
      const said = { before: made.before, throughSeal: made.throughSeal, archive, ranges: made.ranges };
      await recordPrune(said, 'a test', { ...command, sealState, now: clock.now() });
      await deletePruned(made.ranges, store.events, () => undefined);
      await command.stop();
      clock.advance(1_000);
      expect(await setting.verdict()).toMatchObject({ verdict: 'HOLDS' });
      return made.ranges.map(({ from, to }) => [from, to]);
    };
    await session(writer, 's1');
    await session(writer, 's2');
    expect(await prune()).toEqual([[1, 3]]);
    await session(writer, 's3');
    expect(await prune()).toEqual([[4, 5]]);
    await writer.stop();
    clock.advance(1_000);
    expect(await prune()).toEqual([[0, 0]]);
    expect(await setting.verdict()).toMatchObject({ verdict: 'HOLDS', prunedEvents: 6 });
    // Records stay: without them nothing would explain what is missing.
    expect((await readHolds(store.events, setting.gateway)).length).toBe(0);
    expect((await plan()).events).toBe(0);
  });
});

describe('a trail that is pruned while it is verified', () => {
  it('is verified again, and no event is called missing', async () => {
    const { store, clock, sealState, keyring } = setting;
    const writer = setting.writer();
    for (const id of ['s1', 's2', 's3']) await session(writer, id);
    let isPruned = false;
    let begun = 0;
    const pruneNow = async () => {
      isPruned = true;
      const made = await planPrune(clock.now(), { ...store, holds: [] });
      const command = setting.writer();
      const archive = { sha256: '00'.repeat(32), bytes: 1, events: made.events };
      const said = { before: made.before, throughSeal: made.throughSeal, archive, ranges: made.ranges };
      await recordPrune(said, 'a test', { ...command, sealState, now: clock.now() });
      await deletePruned(made.ranges, store.events, () => undefined);
      await command.stop();
    };
    const busy: VerifiableStore = {
      seals: store.seals,
      events: {
        page: (...asked) => store.events.page(...asked),
        chains() {
          begun += 1;
          return store.events.chains();
        },
        // Some of a chain has been read, and the rest is gone.
        async chain(chain, from, limit) {
          const page = await store.events.chain(chain, from, Math.min(limit, 2));
          if (!isPruned) await pruneNow();
          return limit > 2 && page.length === 2
            ? [...page, ...(await store.events.chain(chain, from + 2, limit - 2))]
            : page;
        },
      },
    };
    const keys = readGatewayKeys(keyring.publicJwks);
    const verdict = await verifyStore(busy, { keys }, { now: clock.now() });
    expect(verdict).toMatchObject({ verdict: 'HOLDS', faults: [], prunedEvents: 5 });
    expect(begun).toBe(2);
    await writer.stop();
  });
});
