import { describe, expect, it } from 'vitest';
import { draft, EPOCH, expectValidChains, requestIds } from './drafts.js';
import { open, pass, watch, withHeldTime } from './held-trail.js';

withHeldTime();

describe('an event with an end to its validity', () => {
  it('is dropped, unsent, when its turn comes too late', async () => {
    const { events, trail } = open();
    events.hold();
    const first = trail.record(draft('first'));
    await pass();
    const late = watch(trail.recordEventually(draft('late'), EPOCH + 100));
    const kept = watch(trail.recordEventually(draft('kept'), EPOCH + 1_500));
    await pass(200);
    events.release();
    await pass(10);
    await first;
    expect(late).toEqual({ state: 'resolved', value: false });
    expect(kept).toEqual({ state: 'resolved', value: true });
    expect(requestIds(events.stored)).toEqual(['first', 'kept']);
  });

  it('is written up to the very millisecond', async () => {
    const { events, trail } = open();
    const recorded = trail.recordEventually(draft('a'), EPOCH);
    await pass();
    expect(await recorded).toBe(true);
    expect(events.stored).toHaveLength(1);
  });

  it.each(['refuse', 'lose-answer', 'late'] as const)(
    'is never sent again after it, so that whoever takes over can look first (%s)',
    async (behaviour) => {
      const { events, trail } = open();
      events.behaviour = behaviour;
      const late = watch(trail.recordEventually(draft('late'), EPOCH + 5_000));
      await pass(20);
      const kept = watch(trail.recordEventually(draft('kept')));
      await pass(7_000);
      expect(late).toEqual({ state: 'resolved', value: false });
      const sentBefore = events.appends.filter((batch) => requestIds(batch).includes('late')).length;
      events.land();
      events.behaviour = 'ok';
      await pass(3_000);
      expect(kept).toEqual({ state: 'resolved', value: true });
      expect(events.appends.filter((batch) => requestIds(batch).includes('late'))).toHaveLength(sentBefore);
      // Carried out after all or not: each event is there at most once, and all chains hold.
      expect(requestIds(events.stored).sort()).toEqual(behaviour === 'refuse' ? ['kept'] : ['kept', 'late']);
      expectValidChains(events.stored);
    },
  );

  it('is not sent again after it either where others of the same write have longer', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    const recorded = [5_000, 60_000].map((ms) => watch(trail.recordEventually(draft(`by ${ms}`), EPOCH + ms)));
    await pass(7_000);
    expect(recorded[0]).toEqual({ state: 'resolved', value: false });
    events.behaviour = 'ok';
    await pass(3_000);
    expect(requestIds(events.stored)).not.toContain('by 5000');
  });

  it('does not take along events that have to be kept when it is dropped', async () => {
    const { events, trail } = open();
    events.behaviour = 'lose-answer';
    const ids = ['a', 'ending-1', 'ending-2', 'b', 'ending-3', 'c'];
    const recorded = ids.map((id) =>
      watch(id.startsWith('e') ? trail.recordEventually(draft(id), EPOCH + 300) : trail.recordEventually(draft(id))),
    );
    await pass(2_000);
    events.behaviour = 'ok';
    await pass(5_000);
    expect(recorded.map(({ value }) => value)).toEqual([true, false, false, true, false, true]);
    expect(requestIds(events.stored).filter((id) => !id.startsWith('e'))).toEqual(['a', 'b', 'c']);
    expectValidChains(events.stored);
  });

  it('is signed for by itself, so that whatever part of a write was carried out can be sealed', async () => {
    const signed: number[] = [];
    const chainKey = () => ({ publicKey: 'p', kid: 'k', algorithm: 'EdDSA', signature: 's' });
    const signer = {
      chainKey,
      signCommit(_chain: string, sequence: number) {
        signed.push(sequence);
        return Buffer.from([sequence]);
      },
    };
    const { events, trail } = open({ signer });
    const recorded = ['a', 'b', 'ending-1', 'ending-2', 'ending-3', 'c', 'd'].map((id) =>
      id.startsWith('e') ? trail.recordEventually(draft(id), EPOCH + 5_000) : trail.recordEventually(draft(id)),
    );
    await pass(2);
    await Promise.all(recorded);
    const bySignature = events.stored.filter(({ signature }) => signature !== null);
    expect(requestIds(bySignature)).toEqual(['b', 'ending-1', 'ending-2', 'ending-3', 'd']);
    expect(signed).toEqual([1, 2, 3, 4, 6]);
    expectValidChains(events.stored);
  });

  it('leaves no trail that refuses for ever when it was the last that was tried', async () => {
    const { events, trail } = open();
    events.behaviour = 'refuse';
    void trail.recordEventually(draft('late'), EPOCH + 3_000);
    await pass(10_000);
    expect(trail.failingSince()).toBeNull();
    events.behaviour = 'ok';
    const recorded = trail.record(draft('after'));
    await pass();
    await recorded;
    expect(requestIds(events.stored)).toEqual(['after']);
  });
});
