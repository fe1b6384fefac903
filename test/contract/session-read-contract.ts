import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImpersonationSession } from '../../src/domain/impersonation-session.js';
import type { SessionFilter } from '../../src/stores/index.js';
import { activeSession, EPOCH } from '../support/store-fixtures.js';
import { naivePage, sessionKey, sessionMatches } from './naive-model.js';
import { type ContractSetting, freshStore } from './opened-store.js';

export function describeSessionReading(setting: ContractSetting): void {
  describe('sessions: page against a naive model', () => {
    const store = freshStore(setting);
    const actors = ['user_1', 'user_2', 'user_3'];
    const subjects = ['user_7', 'user_8'];
    const status = fc.constantFrom('ACTIVE' as const, 'STOPPED' as const, 'EXPIRED' as const, 'REVOKED' as const);
    const tick = fc.integer({ min: 0, max: 9 }).map((step) => EPOCH + step);
    const all: ImpersonationSession[] = fc
      .sample(
        fc.record({
          status,
          actorId: fc.constantFrom(...actors),
          subjectId: fc.constantFrom(...subjects),
          startedAt: tick,
        }),
        { seed: setting.seed, numRuns: 60 },
      )
      .map((drawn, index) => ({
        ...activeSession({ ...drawn, id: `session-${String((index * 37) % 60).padStart(2, '0')}` }),
        endedAt: drawn.status === 'ACTIVE' ? null : EPOCH + (drawn.status === 'EXPIRED' ? 600_050 : 50) + index,
        endedById: drawn.status === 'STOPPED' ? drawn.actorId : null,
      }));

    beforeAll(async () => {
      for (const session of all) {
        const { status: final, endedAt, endedById } = session;
        await store().sessions.insert({ ...session, status: 'ACTIVE', endedAt: null, endedById: null }, 60);
        if (final === 'ACTIVE') continue;
        await store().sessions.end(
          session.id,
          { status: final, endedAt: endedAt ?? 0, endedById, endReason: null },
          { by: 'claim', at: EPOCH },
        );
      }
      for (let index = 0; index < 10; index++)
        await store().sessions.voidStart(`session-void-${index}`, { by: 'claim', at: EPOCH + index });
    }, setting.timeoutMs);

    it('agrees on any filter, direction, place and limit; void starts never show', async () => {
      const filter: fc.Arbitrary<SessionFilter> = fc.record(
        { status, actorId: fc.constantFrom(...actors, 'nobody'), subjectId: fc.constantFrom(...subjects) },
        { requiredKeys: [] },
      );
      const from = fc.record({
        at: fc.integer({ min: -1, max: 11 }).map((step) => EPOCH + step),
        id: fc.constantFrom(...all.map(({ id }) => id), '', '~'),
      });
      const request = fc.record(
        {
          limit: fc.integer({ min: 0, max: 25 }),
          direction: fc.constantFrom('forward' as const, 'backward' as const),
          from,
        },
        { requiredKeys: ['limit', 'direction'] },
      );
      await fc.assert(
        fc.asyncProperty(filter, request, async (where, page) => {
          const matching = all.filter((session) => sessionMatches(session, where));
          expect(await store().sessions.page(where, page)).toEqual(naivePage(matching, sessionKey, page));
        }),
        { seed: setting.seed, numRuns: setting.modelRuns },
      );
    });

    it('shows an ACTIVE session whose time has run out as ACTIVE: the stored status decides', async () => {
      const longOver = activeSession({ id: 'long over', actorId: 'late', startedAt: 1, expiresAt: 2 });
      await store().sessions.insert(longOver, 1);
      const filter = { actorId: 'late', status: 'ACTIVE' as const };
      expect(await store().sessions.page(filter, { limit: 5, direction: 'forward' })).toEqual({
        items: [longOver],
        hasMore: false,
      });
      expect(
        (await store().sessions.page({ ...filter, status: 'EXPIRED' }, { limit: 5, direction: 'forward' })).items,
      ).toEqual([]);
    });
  });
}
