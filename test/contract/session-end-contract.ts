import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionEnding } from '../../src/domain/impersonation-session.js';
import { AWKWARD_TEXT, activeSession, EPOCH } from '../support/store-fixtures.js';
import { type ContractSetting, freshRivals, freshStore, race } from './opened-store.js';

const STOPPED: SessionEnding = { status: 'STOPPED', endedAt: EPOCH + 1000, endedById: 'user_ada', endReason: null };

export function describeSessionEnding(setting: ContractSetting): void {
  describe('sessions: end', () => {
    const rivals = freshRivals(setting);
    const sessions = () => rivals()[0].sessions;
    const start = async (id: string) => {
      const session = activeSession({ id, actorId: `actor of ${id}` });
      await sessions().insert(session, 1);
      return session;
    };
    const endings: SessionEnding[] = [
      STOPPED,
      { status: 'EXPIRED', endedAt: EPOCH + 600_000, endedById: null, endReason: null },
      { status: 'REVOKED', endedAt: EPOCH + 5, endedById: 'user_grace', endReason: AWKWARD_TEXT },
    ];
    for (const ending of endings) {
      it(`returns the session as it now stands when it is ${ending.status}`, async () => {
        const session = await start(`end-${ending.status}`);
        expect(await sessions().end(session.id, ending, EPOCH)).toEqual({ ...session, ...ending });
        expect(await sessions().get(session.id)).toEqual({ ...session, ...ending });
      });
    }

    it('answers null for a session that has ended or never was, and changes nothing', async () => {
      const session = await start('ended');
      await sessions().end('ended', STOPPED, EPOCH);
      expect(await sessions().end('ended', { ...STOPPED, status: 'REVOKED', endedAt: EPOCH + 9 }, EPOCH)).toBeNull();
      expect(await sessions().get('ended')).toEqual({ ...session, ...STOPPED });
      expect(await sessions().end('no such session', STOPPED, EPOCH)).toBeNull();
      expect(await sessions().get('no such session')).toBeNull();
    });

    it('elects exactly one of 20 concurrent callers, and it is the one whose ending stands', async () => {
      const session = await start('contested');
      const ended = await race(rivals(), 20, (store, index) =>
        store.sessions.end('contested', { ...STOPPED, endedAt: EPOCH + index, endedById: `caller-${index}` }, EPOCH),
      );
      const winners = ended.flatMap((result, index) => (result === null ? [] : [{ result, index }]));
      expect(winners).toHaveLength(1);
      const expected = {
        ...session,
        ...STOPPED,
        endedAt: EPOCH + winners[0]!.index,
        endedById: `caller-${winners[0]!.index}`,
      };
      expect(winners[0]!.result).toEqual(expected);
      expect(await sessions().get('contested')).toEqual(expected);
    });
  });

  describe('sessions: end events that are not recorded yet', () => {
    const rivals = freshRivals(setting);
    const sessions = () => rivals()[0].sessions;
    const lease = 10_000;
    const endedAt = async (id: string, claimedAt: number) => {
      await sessions().insert(activeSession({ id, actorId: `actor of ${id}` }), 1);
      await sessions().end(id, STOPPED, claimedAt);
    };
    const drain = async () => {
      const drained: string[] = [];
      for (let next = await sessions().claimUnrecordedEnd(EPOCH * 3, 0); next; ) {
        drained.push(next.id);
        await sessions().confirmEndRecorded(next.id);
        next = await sessions().claimUnrecordedEnd(EPOCH * 3, 0);
      }
      return drained;
    };

    it('are nobody else’s while the claim of the one who ended the session is fresh', async () => {
      await endedAt('fresh', EPOCH);
      expect(await sessions().claimUnrecordedEnd(EPOCH, lease)).toBeNull();
      expect(await sessions().claimUnrecordedEnd(EPOCH + lease, lease)).toBeNull();
      expect(await drain()).toEqual(['fresh']);
    });

    it('are taken over once that claim is older than the lease, and then again only after another lease', async () => {
      await endedAt('stale', EPOCH);
      const takenAt = EPOCH + lease + 1;
      const session = activeSession({ id: 'stale', actorId: 'actor of stale' });
      expect(await sessions().claimUnrecordedEnd(takenAt, lease)).toEqual({ ...session, ...STOPPED });
      expect(await sessions().claimUnrecordedEnd(takenAt, lease)).toBeNull();
      expect(await sessions().claimUnrecordedEnd(takenAt + lease, lease)).toBeNull();
      expect((await sessions().claimUnrecordedEnd(takenAt + lease + 1, lease))?.id).toBe('stale');
      expect(await drain()).toEqual(['stale']);
    });

    it('are done with once confirmed; confirming twice does no harm', async () => {
      await endedAt('confirmed', EPOCH);
      await sessions().confirmEndRecorded('confirmed');
      await sessions().confirmEndRecorded('confirmed');
      expect(await sessions().claimUnrecordedEnd(EPOCH * 3, lease)).toBeNull();
      expect((await sessions().get('confirmed'))?.status).toBe('STOPPED');
    });

    it('are never those of a session that is still ACTIVE, even past its expiry', async () => {
      await sessions().insert(activeSession({ id: 'alive', actorId: 'alive' }), 1);
      expect(await sessions().claimUnrecordedEnd(EPOCH * 3, 0)).toBeNull();
      await sessions().end('alive', STOPPED, EPOCH);
      expect(await drain()).toEqual(['alive']);
    });

    it('go to one caller each when 20 claim at once, and none is lost', async () => {
      const ids = Array.from({ length: 6 }, (_, index) => `crowd-${index}`);
      for (const id of ids) await endedAt(id, EPOCH);
      const claimed = await race(rivals(), 20, (store) => store.sessions.claimUnrecordedEnd(EPOCH + lease + 1, lease));
      const taken = claimed.flatMap((session) => (session === null ? [] : [session.id]));
      expect(new Set(taken).size).toBe(taken.length);
      expect((await drain()).sort()).toEqual(ids);
    });
  });

  describe('sessions: expiry and counts', () => {
    const store = freshStore(setting);
    const started = [
      { id: 'due-b', expiresAt: EPOCH + 500 },
      { id: 'due-d', expiresAt: EPOCH + 100 },
      { id: 'due-x', expiresAt: EPOCH + 300 },
      { id: 'due-a', expiresAt: EPOCH + 200 },
      { id: 'due-e', expiresAt: EPOCH + 400 },
    ];
    const due = async (now: number, limit = 50) =>
      (await store().sessions.dueForExpiry(now, limit)).map(({ id }) => id);

    beforeAll(async () => {
      for (const [index, change] of started.entries()) {
        await store().sessions.insert(activeSession({ ...change, actorId: 'counted', startedAt: EPOCH + index }), 5);
      }
      await store().sessions.insert(activeSession({ id: 'other', actorId: 'other', expiresAt: EPOCH + 9999 }), 5);
      await store().sessions.voidStart('void', EPOCH);
      await store().sessions.end('due-x', STOPPED, EPOCH);
      await store().sessions.confirmEndRecorded('due-x');
    }, setting.timeoutMs);

    it('lists ACTIVE sessions with expiresAt <= now, oldest first, at most `limit`', async () => {
      expect(await due(EPOCH + 99)).toEqual([]);
      expect(await due(EPOCH + 100)).toEqual(['due-d']);
      expect(await due(EPOCH + 450)).toEqual(['due-d', 'due-a', 'due-e']);
      expect(await due(EPOCH + 5000)).toEqual(['due-d', 'due-a', 'due-e', 'due-b']);
      expect(await due(EPOCH + 5000, 2)).toEqual(['due-d', 'due-a']);
      expect((await store().sessions.dueForExpiry(EPOCH + 100, 5))[0]).toEqual(
        activeSession({ id: 'due-d', actorId: 'counted', startedAt: EPOCH + 1, expiresAt: EPOCH + 100 }),
      );
    });

    it('counts as active what is ACTIVE and not past its expiry', async () => {
      const { countActive } = store().sessions;
      const count = countActive.bind(store().sessions);
      expect(await count('counted', EPOCH)).toBe(4);
      expect(await count('counted', EPOCH + 99)).toBe(4);
      expect(await count('counted', EPOCH + 100)).toBe(3);
      expect(await count('counted', EPOCH + 450)).toBe(1);
      expect(await count('counted', EPOCH + 500)).toBe(0);
      expect(await count('other', EPOCH + 500)).toBe(1);
      expect(await count('nobody', EPOCH)).toBe(0);
    });

    it('counts as started what has startedAt >= since, ended ones included', async () => {
      const count = store().sessions.countStartedSince.bind(store().sessions);
      expect(await count('counted', 0)).toBe(5);
      expect(await count('counted', EPOCH + 2)).toBe(3);
      expect(await count('counted', EPOCH + 4)).toBe(1);
      expect(await count('counted', EPOCH + 5)).toBe(0);
      expect(await count('nobody', 0)).toBe(0);
    });
  });
}
