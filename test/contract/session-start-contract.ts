import { describe, expect, it } from 'vitest';
import { AWKWARD_TEXT, activeSession, EPOCH } from '../support/store-fixtures.js';
import { type ContractSetting, freshRivals, freshStore, race } from './opened-store.js';

const STOPPED = { status: 'STOPPED', endedAt: EPOCH + 1000, endedById: 'user_ada', endReason: null } as const;

export function describeSessionStarting(setting: ContractSetting): void {
  describe('sessions: insert', () => {
    const store = freshStore(setting);
    const insert = (id: string, actorId: string, activeLimit = 3) =>
      store().sessions.insert(activeSession({ id, actorId }), activeLimit);

    it('stores a session and gives back every field as it was written', async () => {
      const full = activeSession({
        id: 'full',
        actorId: 'fields',
        access: 'FULL',
        reason: AWKWARD_TEXT,
        ticket: AWKWARD_TEXT,
      });
      const bare = activeSession({
        id: 'bare',
        actorId: 'fields',
        ticket: null,
        authentication: { issuer: AWKWARD_TEXT, authTime: null, amr: [] },
      });
      for (const session of [full, bare]) {
        expect(await store().sessions.insert(session, 3)).toBe('stored');
        expect(await store().sessions.get(session.id)).toEqual(session);
      }
    });

    it('answers null for an id it does not have', async () => {
      expect(await store().sessions.get('no such session')).toBeNull();
    });

    it('gives those of many ids that exist, each once', async () => {
      await insert('many-1', 'many');
      await insert('many-2', 'many');
      const found = await store().sessions.getMany(['many-2', 'missing', 'many-1', 'many-2']);
      expect(found.map((session) => session.id).sort()).toEqual(['many-1', 'many-2']);
      expect(found.find((session) => session.id === 'many-1')).toEqual(
        activeSession({ id: 'many-1', actorId: 'many' }),
      );
      expect(await store().sessions.getMany([])).toEqual([]);
    });

    it('answers `duplicate` for a taken id, keeps what is stored and uses up no slot', async () => {
      expect(await insert('taken', 'first')).toBe('stored');
      expect(await insert('taken', 'second', 2)).toBe('duplicate');
      expect(await insert('taken', 'first')).toBe('duplicate');
      expect((await store().sessions.get('taken'))?.actorId).toBe('first');
      expect(await insert('second-1', 'second', 2)).toBe('stored');
      expect(await insert('second-2', 'second', 2)).toBe('stored');
      expect(await insert('second-3', 'second', 2)).toBe('limit');
    });

    it('answers `duplicate` for the id of a session that has ended', async () => {
      await insert('over', 'over');
      await store().sessions.end('over', STOPPED, { by: 'claim', at: EPOCH });
      expect(await insert('over', 'over')).toBe('duplicate');
      expect((await store().sessions.get('over'))?.status).toBe('STOPPED');
    });

    it('answers `limit` beyond the limit and stores nothing; another actor is not concerned', async () => {
      for (const id of ['l-1', 'l-2', 'l-3']) expect(await insert(id, 'limited')).toBe('stored');
      expect(await insert('l-4', 'limited')).toBe('limit');
      expect(await store().sessions.get('l-4')).toBeNull();
      expect(await store().sessions.countActive('limited', EPOCH)).toBe(3);
      expect(await insert('l-5', 'somebody else')).toBe('stored');
    });

    it('stores nothing where the limit is 0', async () => {
      expect(await insert('zero', 'zero', 0)).toBe('limit');
      expect(await store().sessions.get('zero')).toBeNull();
    });

    it('frees the slot of a session that ends, whichever it is', async () => {
      for (const id of ['f-1', 'f-2', 'f-3']) await insert(id, 'freeing');
      for (const [ending, next] of [
        ['f-2', 'f-4'],
        ['f-4', 'f-5'],
        ['f-1', 'f-6'],
      ] as const) {
        expect(await insert(next, 'freeing')).toBe('limit');
        await store().sessions.end(ending, STOPPED, { by: 'claim', at: EPOCH });
        expect(await insert(next, 'freeing')).toBe('stored');
      }
      expect(await insert('f-7', 'freeing')).toBe('limit');
    });

    it('counts every session that is still ACTIVE, also when the limit was lowered or the time has run out', async () => {
      for (const id of ['n-1', 'n-2', 'n-3', 'n-4']) await insert(id, 'lowered', 4);
      await store().sessions.end('n-1', STOPPED, { by: 'claim', at: EPOCH });
      await store().sessions.end('n-3', STOPPED, { by: 'claim', at: EPOCH });
      expect(await insert('n-5', 'lowered', 2)).toBe('limit');
      expect(await insert('n-6', 'lowered', 3)).toBe('stored');
      await store().sessions.insert(activeSession({ id: 'n-7', actorId: 'past', startedAt: 0 }), 1);
      expect(await insert('n-8', 'past', 1)).toBe('limit');
    });
  });

  describe('sessions: concurrent inserts', () => {
    const rivals = freshRivals(setting);
    const insert = (id: (index: number) => string, actorId: string, limit: number, count = 20) =>
      race(rivals(), count, (store, index) => store.sessions.insert(activeSession({ id: id(index), actorId }), limit));

    it('stores exactly as many of 20 as the limit allows', async () => {
      const answers = await insert((index) => `c-${index}`, 'crowd', 3);
      expect(answers.filter((answer) => answer === 'stored')).toHaveLength(3);
      expect(answers.filter((answer) => answer === 'limit')).toHaveLength(17);
      const held = await rivals()[1].sessions.getMany(answers.map((_, index) => `c-${index}`));
      expect(held.map((session) => session.id).sort()).toEqual(
        answers.flatMap((answer, index) => (answer === 'stored' ? [`c-${index}`] : [])).sort(),
      );
    });

    it('gives one freed slot to exactly one of 20', async () => {
      for (const id of ['s-1', 's-2', 's-3'])
        await rivals()[0].sessions.insert(activeSession({ id, actorId: 'slots' }), 3);
      await rivals()[1].sessions.end('s-2', STOPPED, { by: 'claim', at: EPOCH });
      const answers = await insert((index) => `s-again-${index}`, 'slots', 3);
      expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
    });

    it('stores one id once', async () => {
      const answers = await insert(() => 'only', 'once', 20);
      expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'duplicate')).toHaveLength(19);
      expect(await rivals()[0].sessions.countActive('once', EPOCH)).toBe(1);
    });

    it('never holds more than the limit while sessions start and end at once', async () => {
      for (const id of ['t-0', 't-1', 't-2'])
        await rivals()[0].sessions.insert(activeSession({ id, actorId: 'turn' }), 3);
      const answers = await race(rivals(), 20, (store, index) =>
        index % 4 === 3 && index < 12
          ? store.sessions.end(`t-${(index - 3) / 4}`, STOPPED, { by: 'claim', at: EPOCH }).then(() => 'ended' as const)
          : store.sessions.insert(activeSession({ id: `t-new-${index}`, actorId: 'turn' }), 3),
      );
      const stored = answers.filter((answer) => answer === 'stored').length;
      expect(stored).toBeLessThanOrEqual(3);
      expect(await rivals()[0].sessions.countActive('turn', EPOCH)).toBe(stored);
      const refill = await insert((index) => `t-last-${index}`, 'turn', 3, 8);
      expect(refill.filter((answer) => answer === 'stored')).toHaveLength(3 - stored);
    });
  });

  describe('sessions: starts that are void', () => {
    const rivals = freshRivals(setting);
    const sessions = () => rivals()[0].sessions;

    it('takes the id once: the late insert of it answers `duplicate`', async () => {
      expect(await sessions().voidStart('void-1', { by: 'claim', at: EPOCH })).toBe(true);
      expect(await sessions().voidStart('void-1', { by: 'claim', at: EPOCH + 1 })).toBe(false);
      expect(await sessions().insert(activeSession({ id: 'void-1', actorId: 'void' }), 1)).toBe('duplicate');
      expect(await sessions().insert(activeSession({ id: 'void-2', actorId: 'void' }), 1)).toBe('stored');
    });

    it('answers false for the id of a session, active or ended, and leaves it as it is', async () => {
      const session = activeSession({ id: 'real', actorId: 'real' });
      await sessions().insert(session, 1);
      expect(await sessions().voidStart('real', { by: 'claim', at: EPOCH })).toBe(false);
      expect(await sessions().get('real')).toEqual(session);
      await sessions().end('real', STOPPED, { by: 'claim', at: EPOCH });
      expect(await sessions().voidStart('real', { by: 'claim', at: EPOCH })).toBe(false);
    });

    it('never shows a void start anywhere, and nothing can end it', async () => {
      await sessions().voidStart('hidden', { by: 'claim', at: EPOCH });
      expect(await sessions().get('hidden')).toBeNull();
      expect(await sessions().getMany(['hidden'])).toEqual([]);
      for (const direction of ['forward', 'backward'] as const) {
        const { items } = await sessions().page({}, { limit: 50, direction });
        expect(items.map(({ id }) => id)).not.toContain('hidden');
      }
      expect(await sessions().end('hidden', STOPPED, { by: 'claim', at: EPOCH })).toBeNull();
      const due = await sessions().dueForExpiry(EPOCH * 2, 50);
      expect(due.map(({ id }) => id)).not.toContain('hidden');
    });

    it('is true for exactly one of 20 callers', async () => {
      const answers = await race(rivals(), 20, (store) =>
        store.sessions.voidStart('raced', { by: 'claim', at: EPOCH }),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    it('is won either by the insert or by the void start, never by both and never by neither', async () => {
      for (let round = 0; round < 10; round++) {
        const id = `duel-${round}`;
        const insert = () => rivals()[0].sessions.insert(activeSession({ id, actorId: id }), 1);
        const voidStart = () => rivals()[1].sessions.voidStart(id, { by: 'claim', at: EPOCH });
        const [inserted, voided] =
          round % 2 === 0
            ? await Promise.all([insert(), voidStart()])
            : await Promise.all([voidStart(), insert()]).then(([first, second]) => [second, first] as const);
        expect([inserted, voided]).toEqual(voided ? ['duplicate', true] : ['stored', false]);
        expect((await sessions().get(id)) === null).toBe(voided);
      }
    });
  });
}
