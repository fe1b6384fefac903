import { beforeAll, describe, expect, it } from 'vitest';
import { ERASED_TEXT, type Store } from '../../src/stores/index.js';
import {
  AWKWARD_TEXT,
  activeSession,
  comparableEvent,
  EPOCH,
  eventChain,
  sha256,
  storedEvent,
} from '../support/store-fixtures.js';
import { type ContractSetting, freshDatabase, freshRivals, race } from './opened-store.js';

const REVOKED = { status: 'REVOKED', endedAt: EPOCH + 9, endedById: 'user_grace', endReason: AWKWARD_TEXT } as const;
const STOPPED = { status: 'STOPPED', endedAt: EPOCH + 9, endedById: 'anna', endReason: null } as const;

export function describeErasure(setting: ContractSetting): void {
  describe('erasure: events', () => {
    const opened = freshDatabase(setting);
    let current: Store;
    const details = { salt: sha256('salt').subarray(0, 16), text: '{"reason":"her own words"}' };
    const people: [string | null, string | null][] = [
      ['anna', 'bert'],
      ['bert', 'anna'],
      ['anna', 'anna'],
      ['anna', null],
      [null, 'anna'],
      ['bert', 'bert'],
      [null, null],
      ['Anna', 'anna '],
    ];
    const written = people.map(([actorId, subjectId], sequence) =>
      storedEvent({ chain: 'erased', sequence, actorId, subjectId, details, signature: sha256('signed') }),
    );
    const bare = storedEvent({ chain: 'erased', sequence: people.length, actorId: 'anna', details: null });
    const expected = [...written, bare].map((event) =>
      comparableEvent(event.actorId === 'anna' || event.subjectId === 'anna' ? { ...event, details: null } : event),
    );
    const stored = async () => (await current.events.chain('erased', 0, 99)).map(comparableEvent);

    beforeAll(async () => {
      current = opened().store;
      await current.events.append([...written, bare]);
    }, setting.timeoutMs);

    it('of somebody who is in no event changes nothing', async () => {
      for (const nobody of ['nobody', '', 'ann', 'anna%', '.*', '$ne']) {
        expect(await current.events.eraseDetails(nobody)).toBe(0);
      }
      expect(await stored()).toEqual([...written, bare].map(comparableEvent));
    });

    it('destroys the details of every event of the person, as actor or subject, counts each once, and changes nothing else', async () => {
      expect(await current.events.eraseDetails('anna')).toBe(5);
      expect(await stored()).toEqual(expected);
      const page = await current.events.page({ actorId: 'anna' }, { limit: 9, direction: 'forward' });
      expect(page.items.map(({ details: left }) => left)).toEqual([null, null, null, null]);
    });

    it('done twice finds nothing to erase', async () => {
      expect(await current.events.eraseDetails('anna')).toBe(0);
      expect(await stored()).toEqual(expected);
    });

    it('takes nothing from the order of appends: an event that is appended again counts as written and stays erased', async () => {
      await current.events.append([...written, bare]);
      expect(await stored()).toEqual(expected);
    });

    it('does not reach events that come later, until it is asked for again', async () => {
      const later = storedEvent({ chain: 'later', actorId: 'anna', details });
      await current.events.append([later]);
      expect((await current.events.get(later.id))?.details).not.toBeNull();
      expect(await current.events.eraseDetails('anna')).toBe(1);
      expect((await current.events.get(later.id))?.details).toBeNull();
    });

    it('is durable', async () => {
      current = await opened().reopen();
      expect(await stored()).toEqual(expected);
      expect(await current.events.eraseDetails('anna')).toBe(0);
    });

    it('reaches all of a thousand events', async () => {
      await current.events.append(eventChain('crowd', 1_000, { actorId: 'crowd', subjectId: 'other', details }));
      expect(await current.events.eraseDetails('crowd')).toBe(1_000);
      const left = await current.events.chain('crowd', 0, 2_000);
      expect(left.filter((event) => event.details !== null)).toEqual([]);
      expect(left).toHaveLength(1_000);
    });
  });

  describe('erasure: sessions', () => {
    const opened = freshDatabase(setting);
    let current: Store;
    const sessions = [
      activeSession({ id: 'active', actorId: 'anna', reason: AWKWARD_TEXT }),
      activeSession({ id: 'revoked', actorId: 'bert', subjectId: 'anna' }),
      activeSession({ id: 'stopped', actorId: 'anna', ticket: null }),
      activeSession({ id: 'both', actorId: 'anna', subjectId: 'anna' }),
      activeSession({ id: 'others', actorId: 'bert', subjectId: 'cleo' }),
      activeSession({ id: 'namesake', actorId: 'Anna', subjectId: 'anna ' }),
    ];
    const stored = async () =>
      new Map((await current.sessions.getMany(sessions.map(({ id }) => id))).map((session) => [session.id, session]));

    beforeAll(async () => {
      current = opened().store;
      for (const session of sessions) await current.sessions.insert(session, 9);
      await current.sessions.end('revoked', REVOKED, { by: 'claim', at: EPOCH });
      await current.sessions.end('stopped', STOPPED, { by: 'claim', at: EPOCH });
      await current.sessions.end('others', REVOKED, { by: 'claim', at: EPOCH });
      await current.sessions.voidStart('void', { by: 'claim', at: EPOCH });
    }, setting.timeoutMs);

    it('replaces reason, end reason and ticket in every session of the person, and changes nothing else', async () => {
      const before = await stored();
      expect(await current.sessions.eraseDetails('anna')).toBe(4);
      const after = await stored();
      const erased = { reason: ERASED_TEXT, ticket: null };
      expect(after.get('active')).toEqual({ ...before.get('active'), ...erased });
      expect(after.get('revoked')).toEqual({ ...before.get('revoked'), ...erased, endReason: ERASED_TEXT });
      expect(after.get('stopped')).toEqual({ ...before.get('stopped'), ...erased });
      expect(after.get('both')).toEqual({ ...before.get('both'), ...erased });
      for (const untouched of ['others', 'namesake']) expect(after.get(untouched)).toEqual(before.get(untouched));
      expect(ERASED_TEXT).toBe('[ERASED]');
    });

    it('done twice finds nothing to erase, and nothing of somebody who is in no session', async () => {
      for (const person of ['anna', 'nobody', '', 'ann']) {
        expect(await current.sessions.eraseDetails(person)).toBe(0);
      }
    });

    it('is durable, and erased sessions live on: they count, end and are claimed as before', async () => {
      const before = await stored();
      current = await opened().reopen();
      expect(await stored()).toEqual(before);
      expect(await current.sessions.countActive('anna', EPOCH)).toBe(2);
      expect(await current.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH * 3 }, 0)).not.toBeNull();
      const ended = await current.sessions.end('active', REVOKED, { by: 'claim', at: EPOCH });
      expect(ended).toEqual({ ...before.get('active'), ...REVOKED });
      expect(await current.sessions.eraseDetails('anna')).toBe(1);
      expect((await current.sessions.get('active'))?.endReason).toBe(ERASED_TEXT);
    });
  });

  describe('erasure: races', () => {
    const rivals = freshRivals(setting);

    it('by 10 callers at once leaves nothing, while others append and none of theirs is lost', async () => {
      const details = { salt: new Uint8Array(16), text: '{}' };
      await rivals()[0].events.append(eventChain('before', 50, { actorId: 'anna', details }));
      const counts = await race(rivals(), 20, async (store, index) => {
        if (index % 4 < 2) return store.events.eraseDetails('anna');
        await store.events.append(eventChain(`during-${index}`, 5, { actorId: 'bert', details }));
        return 0;
      });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
      const erased = await rivals()[0].events.chain('before', 0, 99);
      expect(erased.filter((event) => event.details !== null)).toEqual([]);
      for (const chain of (await rivals()[1].events.chains()).filter((name) => name.startsWith('during'))) {
        const kept = await rivals()[1].events.chain(chain, 0, 9);
        expect(kept.filter((event) => event.details !== null)).toHaveLength(5);
      }
    });
  });
}
