import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EPOCH } from '../audit/drafts.js';
import { session } from '../policy/people.js';
import { openReplica, outcome, pass, Stores } from './replicas.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const LIMIT = 60_000;
const STEP = 6_000;

function open() {
  const stores = new Stores();
  const inactivity = { limitMs: LIMIT, endsAt: EPOCH + LIMIT + STEP };
  const one = session({ id: 's', startedAt: EPOCH, expiresAt: EPOCH + 900_000, inactivity });
  stores.sessions.sessions.set(one.id, one);
  const replica = openReplica(stores);
  const note = () => outcome(Promise.resolve(replica.activity.note(one)), 0);
  return { stores, replica, one, note };
}

describe('activity while what there was before is being stored', () => {
  it('waits for the same where that will do, and is stored itself where it will not', async () => {
    const { stores, replica, one } = open();
    await pass(LIMIT - 1_000);
    stores.sessions.hold('prolong');
    const notes = [replica.activity.note(one)];
    await pass(STEP);
    notes.push(replica.activity.note(one));
    expect(stores.sessions.count('prolong')).toBe(1);
    // As after a pause of the whole process.
    await pass(STEP - 1_000);
    const last = Date.now();
    notes.push(replica.activity.note(one), replica.activity.note(one));
    stores.sessions.release('prolong');
    expect(await outcome(Promise.all(notes), 0)).toEqual([true, true, true, true]);
    expect(stores.sessions.count('prolong')).toBe(2);
    expect(stores.sessions.sessions.get('s')?.inactivity?.endsAt).toBeGreaterThanOrEqual(last + LIMIT);
  });

  it('is none once the session has ended here, though the store does not know yet', async () => {
    const { stores, replica, one, note } = open();
    await pass(LIMIT);
    replica.view.markEnded(one, { status: 'STOPPED', endedAt: Date.now(), endedById: one.actorId, endReason: null });
    expect(await note()).toBe(false);
    expect(stores.sessions.count('prolong')).toBe(0);
  });
});

describe('what becomes of a session that looks unused', () => {
  it('is not waited for longer than a look-up, so that it can be stopped', async () => {
    const { stores, replica, one } = open();
    await pass(LIMIT + STEP);
    stores.sessions.behaviour = 'hang';
    expect(await outcome(replica.activity.settle(one), 1_600)).toMatch(/in time/);
  });

  it('is known though the event of its end is slow', async () => {
    const { stores, replica, one } = open();
    await pass(LIMIT + STEP);
    stores.events.behaviour = 'hang';
    expect(await outcome(replica.activity.settle(one), 1_600)).toMatchObject({ status: 'EXPIRED' });
    expect(replica.view.hasEnded('s')).toBe(true);
  });
});
