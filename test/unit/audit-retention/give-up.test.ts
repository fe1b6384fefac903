import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteRecorded } from '../../../src/audit/retention/delete-recorded.js';
import { giveUp, progressOf } from '../../../src/audit/retention/give-up.js';
import { planPrune } from '../../../src/audit/retention/plan-prune.js';
import { recordPrune } from '../../../src/audit/retention/prune.js';
import type { RecordedPrune } from '../../../src/audit/retention/prune-records.js';
import { unfinishedPrunes } from '../../../src/audit/retention/unfinished.js';
import type { EventStore } from '../../../src/stores/index.js';
import { openSetting, type RetentionSetting } from './setting.js';

const ignore = (): void => undefined;
const ARCHIVE = '5a'.repeat(32);

let setting: RetentionSetting;
let records: readonly RecordedPrune[];

/** Two gateways have lived: three events each, all of them on record as pruned, and none gone. */
beforeEach(async () => {
  setting = await openSetting();
  const { tell, clock } = setting;
  for (const id of ['session-1', 'session-2']) {
    const writer = setting.writer();
    const session = tell.session(id);
    for (const draft of [tell.start(session), tell.query(session), tell.stop(session)]) await writer.record(draft);
    clock.advance(5_000);
    await writer.stop();
    clock.advance(5_000);
  }
  records = await pruningRecorded(ARCHIVE);
});

afterEach(() => setting.close());

/** A command with a chain of its own, which it has sealed when it is done. */
async function command<T>(use: (parts: Parameters<typeof deleteRecorded>[1] & { now: number }) => Promise<T>) {
  const { store, gateway, clock, sealState } = setting;
  const writer = setting.writer();
  try {
    return await use({ ...writer, sealState, events: store.events, gateway, clock, now: clock.now() });
  } finally {
    await writer.stop();
    clock.advance(1_000);
  }
}

async function pruningRecorded(sha256: string): Promise<readonly RecordedPrune[]> {
  const { before, throughSeal, ranges, events } = await planPrune(setting.clock.now(), { ...setting.store, holds: [] });
  const said = { before, throughSeal, archive: { sha256, bytes: 1, events }, ranges };
  return command((parts) => recordPrune(said, 'yearly', parts));
}

async function giveItUp(events: Pick<EventStore, 'chain'> = setting.store.events) {
  const unfinished = await unfinishedPrunes(setting.store.events, setting.gateway);
  return command((parts) => giveUp(unfinished, 'the archive is lost', events, parts));
}

/** @param part what comes between the last question whether it may be deleted and the deletion, by the number of the part */
function deleting(part: (number: number) => Promise<unknown> = async () => undefined, of = records) {
  let parts = 0;
  const { events } = setting.store;
  const busy: Pick<EventStore, 'page' | 'chain' | 'prune'> = {
    page: (...asked) => events.page(...asked),
    chain: (...asked) => events.chain(...asked),
    async prune(range, limit) {
      parts += 1;
      await part(parts);
      return events.prune(range, limit);
    },
  };
  const ranges = of.flatMap(({ recorded }) => recorded.ranges);
  const deletion = { records: of, ranges, planned: [], reason: 'yearly' };
  return command((own) => deleteRecorded(deletion, { ...own, events: busy }, ignore));
}

const left = async () =>
  (
    await progressOf(
      records.map((one) => ({ ...one, pruned: one.recorded })),
      setting.store.events,
    )
  ).left;
const failures = async () =>
  (
    await setting.store.events.page(
      { types: ['AUDIT_PRUNED'], outcome: 'FAILURE' },
      { limit: 99, direction: 'forward' },
    )
  ).items.length;

