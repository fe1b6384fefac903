import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVENT_OUTCOMES, EVENT_TYPES, type StoredEvent } from '../../src/domain/audit-event.js';
import type { EventFilter, PageKey } from '../../src/stores/index.js';
import { comparableEvent, EPOCH, eventChain, eventId, storedEvent } from '../support/store-fixtures.js';
import { eventKey, eventMatches, naivePage } from './naive-model.js';
import { type ContractSetting, freshStore } from './opened-store.js';

export function describeEventReading(setting: ContractSetting): void {
  describe('events: chains', () => {
    const store = freshStore(setting);

    it('has no chains and no events at first', async () => {
      expect(await store().events.chains()).toEqual([]);
      expect(await store().events.chain('a', 0, 10)).toEqual([]);
      expect(await store().events.page({}, { limit: 10, direction: 'forward' })).toEqual({ items: [], hasMore: false });
      expect(await store().events.page({}, { limit: 10, direction: 'backward' })).toEqual({
        items: [],
        hasMore: false,
      });
    });

    it('lists each chain once, ascending, whatever order they were written in', async () => {
      for (const chain of ['m', 'b', 'Z', 'a', 'a-2', 'b']) await store().events.append(eventChain(chain, 3));
      expect(await store().events.chains()).toEqual(['Z', 'a', 'a-2', 'b', 'm']);
    });

    it('reads a chain ascending from a sequence on, at most `limit`, and never another chain', async () => {
      const events = eventChain('long', 25, { occurredAt: EPOCH });
      await store().events.append(events.slice(12));
      await store().events.append(events.slice(0, 12));
      await store().events.append(eventChain('long-2', 3));
      await store().events.append(eventChain('lon', 3));
      const sequences = async (from: number, limit: number) =>
        (await store().events.chain('long', from, limit)).map((event) => event.sequence);
      expect(await sequences(0, 4)).toEqual([0, 1, 2, 3]);
      expect(await sequences(9, 4)).toEqual([9, 10, 11, 12]);
      expect(await sequences(23, 100)).toEqual([23, 24]);
      expect(await sequences(25, 100)).toEqual([]);
      expect((await store().events.chain('long', 0, 100)).map(comparableEvent)).toEqual(events.map(comparableEvent));
    });
  });

  describe('events: page', () => {
    const store = freshStore(setting);
    const ids = async (filter: EventFilter, limit = 50) =>
      (await store().events.page(filter, { limit, direction: 'forward' })).items.map((event) => event.id);
    const special: Partial<StoredEvent>[] = [
      { type: 'IMPERSONATION_STARTED' },
      { outcome: 'UNKNOWN' },
      { actorId: 'actor-x' },
      { subjectId: 'subject-x' },
      { sessionId: 'session-x' },
      { requestId: 'request-x' },
      { operationName: 'operation-x' },
    ];

    const events = Array.from({ length: 21 }, (_, sequence) =>
      storedEvent({
        chain: 'p',
        sequence,
        occurredAt: EPOCH + sequence * 10,
        ...special[sequence % 3 === 1 ? (sequence - 1) / 3 : -1],
      }),
    );

    beforeAll(async () => {
      await store().events.append(events);
    }, setting.timeoutMs);

    const filters: [string, EventFilter, number][] = [
      ['types', { types: ['IMPERSONATION_STARTED'] }, 1],
      ['outcome', { outcome: 'UNKNOWN' }, 4],
      ['actorId', { actorId: 'actor-x' }, 7],
      ['subjectId', { subjectId: 'subject-x' }, 10],
      ['sessionId', { sessionId: 'session-x' }, 13],
      ['requestId', { requestId: 'request-x' }, 16],
      ['operationName', { operationName: 'operation-x' }, 19],
    ];
    for (const [field, filter, sequence] of filters) {
      it(`filters by ${field} alone`, async () => {
        expect(await ids(filter)).toEqual([eventId('p', sequence)]);
      });

      it(`filters by ${field} together with a time`, async () => {
        const at = EPOCH + sequence * 10;
        expect(await ids({ ...filter, occurredAfter: at, occurredBefore: at + 1 })).toEqual([eventId('p', sequence)]);
        expect(await ids({ ...filter, occurredAfter: at + 1 })).toEqual([]);
        expect(await ids({ ...filter, occurredBefore: at })).toEqual([]);
      });
    }

    it('combines all filters as AND: one that does not fit is enough to leave an event out', async () => {
      const { type, outcome, requestId, occurredAt } = storedEvent({ chain: 'p', sequence: 6, occurredAt: EPOCH + 60 });
      const fitting: EventFilter = {
        types: ['AUDIT_READ', type],
        outcome,
        actorId: 'user_ada',
        subjectId: 'user_carl',
        sessionId: 'session-1',
        requestId,
        operationName: 'Orders',
        occurredAfter: occurredAt,
        occurredBefore: occurredAt + 1,
      };
      expect(await ids(fitting)).toEqual([eventId('p', 6)]);
      const unfitting: EventFilter[] = [
        { types: ['AUDIT_READ'] },
        { outcome: 'UNKNOWN' },
        { actorId: 'actor-x' },
        { subjectId: 'subject-x' },
        { sessionId: 'session-x' },
        { requestId: 'request-x' },
        { operationName: 'operation-x' },
        { occurredAfter: occurredAt + 1 },
        { occurredBefore: occurredAt },
      ];
      for (const change of unfitting) expect(await ids({ ...fitting, ...change })).toEqual([]);
    });

    it('takes several types as any of them, and an empty list as none', async () => {
      expect(await ids({ types: ['IMPERSONATION_STARTED', 'OPERATION_COMPLETED'] })).toHaveLength(21);
      expect(await ids({ types: ['IMPERSONATION_STARTED', 'AUDIT_READ'] })).toEqual([eventId('p', 1)]);
      expect(await ids({ types: [] })).toEqual([]);
    });

    it('matches values exactly: no prefix, no case folding, no pattern', async () => {
      for (const actorId of ['user_ad', 'user_adaa', 'USER_ADA', 'user%', 'user_a.a', '.*', '']) {
        expect(await ids({ actorId })).toEqual([]);
      }
    });

    it('takes times half-open: after <= t < before', async () => {
      const span = { occurredAfter: EPOCH + 50, occurredBefore: EPOCH + 80 };
      expect(await ids(span)).toEqual([7, 6, 5].map((sequence) => eventId('p', sequence)));
      expect(await ids({ occurredAfter: EPOCH + 50, occurredBefore: EPOCH + 50 })).toEqual([]);
      expect(await ids({ occurredAfter: EPOCH + 200 })).toEqual([eventId('p', 20)]);
      expect(await ids({ occurredBefore: EPOCH + 1 })).toEqual([eventId('p', 0)]);
    });

    it('answers a limit of 0 with no items and still says whether there are any', async () => {
      for (const direction of ['forward', 'backward'] as const) {
        expect(await store().events.page({}, { limit: 0, direction })).toEqual({ items: [], hasMore: true });
        expect(await store().events.page({ actorId: 'nobody' }, { limit: 0, direction })).toEqual({
          items: [],
          hasMore: false,
        });
      }
    });
  });

  describe('events: page against a naive model', () => {
    const store = freshStore(setting);
    const chains = ['c1', 'c2', 'c3'];
    const people = ['user_1', 'user_2', 'user_3'];
    const drawn = {
      type: fc.constantFrom(...EVENT_TYPES.slice(0, 4)),
      outcome: fc.constantFrom(...EVENT_OUTCOMES),
      occurredAt: fc.integer({ min: 0, max: 12 }).map((tick) => EPOCH + tick),
      actorId: fc.constantFrom(null, ...people),
      subjectId: fc.constantFrom(null, ...people),
      sessionId: fc.constantFrom(null, 's1', 's2'),
      requestId: fc.constantFrom('r1', 'r2', 'r3'),
      operationName: fc.constantFrom(null, 'Orders', 'Viewer'),
    };
    const drawnDetails = fc.option(
      fc.string({ unit: 'grapheme' }).map((text) => ({ salt: new Uint8Array(16).fill(7), text })),
    );
    const all = fc
      .sample(fc.record({ ...drawn, details: drawnDetails }), { seed: setting.seed, numRuns: 120 })
      .map((event, index) =>
        storedEvent({ ...event, chain: chains[index % 3] ?? 'c1', sequence: Math.floor(index / 3) }),
      );
    const key = fc.record({
      at: fc.integer({ min: -1, max: 14 }).map((tick) => EPOCH + tick),
      id: fc.oneof(fc.constantFrom(...all.map((event) => event.id)), fc.constantFrom('', 'c2', '~')),
    });
    const filter = fc.record(
      {
        types: fc.subarray([...EVENT_TYPES.slice(0, 5)]),
        outcome: drawn.outcome,
        actorId: fc.constantFrom(...people, 'user_9'),
        subjectId: fc.constantFrom(...people),
        sessionId: fc.constantFrom('s1', 's2'),
        requestId: drawn.requestId,
        operationName: fc.constantFrom('Orders', 'Viewer'),
        occurredAfter: drawn.occurredAt,
        occurredBefore: drawn.occurredAt,
      },
      { requiredKeys: ['occurredAfter', 'occurredBefore'] },
    );
    /** With all fields at once nearly nothing would match. */
    const fields = ['types', 'outcome', 'actorId', 'subjectId', 'sessionId', 'requestId', 'operationName'] as const;
    const times = ['occurredAfter', 'occurredBefore'] as const;
    const sparse = fc
      .tuple(filter, fc.subarray([...fields], { maxLength: 2 }), fc.subarray([...times]))
      .map(([full, ...kept]): EventFilter => {
        const names: readonly string[] = kept.flat();
        return Object.fromEntries(Object.entries(full).filter(([name]) => names.includes(name)));
      });
    const request = fc.record(
      {
        limit: fc.integer({ min: 0, max: 30 }),
        direction: fc.constantFrom('forward' as const, 'backward' as const),
        from: key,
      },
      { requiredKeys: ['limit', 'direction'] },
    );

    beforeAll(async () => {
      await store().events.append(all);
    }, setting.timeoutMs);

    it('agrees on any filter, direction, place and limit, ties on the time included', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof({ weight: 5, arbitrary: sparse }, { weight: 1, arbitrary: filter }),
          request,
          async (where, page) => {
            const found = await store().events.page(where, page);
            const expected = naivePage(
              all.filter((event) => eventMatches(event, where)),
              eventKey,
              page,
            );
            expect(found.items.map(comparableEvent)).toEqual(expected.items.map(comparableEvent));
            expect(found.hasMore).toBe(expected.hasMore);
          },
        ),
        { seed: setting.seed, numRuns: setting.modelRuns },
      );
    });

    it('walks the whole list in either direction without gap or repeat', async () => {
      const newestFirst = naivePage(all, eventKey, { limit: all.length, direction: 'forward' }).items.map(
        ({ id }) => id,
      );
      for (const direction of ['forward', 'backward'] as const) {
        const walked: string[] = [];
        let from: PageKey | undefined;
        for (let more = true; more; ) {
          const page = await store().events.page({}, { limit: 13, direction, ...(from && { from }) });
          const ids = page.items.map((event) => event.id);
          if (direction === 'forward') walked.push(...ids);
          else walked.unshift(...ids);
          const edge = page.items.at(direction === 'forward' ? -1 : 0);
          from = edge && eventKey(edge);
          more = page.hasMore;
        }
        expect(walked).toEqual(newestFirst);
      }
    });
  });
}
