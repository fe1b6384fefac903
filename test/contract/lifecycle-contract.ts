import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import {
  activeSession,
  comparableEvent,
  comparableSeal,
  directoryUser,
  EPOCH,
  eventChain,
  storedSeal,
} from '../support/store-fixtures.js';
import { type ContractSetting, freshDatabase } from './opened-store.js';

const STOPPED = { status: 'STOPPED', endedAt: EPOCH + 1000, endedById: 'user_ada', endReason: null } as const;

export function describeLifecycle(setting: ContractSetting): void {
  describe('open, ping, close', () => {
    const opened = freshDatabase(setting);

    it('answers a ping and names its kind in one word', async () => {
      await opened().store.ping();
      expect(opened().store.kind).toMatch(/^[a-z]+$/);
    });

    it('keeps events, seals, sessions, claims, void starts and users over close and reopen', async () => {
      const before = opened().store;
      const events = eventChain('kept', 12, {
        details: { salt: new Uint8Array(16).fill(255), text: '{"reason":"ü"}' },
      });
      const session = activeSession({ id: 'kept', actorId: 'keeper' });
      const user = directoryUser({ id: 'kept' });
      await before.events.append(events);
      await before.seals.insert(storedSeal({ chains: ['kept'] }));
      await before.sessions.insert(session, 2);
      await before.sessions.insert(activeSession({ id: 'ended', actorId: 'keeper' }), 2);
      await before.sessions.end('ended', STOPPED, { by: 'claim', at: EPOCH });
      await before.sessions.voidStart('void', { by: 'claim', at: EPOCH });
      await before.sessions.setStartsSettledUpTo(EPOCH + 7);
      await before.seedUsers([user]);

      const after = await opened().reopen();
      expect((await after.events.chain('kept', 0, 50)).map(comparableEvent)).toEqual(events.map(comparableEvent));
      const seal = await after.seals.covering('kept');
      expect(seal && comparableSeal(seal)).toEqual(comparableSeal(storedSeal({ chains: ['kept'] })));
      expect(await after.sessions.get('kept')).toEqual(session);
      expect((await after.sessions.get('ended'))?.status).toBe('STOPPED');
      expect(await after.sessions.voidStart('void', { by: 'claim', at: EPOCH })).toBe(false);
      expect(await after.sessions.get('void')).toBeNull();
      expect(await after.users.findByIds(['kept'])).toEqual([user]);
      expect(await after.sessions.insert(activeSession({ id: 'next', actorId: 'keeper' }), 2)).toBe('stored');
      expect(await after.sessions.insert(activeSession({ id: 'over', actorId: 'keeper' }), 2)).toBe('limit');
      expect(await after.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH }, 1000)).toBeNull();
      const unrecorded = [];
      for (let taken = 0; taken < 2; taken++)
        unrecorded.push(await after.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH + 1001 }, 1000));
      const ended = { ...activeSession({ id: 'ended', actorId: 'keeper' }), ...STOPPED };
      expect(unrecorded).toContainEqual({ kind: 'ended', session: ended });
      expect(unrecorded).toContainEqual({ kind: 'void', id: 'void' });
      expect(await after.sessions.startsSettledUpTo()).toBe(EPOCH + 7);
      await after.events.append(events);
      expect(await after.events.chains()).toEqual(['kept']);
    });
  });

  describe('a store that has been closed', () => {
    const opened = freshDatabase(setting);
    const calls: [string, (store: Store, id: string) => Promise<unknown>][] = [
      ['ping', (store) => store.ping()],
      ['seedUsers', (store, id) => store.seedUsers([directoryUser({ id })])],
      ['events.append', (store, id) => store.events.append(eventChain(id, 1))],
      ['events.get', (store, id) => store.events.get(id)],
      ['events.page', (store) => store.events.page({}, { limit: 1, direction: 'forward' })],
      ['events.chain', (store, id) => store.events.chain(id, 0, 1)],
      ['events.chains', (store) => store.events.chains()],
      ['events.chainsSince', (store) => store.events.chainsSince(EPOCH)],
      ['events.count', (store) => store.events.count({ types: ['AUDIT_READ'], from: 0, until: 2, width: 1 })],
      ['events.openedSince', (store) => store.events.openedSince(EPOCH)],
      ['events.hasBeyondChain', (store, id) => store.events.hasBeyondChain(id)],
      ['events.eraseDetails', (store) => store.events.eraseDetails('user_ada')],
      ['seals.insert', (store, id) => store.seals.insert(storedSeal({ index: id === 'early' ? 0 : 1 }))],
      ['seals.latest', (store) => store.seals.latest()],
      ['seals.covering', (store) => store.seals.covering('chain-a')],
      ['seals.from', (store) => store.seals.from(0, 1)],
      ['sessions.insert', (store, id) => store.sessions.insert(activeSession({ id, actorId: id }), 1)],
      ['sessions.get', (store, id) => store.sessions.get(id)],
      ['sessions.getMany', (store, id) => store.sessions.getMany([id])],
      ['sessions.end', (store, id) => store.sessions.end(id, STOPPED, { by: 'claim', at: EPOCH })],
      ['sessions.renewEndClaim', (store, id) => store.sessions.renewEndClaim(id, { by: 'claim', at: EPOCH })],
      ['sessions.startsSettledUpTo', (store) => store.sessions.startsSettledUpTo()],
      ['sessions.setStartsSettledUpTo', (store) => store.sessions.setStartsSettledUpTo(EPOCH)],
      ['sessions.confirmEndRecorded', (store, id) => store.sessions.confirmEndRecorded(id)],
      ['sessions.claimUnrecordedEnd', (store) => store.sessions.claimUnrecordedEnd({ by: 'taker', at: EPOCH }, 0)],
      ['sessions.dueForExpiry', (store) => store.sessions.dueForExpiry(EPOCH, 1)],
      ['sessions.countActive', (store, id) => store.sessions.countActive(id, EPOCH)],
      ['sessions.countStartedSince', (store, id) => store.sessions.countStartedSince(id, EPOCH)],
      ['sessions.page', (store) => store.sessions.page({}, { limit: 1, direction: 'forward' })],
      ['sessions.eraseDetails', (store, id) => store.sessions.eraseDetails(id)],
      ['sessions.voidStart', (store, id) => store.sessions.voidStart(`void ${id}`, { by: 'claim', at: EPOCH })],
      ['users.findByIds', (store, id) => store.users.findByIds([id])],
      ['users.search', (store) => store.users.search({ limit: 1 })],
    ];

    it('refuses every call as unavailable, says so by rejecting, and may be closed again', async () => {
      const closed = opened().store;
      for (const [, call] of calls) await call(closed, 'early');
      const current = await opened().reopen();
      for (const [method, call] of calls) {
        const answer = await call(closed, 'late').catch((error: unknown) => error);
        expect(answer, method).toBeInstanceOf(StoreUnavailableError);
      }
      await closed.close();
      expect(await current.events.chains()).toEqual(['early']);
      expect((await current.seals.latest())?.index).toBe(0);
      expect(await current.sessions.getMany(['early', 'late'])).toHaveLength(1);
      expect(await current.sessions.voidStart('void late', { by: 'claim', at: EPOCH })).toBe(true);
      expect(await current.users.findByIds(['early', 'late'])).toHaveLength(1);
    });
  });
}
