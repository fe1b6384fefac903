import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionEnding } from '../../src/domain/impersonation-session.js';
import type { UnrecordedEnd } from '../../src/stores/index.js';
import { AWKWARD_TEXT, activeSession, EPOCH } from '../support/store-fixtures.js';
import { type ContractSetting, freshRivals, freshStore, race } from './opened-store.js';

const STOPPED: SessionEnding = { status: 'STOPPED', endedAt: EPOCH + 1000, endedById: 'user_ada', endReason: null };

const idOf = (end: UnrecordedEnd) => (end.kind === 'ended' ? end.session.id : end.id);

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
        expect(await sessions().end(session.id, ending, { by: 'claim', at: EPOCH })).toEqual({ ...session, ...ending });
        expect(await sessions().get(session.id)).toEqual({ ...session, ...ending });
      });
    }

    it('answers null for a session that has ended or never was, and changes nothing', async () => {
      const session = await start('ended');
      await sessions().end('ended', STOPPED, { by: 'claim', at: EPOCH });
      expect(
        await sessions().end(
          'ended',
          { ...STOPPED, status: 'REVOKED', endedAt: EPOCH + 9 },
          { by: 'claim', at: EPOCH },
        ),
      ).toBeNull();
      expect(await sessions().get('ended')).toEqual({ ...session, ...STOPPED });
      expect(await sessions().end('no such session', STOPPED, { by: 'claim', at: EPOCH })).toBeNull();
      expect(await sessions().get('no such session')).toBeNull();
    });

    it('lets nobody stop or revoke what has expired, nor expire what has not, whatever their clock says', async () => {
      const session = await start('in time');
      const claim = { by: 'claim', at: EPOCH };
      const at = (status: SessionEnding['status'], endedAt: number): SessionEnding => ({ ...STOPPED, status, endedAt });
      for (const early of [session.expiresAt - 1, 0]) {
        expect(await sessions().end(session.id, at('EXPIRED', early), claim)).toBeNull();
      }
      for (const late of [session.expiresAt, session.expiresAt + 5_000]) {
        expect(await sessions().end(session.id, at('STOPPED', late), claim)).toBeNull();
        expect(await sessions().end(session.id, at('REVOKED', late), claim)).toBeNull();
      }
      expect(await sessions().get(session.id)).toEqual(session);
      expect((await sessions().end(session.id, at('EXPIRED', session.expiresAt), claim))?.status).toBe('EXPIRED');
      const other = await start('just in time');
      expect((await sessions().end(other.id, at('STOPPED', other.expiresAt - 1), claim))?.status).toBe('STOPPED');
    });

    it('elects exactly one of 20 concurrent callers, and it is the one whose ending stands', async () => {
      const session = await start('contested');
      const ended = await race(rivals(), 20, (store, index) =>
        store.sessions.end(
          'contested',
          { ...STOPPED, endedAt: EPOCH + index, endedById: `caller-${index}` },
          { by: 'claim', at: EPOCH },
        ),
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
      await sessions().end(id, STOPPED, { by: 'claim', at: claimedAt });
    };
    const drain = async () => {
      const drained: string[] = [];
      for (let next = await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH * 3 }, 0); next; ) {
        const id = idOf(next);
        drained.push(id);
        await sessions().confirmEndRecorded(id);
        next = await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH * 3 }, 0);
      }
      return drained;
    };

    it('are nobody else’s while the claim of the one who ended the session is fresh', async () => {
      await endedAt('fresh', EPOCH);
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH }, lease)).toBeNull();
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH + lease }, lease)).toBeNull();
      expect(await drain()).toEqual(['fresh']);
    });

    it('are taken over once that claim is older than the lease, and then again only after another lease', async () => {
      await endedAt('stale', EPOCH);
      const takenAt = EPOCH + lease + 1;
      const session = activeSession({ id: 'stale', actorId: 'actor of stale' });
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: takenAt }, lease)).toEqual({
        kind: 'ended',
        session: { ...session, ...STOPPED },
      });
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: takenAt }, lease)).toBeNull();
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: takenAt + lease }, lease)).toBeNull();
      const taken = await sessions().claimUnrecordedEnd({ by: 'taker', at: takenAt + lease + 1 }, lease);
      expect(taken && idOf(taken)).toBe('stale');
      expect(await drain()).toEqual(['stale']);
    });

    it('are done with once confirmed; confirming twice does no harm', async () => {
      await endedAt('confirmed', EPOCH);
      await sessions().confirmEndRecorded('confirmed');
      await sessions().confirmEndRecorded('confirmed');
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH * 3 }, lease)).toBeNull();
      expect((await sessions().get('confirmed'))?.status).toBe('STOPPED');
    });

    it('stay with whoever renews the claim, and only with them', async () => {
      await endedAt('renewed', EPOCH);
      expect(await sessions().renewEndClaim('renewed', { by: 'another', at: EPOCH + lease })).toBe(false);
      expect(await sessions().renewEndClaim('renewed', { by: 'claim', at: EPOCH + lease })).toBe(true);
      expect(await rivals()[1].sessions.renewEndClaim('renewed', { by: 'claim', at: EPOCH + lease })).toBe(true);
      const taker = { by: 'taker', at: EPOCH + 2 * lease };
      expect(await sessions().claimUnrecordedEnd(taker, lease)).toBeNull();
      expect(await sessions().claimUnrecordedEnd({ ...taker, at: taker.at + 1 }, lease)).not.toBeNull();
      expect(await sessions().renewEndClaim('renewed', { by: 'claim', at: EPOCH + 3 * lease })).toBe(false);
      expect(await sessions().renewEndClaim('renewed', { by: 'taker', at: EPOCH })).toBe(true);
      await sessions().confirmEndRecorded('renewed');
      expect(await sessions().renewEndClaim('renewed', { by: 'taker', at: EPOCH })).toBe(false);
      expect(await sessions().renewEndClaim('never was', { by: 'taker', at: EPOCH })).toBe(false);
      expect(await drain()).toEqual([]);
    });

    it('have one holder each, whether 20 renew, take over or confirm at once', async () => {
      for (let round = 0; round < 5; round++) {
        const id = `held-${round}`;
        await endedAt(id, EPOCH);
        const at = EPOCH + lease + 1;
        const answers = await race(rivals(), 20, async (store, index) =>
          index % 2 === 0
            ? (await store.sessions.renewEndClaim(id, { by: 'claim', at })) && 'claim'
            : (await store.sessions.claimUnrecordedEnd({ by: `taker-${index}`, at }, lease)) && `taker-${index}`,
        );
        const takers = answers.filter((answer) => String(answer).startsWith('taker'));
        expect(takers.length).toBeLessThanOrEqual(1);
        const holders = ['claim', ...answers.map((_, index) => `taker-${index}`)];
        const holding = [];
        for (const by of holders) if (await sessions().renewEndClaim(id, { by, at })) holding.push(by);
        expect(holding).toEqual(takers.length === 1 ? takers : ['claim']);
        await sessions().confirmEndRecorded(id);
      }
    });

    it('include those of starts that are void, under the same rules', async () => {
      expect(await sessions().voidStart('void', { by: 'claim', at: EPOCH })).toBe(true);
      expect(await sessions().voidStart('void', { by: 'another', at: EPOCH })).toBe(false);
      expect(await sessions().renewEndClaim('void', { by: 'another', at: EPOCH })).toBe(false);
      expect(await sessions().renewEndClaim('void', { by: 'claim', at: EPOCH + 1 })).toBe(true);
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH + lease + 1 }, lease)).toBeNull();
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH + lease + 2 }, lease)).toEqual({
        kind: 'void',
        id: 'void',
      });
      expect(await sessions().renewEndClaim('void', { by: 'claim', at: EPOCH })).toBe(false);
      await sessions().confirmEndRecorded('void');
      expect(await drain()).toEqual([]);
      expect(await sessions().voidStart('void', { by: 'claim', at: EPOCH })).toBe(false);
    });

    it('are never those of a session that is still ACTIVE, even past its expiry', async () => {
      await sessions().insert(activeSession({ id: 'alive', actorId: 'alive' }), 1);
      expect(await sessions().claimUnrecordedEnd({ by: 'taker', at: EPOCH * 3 }, 0)).toBeNull();
      await sessions().end('alive', STOPPED, { by: 'claim', at: EPOCH });
      expect(await drain()).toEqual(['alive']);
    });

    it('go to one caller each when 20 claim at once, and none is lost', async () => {
      const ids = Array.from({ length: 6 }, (_, index) => `crowd-${index}`);
      for (const id of ids) await endedAt(id, EPOCH);
      const claimed = await race(rivals(), 20, (store) =>
        store.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH + lease + 1 }, lease),
      );
      const taken = claimed.flatMap((session) => (session === null ? [] : [idOf(session)]));
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
      await store().sessions.voidStart('void', { by: 'claim', at: EPOCH });
      await store().sessions.end('due-x', { ...STOPPED, endedAt: EPOCH + 299 }, { by: 'claim', at: EPOCH });
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

    it('remember how far the search for void starts has come: the last word, whoever said it', async () => {
      const { sessions } = store();
      expect(await sessions.startsSettledUpTo()).toBeNull();
      for (const at of [EPOCH + 9, EPOCH, EPOCH + 5]) {
        await sessions.setStartsSettledUpTo(at);
        expect(await sessions.startsSettledUpTo()).toBe(at);
      }
      const { items } = await sessions.page({}, { limit: 50, direction: 'forward' });
      expect(items).toHaveLength(6);
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
