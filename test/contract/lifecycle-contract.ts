import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { activeSession, comparableEvent, directoryUser, EPOCH, eventChain } from '../support/store-fixtures.js';
import { type ContractSetting, freshDatabase } from './opened-store.js';

const STOPPED = { status: 'STOPPED', endedAt: EPOCH + 1000, endedById: 'user_ada', endReason: null } as const;

export function describeLifecycle(setting: ContractSetting): void {
  describe('open, ping, close', () => {
    const opened = freshDatabase(setting);

    it('answers a ping and names its kind in one word', async () => {
      await opened().store.ping();
      expect(opened().store.kind).toMatch(/^[a-z]+$/);
    });

    it('keeps events, sessions, claims, void starts and users over close and reopen', async () => {
      const before = opened().store;
      const events = eventChain('kept', 12, {
        details: { salt: new Uint8Array(16).fill(255), text: '{"reason":"ü"}' },
      });
      const session = activeSession({ id: 'kept', actorId: 'keeper' });
      const user = directoryUser({ id: 'kept' });
      await before.events.append(events);
      await before.sessions.insert(session, 2);
      await before.sessions.insert(activeSession({ id: 'ended', actorId: 'keeper' }), 2);
      await before.sessions.end('ended', STOPPED, EPOCH);
      await before.sessions.voidStart('void', EPOCH);
      await before.seedUsers([user]);

      const after = await opened().reopen();
      expect((await after.events.chain('kept', 0, 50)).map(comparableEvent)).toEqual(events.map(comparableEvent));
      expect(await after.sessions.get('kept')).toEqual(session);
      expect((await after.sessions.get('ended'))?.status).toBe('STOPPED');
      expect(await after.sessions.voidStart('void', EPOCH)).toBe(false);
      expect(await after.sessions.get('void')).toBeNull();
      expect(await after.users.findByIds(['kept'])).toEqual([user]);
      expect(await after.sessions.insert(activeSession({ id: 'next', actorId: 'keeper' }), 2)).toBe('stored');
      expect(await after.sessions.insert(activeSession({ id: 'over', actorId: 'keeper' }), 2)).toBe('limit');
      expect(await after.sessions.claimUnrecordedEnd(EPOCH, 1000)).toBeNull();
      expect((await after.sessions.claimUnrecordedEnd(EPOCH + 1001, 1000))?.id).toBe('ended');
      await after.events.append(events);
      expect(await after.events.chains()).toEqual(['kept']);
    });
  });

  describe('a store that has been closed', () => {
    const opened = freshDatabase(setting);
    const calls: [string, (store: Store) => Promise<unknown>][] = [
      ['ping', (store) => store.ping()],
      ['seedUsers', (store) => store.seedUsers([directoryUser()])],
      ['events.append', (store) => store.events.append(eventChain('late', 1))],
      ['events.get', (store) => store.events.get('late')],
      ['events.page', (store) => store.events.page({}, { limit: 1, direction: 'forward' })],
      ['events.chain', (store) => store.events.chain('late', 0, 1)],
      ['events.chains', (store) => store.events.chains()],
      ['sessions.insert', (store) => store.sessions.insert(activeSession(), 1)],
      ['sessions.get', (store) => store.sessions.get('late')],
      ['sessions.getMany', (store) => store.sessions.getMany(['late'])],
      ['sessions.end', (store) => store.sessions.end('late', STOPPED, EPOCH)],
      ['sessions.confirmEndRecorded', (store) => store.sessions.confirmEndRecorded('late')],
      ['sessions.claimUnrecordedEnd', (store) => store.sessions.claimUnrecordedEnd(EPOCH, 0)],
      ['sessions.dueForExpiry', (store) => store.sessions.dueForExpiry(EPOCH, 1)],
      ['sessions.countActive', (store) => store.sessions.countActive('late', EPOCH)],
      ['sessions.countStartedSince', (store) => store.sessions.countStartedSince('late', EPOCH)],
      ['sessions.page', (store) => store.sessions.page({}, { limit: 1, direction: 'forward' })],
      ['sessions.voidStart', (store) => store.sessions.voidStart('late', EPOCH)],
      ['users.findByIds', (store) => store.users.findByIds(['late'])],
      ['users.search', (store) => store.users.search({ limit: 1 })],
    ];

    it('refuses every call as unavailable, says so by rejecting, and may be closed again', async () => {
      const closed = opened().store;
      const current = await opened().reopen();
      for (const [method, call] of calls) {
        const answer = await call(closed).catch((error: unknown) => error);
        expect(answer, method).toBeInstanceOf(StoreUnavailableError);
      }
      await closed.close();
      expect(await current.events.chains()).toEqual([]);
      expect(await current.sessions.voidStart('late', EPOCH)).toBe(true);
      expect(await current.users.findByIds([directoryUser().id])).toEqual([]);
    });
  });
}
