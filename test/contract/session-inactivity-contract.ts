import { describe, expect, it } from 'vitest';
import type { SessionEnding } from '../../src/domain/impersonation-session.js';
import { activeSession, EPOCH } from '../support/store-fixtures.js';
import { type ContractSetting, freshRivals, race } from './opened-store.js';

const CLAIM = { by: 'claim', at: EPOCH };

export function describeSessionInactivity(setting: ContractSetting): void {
  describe('sessions: want of activity', () => {
    const rivals = freshRivals(setting);
    const sessions = () => rivals()[0].sessions;
    const start = async (id: string, endsAt = EPOCH + 60_000) => {
      const session = activeSession({ id, actorId: `actor of ${id}`, inactivity: { limitMs: 60_000, endsAt } });
      await sessions().insert(session, 1);
      return session;
    };
    const unused = (endedAt: number): SessionEnding => ({
      status: 'EXPIRED',
      endedAt,
      endedById: null,
      endReason: 'INACTIVITY',
    });

    it('is kept with the session, and moved on, never back', async () => {
      const session = await start('kept');
      expect(await sessions().get('kept')).toEqual(session);
      const later = { ...session, inactivity: { limitMs: 60_000, endsAt: EPOCH + 70_000 } };
      expect(await sessions().prolong('kept', EPOCH + 10_000, EPOCH + 70_000)).toEqual(later);
      expect(await sessions().prolong('kept', EPOCH + 10_000, EPOCH + 65_000)).toEqual(later);
      expect(await rivals()[1].sessions.get('kept')).toEqual(later);
    });

    it('no activity comes after the time, after the end, or to a session without a limit', async () => {
      await start('late');
      expect(await sessions().prolong('late', EPOCH + 60_000, EPOCH + 120_000)).toBeNull();
      expect(await sessions().prolong('late', EPOCH + 600_000, EPOCH + 700_000)).toBeNull();
      await sessions().end('late', unused(EPOCH + 60_000), CLAIM);
      expect(await sessions().prolong('late', EPOCH + 1, EPOCH + 120_000)).toBeNull();
      expect((await sessions().get('late'))?.status).toBe('EXPIRED');
      await sessions().insert(activeSession({ id: 'endless', actorId: 'endless' }), 1);
      expect(await sessions().prolong('endless', EPOCH + 1, EPOCH + 120_000)).toBeNull();
      expect(await sessions().end('endless', unused(EPOCH + 1), CLAIM)).toBeNull();
      expect(await sessions().prolong('no such session', EPOCH, EPOCH + 1)).toBeNull();
    });

    it('ends no session that another has seen used, and none by its fixed time', async () => {
      const session = await start('used');
      await sessions().prolong('used', EPOCH + 59_999, EPOCH + 119_999);
      expect(await sessions().end('used', unused(EPOCH + 60_000), CLAIM)).toBeNull();
      expect(await sessions().end('used', unused(session.expiresAt), CLAIM)).toBeNull();
      expect(await sessions().end('used', unused(EPOCH + 119_999), CLAIM)).toMatchObject(unused(EPOCH + 119_999));
    });

    it('makes a session due, the longest due first, each once', async () => {
      const due = async (now: number, limit = 50) =>
        (await sessions().dueForExpiry(now, limit)).map(({ id }) => id).filter((id) => id.startsWith('due-'));
      await start('due-b', EPOCH + 200);
      await start('due-a', EPOCH + 100);
      await start('due-c', EPOCH + 900_000);
      expect(await due(EPOCH + 99)).toEqual([]);
      expect(await due(EPOCH + 100)).toEqual(['due-a']);
      expect(await due(EPOCH + 200)).toEqual(['due-a', 'due-b']);
      expect(await due(EPOCH + 200, 1)).toEqual(['due-a']);
      expect(await due(EPOCH + 600_000)).toEqual(['due-a', 'due-b', 'due-c']);
    });

    it('an unused session takes no place of the actor, before anything has swept it', async () => {
      await start('counted', EPOCH + 100);
      const count = (now: number) => sessions().countActive('actor of counted', now);
      expect([await count(EPOCH + 99), await count(EPOCH + 100)]).toEqual([1, 0]);
      await sessions().insert(activeSession({ id: 'endless too', actorId: 'actor of counted' }), 2);
      expect(await count(EPOCH + 100)).toBe(1);
    });

    it('whoever uses it at once with others is told that it goes on, and the latest time stands', async () => {
      await start('shared');
      const told = await race(rivals(), 20, (store, index) =>
        store.sessions.prolong('shared', EPOCH + 1_000, EPOCH + 70_000 + index),
      );
      expect(told.every((session) => (session?.inactivity?.endsAt ?? 0) >= EPOCH + 70_000)).toBe(true);
      expect((await sessions().get('shared'))?.inactivity?.endsAt).toBe(EPOCH + 70_019);
    });

    it('of 20 that use it and end it at once the store has one word, and it is kept', async () => {
      for (let round = 0; round < 5; round++) {
        const id = `torn-${round}`;
        await start(id);
        await race(rivals(), 20, (store, index) =>
          index % 2 === 0
            ? store.sessions.prolong(id, EPOCH + 50_000, EPOCH + 120_000)
            : store.sessions.end(id, unused(EPOCH + 60_000), { by: `claim-${index}`, at: EPOCH }),
        );
        const now = await sessions().get(id);
        const used = now?.inactivity?.endsAt === EPOCH + 120_000;
        expect(now?.status).toBe(used ? 'ACTIVE' : 'EXPIRED');
      }
    });
  });
}
