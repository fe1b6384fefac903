import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeHold, readHolds, releaseHold } from '../../../src/audit/retention/holds.js';
import { LateHolds } from '../../../src/audit/retention/late-holds.js';
import { type PrunePlan, planPrune } from '../../../src/audit/retention/plan-prune.js';
import { deletePruned } from '../../../src/audit/retention/prune.js';
import type { EventHold } from '../../../src/domain/audit-event.js';
import { openSetting, type RetentionSetting } from './setting.js';

let setting: RetentionSetting;
let plan: PrunePlan;
const NOTHING = { userId: null, sessionId: null, from: null, to: null, until: null };
const ignore = (): void => undefined;

beforeEach(async () => {
  setting = await openSetting();
  const { tell, clock, store } = setting;
  for (const id of ['session-1', 'session-2']) {
    const writer = setting.writer();
    const session = tell.session(id);
    await writer.record(tell.start(session));
    await writer.record(tell.stop(session));
    clock.advance(5_000);
    await writer.stop();
    clock.advance(5_000);
  }
  plan = await planPrune(clock.now(), { ...store, holds: [] });
});

afterEach(() => setting.close());

const place = async (what: Partial<Omit<EventHold, 'id'>>, now = setting.clock.now()) => {
  const writer = setting.writer();
  const { store, gateway } = setting;
  const hold = await placeHold({ ...NOTHING, ...what }, 'case', {
    events: store.events,
    gateway,
    trail: writer.trail,
    now,
  });
  await writer.stop();
  return hold;
};
const lateHolds = async (planned: 'all' | 'none') => {
  const { store, gateway, clock } = setting;
  const known = planned === 'all' ? await readHolds(store.events, gateway) : [];
  return new LateHolds(known, { events: store.events, gateway, now: () => clock.now() });
};
const left = async () => {
  const { items } = await setting.store.events.page({}, { limit: 99, direction: 'forward' });
  return items.filter(({ sessionId }) => sessionId !== null).length;
};

describe('a hold that comes while a pruning is under way', () => {
  it('stops it, whatever time the machine it was placed on has', async () => {
    const late = await lateHolds('all');
    // A minute slow: as if it had been placed before the plan was made.
    const { id } = await place({ sessionId: 'session-2' }, setting.clock.now() - 60_000);
    const pruning = deletePruned(plan.ranges, setting.store.events, ignore, (ranges) => late.check(ranges));
    await expect(pruning).rejects.toThrow(`The hold ${id} keeps event 0`);
    expect(await left()).toBe(4);
  });

  it('stops it in the middle, before the next part', async () => {
    const late = await lateHolds('all');
    const [first] = plan.ranges;
    const [start] = await setting.store.events.chain(first?.chain ?? '', 0, 1);
    const other = start?.sessionId === 'session-1' ? 'session-2' : 'session-1';
    let parts = 0;
    const pruning = deletePruned(plan.ranges, setting.store.events, ignore, async (ranges) => {
      parts += 1;
      if (parts === 2) await place({ sessionId: other });
      await late.check(ranges);
    });
    await expect(pruning).rejects.toThrow(/nothing more is deleted/);
    expect(await left()).toBe(2);
  });

  it('does not stop what it does not name, nor once it is released or its time is over', async () => {
    const late = await lateHolds('all');
    await place({ sessionId: 'session-3' });
    await place({ sessionId: 'session-1', until: setting.clock.now() + 1_000 });
    const { id } = await place({ sessionId: 'session-2' });
    setting.clock.advance(2_000);
    await expect(late.check(plan.ranges)).rejects.toThrow(id);
    const writer = setting.writer();
    const { store, gateway, clock } = setting;
    await releaseHold(id, 'closed', { events: store.events, gateway, trail: writer.trail, now: clock.now() });
    await writer.stop();
    await late.check(plan.ranges);
    await (await lateHolds('none')).check(plan.ranges);
  });
});