describe('a pruning that is given up while somebody else is deleting by it', () => {
  it.each([1, 2])('has all on record that went, also part %d, which went in that very moment', async (number) => {
    const pruning = deleting(async (part) => part === number && (await giveItUp()));
    await expect(pruning).rejects.toThrow(/was given up meanwhile/);
    expect(await left()).toBe(number === 1 ? 3 : 0);
    const verdict = await setting.verdict();
    expect(verdict).toMatchObject({ verdict: 'HOLDS', prunedEvents: 3 * number });
    expect(verdict.givenUpEvents).toEqual({ [ARCHIVE]: 3 * number });
  });

  it('goes no further, and what had gone before is not said twice', async () => {
    await deleting(async (part) => part === 2 && Promise.reject(new Error('killed'))).catch(ignore);
    expect(await left()).toBe(3);
    expect(await giveItUp()).toEqual({ gone: 3, left: 3 });
    expect(await failures()).toBe(1);
    await expect(deleting()).rejects.toThrow(/nothing more is deleted/);
    expect(await left()).toBe(3);
    expect(await failures()).toBe(1);
    expect(await setting.verdict()).toMatchObject({ verdict: 'HOLDS', prunedEvents: 3 });
  });

  it('is said to have taken out what went between a look and its record', async () => {
    const { events } = setting.store;
    const [range] = records.flatMap(({ recorded }) => recorded.ranges);
    if (range === undefined) throw new Error('nothing is recorded');
    let looks = 0;
    const progress = await giveItUp({
      async chain(...asked) {
        const found = await events.chain(...asked);
        looks += 1;
        // The first look has just found all of them there.
        if (looks === 2) await events.prune(range, 500);
        return found;
      },
    });
    expect(progress).toEqual({ gone: 3, left: 3 });
    expect(await setting.verdict()).toMatchObject({ verdict: 'HOLDS', prunedEvents: 3 });
  });

  it('is not called given up while events go on being deleted, whoever does it', async () => {
    const { events } = setting.store;
    const [range] = records.flatMap(({ recorded }) => recorded.ranges);
    if (range === undefined) throw new Error('nothing is recorded');
    let looks = 0;
    const givingUp = giveItUp({
      async chain(...asked) {
        const found = await events.chain(...asked);
        looks += 1;
        // One event after each look at both ranges.
        if (looks % 2 === 0) await events.prune(range, 1);
        return found;
      },
    });
    await expect(givingUp).rejects.toThrow(/go on being deleted/);
    // The last was deleted by nobody who says so.
    expect(await setting.verdict()).toMatchObject({ verdict: 'FAULTY' });
  });

  it('and pruned anew by then, is not said to have taken out what the new pruning says, though half of that had gone', async () => {
    const { events } = setting.store;
    const [range] = records.flatMap(({ recorded }) => recorded.ranges);
    if (range === undefined) throw new Error('nothing is recorded');
    await events.prune(range, 1);
    let anew: readonly RecordedPrune[] = [];
    const pruning = deleting(async (part) => {
      if (part > 1) return;
      expect(await giveItUp()).toEqual({ gone: 1, left: 5 });
      anew = await pruningRecorded('77'.repeat(32));
      // What is under way there deletes no more than one of the two that are left, and is cut off.
      await events.prune(range, 1);
      throw new Error('cut off');
    });
    await expect(pruning).rejects.toThrow('cut off');
    expect(await failures()).toBe(1);
    expect(await setting.verdict()).toMatchObject({ verdict: 'HOLDS', prunedEvents: 2 });
    expect(await deleting(undefined, anew)).toBe(4);
    const verdict = await setting.verdict();
    expect(verdict).toMatchObject({ verdict: 'HOLDS', prunedEvents: 6 });
    expect(verdict.givenUpEvents).toEqual({ [ARCHIVE]: 1 });
  });

  it('has on record what went of a part that was cut off', async () => {
    const { events } = setting.store;
    const [range] = records.flatMap(({ recorded }) => recorded.ranges);
    if (range === undefined) throw new Error('nothing is recorded');
    const pruning = deleting(async () => {
      await giveItUp();
      await events.prune(range, 2);
      throw new Error('cut off');
    });
    await expect(pruning).rejects.toThrow('cut off');
    const verdict = await setting.verdict();
    expect(verdict).toMatchObject({ verdict: 'HOLDS', prunedEvents: 2 });
    expect(verdict.givenUpEvents).toEqual({ [ARCHIVE]: 2 });
  });

  it('and pruned anew by then, contradicts nothing that the new pruning says', async () => {
    let anew: readonly RecordedPrune[] = [];
    const pruning = deleting(async (part) => {
      if (part !== 2) return;
      await giveItUp();
      anew = await pruningRecorded('77'.repeat(32));
    });
    await expect(pruning).rejects.toThrow(/was given up meanwhile/);
    expect(await deleting(undefined, anew)).toBe(0);
    const verdict = await setting.verdict();
    expect(verdict).toMatchObject({ verdict: 'HOLDS', prunedEvents: 6 });
    expect(verdict.givenUpEvents).toEqual({ [ARCHIVE]: 3 });
  });
});

it('a pruning that nobody gives up is finished, and nothing is said of giving up', async () => {
  expect(await deleting()).toBe(6);
  expect(await failures()).toBe(0);
  expect(await setting.verdict()).toMatchObject({ verdict: 'HOLDS', prunedEvents: 6, givenUpEvents: {} });
});
