import { Binary, BSONSymbol, Int32, Timestamp } from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { activeSession, comparableEvent, EPOCH, eventChain, sha256, storedEvent } from '../support/store-fixtures.js';
import { itNeeds, type MongoSetting, withWiredStore } from './mongo-setting.js';

const EVENTS = 'impersonationEvents';
const SESSIONS = 'impersonationSessions';
const AS_STORED = { promoteValues: false } as const;

/** The collections are a public format: auditors and other programs read them. */
export function describeMongoDocuments(setting: MongoSetting): void {
  describe('documents', () => {
    it('stores an event exactly as the format says, every BSON type included', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const salt = sha256('salt').subarray(0, 16);
        const event = storedEvent({
          chain: 'shape',
          sequence: 7,
          signature: sha256('signature'),
          details: { salt, text: '{"reason":"because"}' },
          operationName: null,
        });
        await store.events.append([event]);
        const document = await db.collection(EVENTS).findOne({}, AS_STORED);
        expect(document).toStrictEqual({
          _id: 'shape:000000000007',
          chain: 'shape',
          sequence: new Int32(7),
          body: event.body,
          previousHash: new Binary(Buffer.from(event.previousHash)),
          hash: new Binary(Buffer.from(event.hash)),
          signature: new Binary(Buffer.from(sha256('signature'))),
          details: { salt: new Binary(Buffer.from(salt)), text: '{"reason":"because"}' },
          occurredAt: new Date(EPOCH + 7),
          type: 'OPERATION_COMPLETED',
          outcome: 'SUCCESS',
          actorId: 'user_ada',
          subjectId: 'user_carl',
          sessionId: 'session-1',
          requestId: 'request-shape-7',
          operationName: null,
        });
        expect(event.hash).toHaveLength(32);
      }));

    it('stores sessions with dates, a slot while ACTIVE, a claim until the end is recorded, and void starts apart', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const { id, startedAt, expiresAt, ...rest } = activeSession({ id: 'shape' });
        await store.sessions.insert({ id, startedAt, expiresAt, ...rest }, 3);
        const stored = () => db.collection<{ _id: string }>(SESSIONS).findOne({ _id: id });
        const dates = { startedAt: new Date(startedAt), expiresAt: new Date(expiresAt) };
        expect(await stored()).toStrictEqual({ _id: id, ...rest, ...dates, activeSlot: 'user_ada#0' });
        const ending = { status: 'REVOKED', endedById: 'user_grace', endReason: 'wrong customer' } as const;
        await store.sessions.end(id, { ...ending, endedAt: EPOCH + 5 }, { by: 'claim', at: EPOCH + 6 });
        const ended = { _id: id, ...rest, ...dates, ...ending, endedAt: new Date(EPOCH + 5) };
        expect(await stored()).toStrictEqual({
          ...ended,
          endClaimedAt: new Date(EPOCH + 6),
          endClaimedBy: 'claim',
        });
        await store.sessions.confirmEndRecorded(id);
        expect(await stored()).toStrictEqual(ended);
        await store.sessions.voidStart('void', { by: 'claim', at: EPOCH });
        expect(await db.collection<{ _id: string }>(SESSIONS).findOne({ _id: 'void' })).toStrictEqual({
          _id: 'void',
          status: 'VOID',
          voidedAt: new Date(EPOCH),
          endClaimedAt: new Date(EPOCH),
          endClaimedBy: 'claim',
        });
      }));

    it('reads an event whose values were re-typed as one that differs from what was written', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const retyped: [keyof StoredEvent, unknown][] = [
          ['occurredAt', EPOCH],
          ['occurredAt', new Timestamp({ t: 1, i: 1 })],
          ['actorId', new Binary(Buffer.from('user_ada'))],
          ['subjectId', { $ne: null }],
          ['requestId', 5],
          ['type', ['OPERATION_COMPLETED']],
          ['sequence', '0'],
          ['hash', 'text'],
          ['previousHash', new Binary(Buffer.alloc(32), Binary.SUBTYPE_USER_DEFINED)],
          ['signature', 'none'],
          ['details', 'none'],
          ['body', null],
        ];
        const events = eventChain('retyped', retyped.length);
        await store.events.append(events);
        for (const [index, [field, value]] of retyped.entries()) {
          const event = events[index];
          await db.collection<{ _id: string }>(EVENTS).updateOne({ _id: event!.id }, { $set: { [field]: value } });
          const read = await store.events.get(event!.id);
          expect(read && comparableEvent(read), field).not.toEqual(comparableEvent(event!));
          expect(read && { ...comparableEvent(read), [field]: 0 }).toEqual({ ...comparableEvent(event!), [field]: 0 });
        }
      }));

    itNeeds(
      setting,
      ['bson-symbol'],
      'reads a symbol, which the server compares like text, as other than the text',
      () =>
        withWiredStore(setting, async ({ store, db }) => {
          await store.events.append([storedEvent({ chain: 'symbol' })]);
          await db.collection(EVENTS).updateOne({}, { $set: { actorId: new BSONSymbol('user_ada') } });
          expect((await store.events.chain('symbol', 0, 1))[0]?.actorId).not.toBe('user_ada');
        }),
    );

    it('keeps events whose time is not a date out of the list instead of failing on them', () =>
      withWiredStore(setting, async ({ store, db }) => {
        await store.events.append(eventChain('timeless', 4));
        const events = db.collection<{ _id: string }>(EVENTS);
        await events.updateOne({ _id: 'timeless:000000000001' }, { $set: { occurredAt: 'yesterday' } });
        await events.updateOne({ _id: 'timeless:000000000002' }, { $unset: { occurredAt: '' } });
        const page = await store.events.page({}, { limit: 10, direction: 'forward' });
        expect(page.items.map(({ sequence }) => sequence)).toEqual([3, 0]);
        expect(await store.events.chain('timeless', 0, 10)).toHaveLength(4);
      }));

    it('takes a session document that it cannot have written for no session', () =>
      withWiredStore(setting, async ({ store, db }) => {
        const sessions = db.collection<{ _id: string }>(SESSIONS);
        const broken: Record<string, unknown>[] = [
          { status: 'PAUSED' },
          { access: 'EVERYTHING' },
          { actorId: 5 },
          { expiresAt: 'never' },
          { authentication: null },
          { authentication: { issuer: 'i', authTime: 'now', amr: [] } },
          { reason: null },
        ];
        for (const [index, change] of broken.entries()) {
          const id = `broken-${index}`;
          await store.sessions.insert(activeSession({ id, actorId: id }), 1);
          await sessions.updateOne({ _id: id }, { $set: change });
          expect(await store.sessions.get(id), JSON.stringify(change)).toBeNull();
          expect(await store.sessions.getMany([id])).toEqual([]);
        }
        expect((await store.sessions.page({}, { limit: 50, direction: 'forward' })).items).toEqual([]);
      }));
  });
}
