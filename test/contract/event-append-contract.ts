import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { EventConflictError } from '../../src/errors/index.js';
import { AWKWARD_TEXT, comparableEvent, EPOCH, eventChain, sha256, storedEvent } from '../support/store-fixtures.js';
import { type ContractSetting, freshRivals, freshStore, race } from './opened-store.js';

export function describeEventAppending(setting: ContractSetting): void {
  describe('events: append', () => {
    const store = freshStore(setting);

    it('gives back every field of an event as it was written, absent values as null', async () => {
      const bare = storedEvent({
        chain: 'fields',
        sequence: 0,
        actorId: null,
        subjectId: null,
        sessionId: null,
        operationName: null,
      });
      const full = storedEvent({
        chain: 'fields',
        sequence: 1,
        type: 'IMPERSONATION_DENIED',
        outcome: 'FAILURE',
        signature: sha256('signature'),
        details: { salt: sha256('salt').subarray(0, 16), text: '{"reason":"because"}' },
        occurredAt: EPOCH + 86_399_999,
      });
      await store().events.append([bare, full]);
      for (const event of [bare, full]) {
        const read = await store().events.get(event.id);
        expect(read && comparableEvent(read)).toEqual(comparableEvent(event));
      }
    });

    it('gives, where it gives imprints, the one of the events as they were written, and no other for anything else', async () => {
      const { imprints } = store().events;
      if (imprints === undefined) return;
      const chain = 'imprints';
      const events = [
        storedEvent({
          chain,
          body: JSON.stringify(AWKWARD_TEXT) + AWKWARD_TEXT,
          actorId: `imprints ${AWKWARD_TEXT}`,
          operationName: null,
        }),
        storedEvent({
          chain,
          sequence: 1,
          signature: sha256('s'),
          details: { salt: sha256('salt'), text: AWKWARD_TEXT },
        }),
        storedEvent({ chain, sequence: 2, actorId: null, subjectId: '', sessionId: null }),
      ];
      await store().events.append(events);
      expect(await imprints.stored(chain, 0, 2)).toBe(imprints.of(events));
      expect(await imprints.stored(chain, 1, 1)).toBe(imprints.of(events.slice(1, 2)));
      expect(await imprints.stored(chain, 3, 9)).toBeNull();
      expect(await imprints.stored('other', 0, 2)).toBeNull();
      const [first, second, third] = events as [StoredEvent, StoredEvent, StoredEvent];
      const others: (readonly StoredEvent[])[] = [
        [first, second],
        [first, third, second],
        [first, second, { ...third, subjectId: null }],
        [first, second, { ...third, actorId: '' }],
        [first, second, { ...third, occurredAt: third.occurredAt + 1 }],
        [first, { ...second, details: null }, third],
        [first, { ...second, signature: null }, third],
        [first, { ...second, hash: second.previousHash, previousHash: second.hash }, third],
        [{ ...first, body: `${first.body} ` }, second, third],
      ];
      for (const other of others) expect(imprints.of(other)).not.toBe(imprints.of(events));
    });

    it('keeps every byte value in binary fields, also where they are views into larger buffers', async () => {
      const allBytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
      const event = {
        ...storedEvent({
          chain: 'bytes',
          previousHash: allBytes.subarray(10, 42),
          signature: allBytes.subarray(0, 256),
          details: { salt: new Uint8Array(16), text: '{}' },
        }),
        hash: allBytes.subarray(200, 232),
      };
      await store().events.append([event]);
      const read = await store().events.get(event.id);
      expect(read && comparableEvent(read)).toEqual(comparableEvent(event));
      expect(read?.hash).toBeInstanceOf(Uint8Array);
      expect(read?.hash.byteLength).toBe(32);
    });

    it('keeps text exactly: emoji, both normal forms, controls, quotes, operators of query languages', async () => {
      const event = storedEvent({
        chain: 'text',
        body: JSON.stringify({ text: AWKWARD_TEXT }) + AWKWARD_TEXT,
        details: { salt: sha256('s').subarray(0, 16), text: AWKWARD_TEXT },
        actorId: AWKWARD_TEXT,
        subjectId: `${AWKWARD_TEXT}2`,
        sessionId: '',
        requestId: '$where',
        operationName: '0',
      });
      await store().events.append([event]);
      const read = await store().events.get(event.id);
      expect(read && comparableEvent(read)).toEqual(comparableEvent(event));
      expect(Buffer.from(read?.body ?? '').equals(Buffer.from(event.body))).toBe(true);
      const page = await store().events.page({ actorId: AWKWARD_TEXT }, { limit: 5, direction: 'forward' });
      expect(page.items.map((item) => item.id)).toEqual([event.id]);
    });

    it('keeps a body of 200,000 characters', async () => {
      const event = storedEvent({ chain: 'large', body: JSON.stringify({ text: 'ü'.repeat(200_000) }) });
      await store().events.append([event]);
      expect((await store().events.get(event.id))?.body).toBe(event.body);
    });

    it('accepts an empty list and answers null for an id it does not have', async () => {
      await store().events.append([]);
      expect(await store().events.get('fields:000000009999')).toBeNull();
      expect(await store().events.get('')).toBeNull();
    });

    it('may be repeated: equal events count as written and stay single', async () => {
      const events = eventChain('repeat', 5);
      await store().events.append(events);
      await store().events.append(events);
      expect((await store().events.chain('repeat', 0, 100)).map((event) => event.sequence)).toEqual([0, 1, 2, 3, 4]);
    });

    it('completes a call of which a prefix, a middle or a tail was written before', async () => {
      const events = eventChain('partial', 9);
      await store().events.append(events.slice(0, 2));
      await store().events.append(events.slice(4, 5));
      await store().events.append(events.slice(8));
      await store().events.append(events);
      expect((await store().events.chain('partial', 0, 100)).map(comparableEvent)).toEqual(events.map(comparableEvent));
    });

    it('refuses an id that is stored with another hash, names it, and changes nothing that is stored', async () => {
      const original = storedEvent({ chain: 'conflict', sequence: 1, body: '{"original":true}' });
      await store().events.append([original]);
      const forged = storedEvent({ chain: 'conflict', sequence: 1, body: '{"forged":true}' });
      const failure = await store()
        .events.append([forged])
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(EventConflictError);
      expect((failure as EventConflictError).eventId).toBe(original.id);
      const read = await store().events.get(original.id);
      expect(read && comparableEvent(read)).toEqual(comparableEvent(original));
    });

    it('writes nothing that follows a conflict in the same call', async () => {
      await store().events.append([storedEvent({ chain: 'order', sequence: 1, body: '{"original":true}' })]);
      await expect(store().events.append(eventChain('order', 4))).rejects.toBeInstanceOf(EventConflictError);
      expect(await store().events.get(storedEvent({ chain: 'order', sequence: 2 }).id)).toBeNull();
      expect(await store().events.get(storedEvent({ chain: 'order', sequence: 3 }).id)).toBeNull();
    });

    it('finds a conflict that hides behind events which are stored already', async () => {
      const events = eventChain('hidden', 3);
      await store().events.append(events);
      const last = storedEvent({ chain: 'hidden', sequence: 2, body: '{"forged":true}' });
      await expect(store().events.append([...events.slice(0, 2), last])).rejects.toMatchObject({ eventId: last.id });
    });

    it('goes on working after a conflict', async () => {
      await store().events.append([storedEvent({ chain: 'after', sequence: 0, body: '{"a":1}' })]);
      await expect(store().events.append([storedEvent({ chain: 'after', sequence: 0 })])).rejects.toThrow();
      await store().events.append(eventChain('after-2', 3));
      expect(await store().events.chain('after-2', 0, 10)).toHaveLength(3);
    });
  });

  describe('events: concurrent appends', () => {
    const rivals = freshRivals(setting);

    it('loses nothing when 20 writers append at once', async () => {
      await race(rivals(), 20, (store, index) => store.events.append(eventChain(`writer-${index}`, 5)));
      expect(await rivals()[0].events.chains()).toHaveLength(20);
      for (let index = 0; index < 20; index++) {
        const chain = await rivals()[1].events.chain(`writer-${index}`, 0, 100);
        expect(chain.map((event) => event.sequence)).toEqual([0, 1, 2, 3, 4]);
      }
    });

    it('stores each event once when two writers repeat the same call at once', async () => {
      const events = eventChain('same', 5);
      await race(rivals(), 8, (store) => store.events.append(events));
      expect((await rivals()[0].events.chain('same', 0, 100)).map(comparableEvent)).toEqual(
        events.map(comparableEvent),
      );
    });

    it('lets exactly one of two different events with one id in', async () => {
      const outcomes = await race(rivals(), 10, (store, index) =>
        store.events.append([storedEvent({ chain: 'fork', body: JSON.stringify({ index }) })]).then(
          () => 'stored',
          (error: unknown) => error,
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome instanceof EventConflictError)).toHaveLength(9);
    });
  });
}
