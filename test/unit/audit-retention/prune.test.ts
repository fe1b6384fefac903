import { describe, expect, it } from 'vitest';
import { deletePruned, type PruneRecording, recordPrune } from '../../../src/audit/retention/prune.js';
import { RetentionError } from '../../../src/audit/retention/retention-error.js';
import type { EventDraft, EventPruned, PrunedRange, StoredEvent } from '../../../src/domain/audit-event.js';
import { storedEvent } from '../../support/store-fixtures.js';

const range = (n: number): PrunedRange => ({ chain: `chain-${n}`, from: 0, to: 9, previousHash: '', head: '' });
const pruned = (count: number): EventPruned => ({
  before: 5_000,
  throughSeal: 3,
  archive: { sha256: '5a'.repeat(32), bytes: 1, events: 10 * count },
  ranges: Array.from({ length: count }, (_, n) => range(n)),
});

/** A trail that takes every draft, and tells of a gap beside each; a sealer that seals what there is at the nth try. */
function recording(sealsAt: number) {
  const drafts: EventDraft[] = [];
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  let tries = 0;
  const parts: PruneRecording = {
    now: 7_000,
    trail: {
      async record(draft) {
        const sequence = 2 * drafts.length;
        drafts.push(draft);
        const said = draft.pruned && { ...draft.pruned, before: new Date(draft.pruned.before).toISOString() };
        const event = {
          ...storedEvent({ chain: 'records', sequence, type: draft.type }),
          body: JSON.stringify({ pruned: said }),
        };
        const gap = storedEvent({ chain: 'records', sequence: sequence + 1, type: 'AUDIT_GAP', body: '{}' });
        for (const listener of listeners) listener([event, gap]);
      },
      onRecorded(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    sealer: {
      async seal() {
        tries += 1;
        return true;
      },
    },
    sealState: {
      sealed: async () =>
        ({ to: tries >= sealsAt ? 2 * drafts.length - 1 : 2 * drafts.length - 2, head: new Uint8Array(32) }) as never,
    },
  };
  return { parts, drafts, listeners, tries: () => tries };
}

describe('the record of a pruning', () => {
  it.each([1, 4, 10])('is there once a seal covers all of it, be it the try %d', async (sealsAt) => {
    const { parts, drafts, listeners, tries } = recording(sealsAt);
    const records = await recordPrune(pruned(2), 'yearly', parts);
    expect(tries()).toBe(sealsAt);
    expect(records).toEqual([{ chain: 'records', sequence: 0, recorded: pruned(2) }]);
    expect(drafts).toMatchObject([
      { type: 'AUDIT_PRUNED', outcome: 'SUCCESS', occurredAt: 7_000, details: { reason: 'yearly' } },
    ]);
    expect(listeners.size).toBe(0);
  });

  it('that no seal comes to cover is none: nothing may be deleted', async () => {
    const { parts, tries } = recording(11);
    await expect(recordPrune(pruned(1), 'yearly', parts)).rejects.toBeInstanceOf(RetentionError);
    expect(tries()).toBe(10);
  });

  it.each([
    [500, [500]],
    [1_001, [500, 500, 1]],
  ])('of %d ranges is spread over events of at most 500, each range once', async (count, sizes) => {
    const { parts, drafts } = recording(1);
    const records = await recordPrune(pruned(count), 'yearly', parts);
    expect(records.map(({ sequence }) => sequence)).toEqual(sizes.map((_, n) => 2 * n));
    expect(drafts.map((draft) => draft.pruned?.ranges.length)).toEqual(sizes);
    expect(drafts.flatMap((draft) => draft.pruned?.ranges ?? [])).toEqual(pruned(count).ranges);
  });

  it('that cannot be written leaves nobody listening', async () => {
    const { parts, listeners } = recording(1);
    const trail = { ...parts.trail, record: () => Promise.reject(new Error('no')) };
    await expect(recordPrune(pruned(1), 'yearly', { ...parts, trail })).rejects.toThrow('no');
    expect(listeners.size).toBe(0);
  });
});

describe('what was recorded and archived', () => {
  it('goes to the last event of every range, a part at a time, and before each it is asked with what is left', async () => {
    const counts = [500, 500, 20, 0, 500, 3];
    const done: string[] = [];
    const told: number[] = [];
    const deleted = await deletePruned(
      [range(0), range(1), range(2)],
      {
        async prune({ chain }, limit) {
          done.push(`${chain} ${limit}`);
          return counts[told.length] ?? 0;
        },
      },
      (count) => void told.push(count),
      async (left) => void done.push(left.map(({ chain }) => chain).join(' ')),
    );
    expect(deleted).toBe(1_523);
    expect(told).toEqual(counts);
    const all = 'chain-0 chain-1 chain-2';
    expect(done).toEqual([
      ...[all, 'chain-0 500', all, 'chain-0 500', all, 'chain-0 500'],
      ...['chain-1 chain-2', 'chain-1 500'],
      ...['chain-2', 'chain-2 500', 'chain-2', 'chain-2 500'],
    ]);
  });
});
