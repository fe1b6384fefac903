import { describe, expect, it } from 'vitest';
import { type ExportOrder, readExportParameters } from '../../../src/audit/export/export-parameters.js';
import { exportFileName, exportTrail } from '../../../src/audit/export/export-trail.js';
import { ndjsonLine } from '../../../src/audit/export/ndjson.js';
import { passesFilter } from '../../../src/audit/filter.js';
import { parseManifest } from '../../../src/audit/verify/export-manifest.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import type { EventFilter, EventStore } from '../../../src/stores/index.js';
import { MemoryEvents } from '../audit/memory-events.js';
import { GATEWAY, generateTrail } from '../audit-verify/generated-trail.js';
import { kindsOf, verifyFiles } from '../audit-verify/verifying.js';
import { anchoredLine, gatewayKey, jwksOf, TestChain } from '../audit-verify/writer.js';

const WHOLE: ExportOrder = { format: 'ndjson', filter: {} };
const partial = (filter: EventFilter): ExportOrder => ({ format: 'ndjson', filter });

function storeOf(events: readonly StoredEvent[]): MemoryEvents {
  const store = new MemoryEvents();
  store.stored.push(...events);
  return store;
}

async function linesOf(
  store: Pick<EventStore, 'chains' | 'chain' | 'chainsSince' | 'page'>,
  order: ExportOrder,
  begunAt: number,
  now = begunAt,
): Promise<string[]> {
  let text = '';
  for await (const piece of exportTrail(store, order, { begunAt, clock: { now: () => now } })) text += piece;
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1);
}

/** A chain of so many events, one a second from `at` on, each a commit of its own. */
function chainOf(id: string, count: number, at: number): TestChain {
  const chain = new TestChain(id, gatewayKey('gateway-2026'));
  for (let n = 0; n < count; n += 1) {
    chain.append({ type: 'AUDIT_READ', at: at + n * 1_000 });
    chain.commit();
  }
  return chain;
}

describe('a whole export', () => {
  const trail = generateTrail(7, { steps: 400, replicas: 3 });

  it('holds every event as it is stored, ordered by chain and sequence, and the verifier finds that it holds', async () => {
    const shuffled = [...trail.events].reverse();
    const lines = await linesOf(storeOf(shuffled).port, WHOLE, trail.now);
    expect(lines).toEqual(trail.events.map(ndjsonLine));
    const verdict = await verifyFiles({ lines, anchors: [trail.seals.map(anchoredLine)], jwks: trail.jwks });
    expect(verdict).toMatchObject({ verdict: 'HOLDS', total: 0, events: trail.events.length });
  });

  it('goes on after an event whose place somebody has made into something that is no number, and has it too', async () => {
    const chain = chainOf('chain-a', 1_200, trail.now - 10_000_000);
    // As the last of a page, where how far the chain was read would be told by it alone.
    const retyped = chain.events.map((event, n) => (n === 499 ? { ...event, sequence: Number.NaN } : event));
    const store = storeOf(retyped);
    store.chain = async (_, from, limit) => retyped.filter((_event, n) => n >= from).slice(0, limit);
    const lines = await linesOf(store.port, WHOLE, trail.now);
    expect(new Set(lines).size).toBe(1_200);
    expect(lines.at(-1)).toBe(ndjsonLine(chain.events.at(-1)!));
  });

  it('has events whose place somebody has made into no number also where a chain ends with them', async () => {
    const chain = chainOf('chain-a', 3, trail.now);
    const retyped = chain.events.map((event) => ({ ...event, sequence: Number.NaN }));
    const store = storeOf([]);
    store.chains = async () => ['chain-a'];
    store.chain = async () => retyped;
    const lines = await linesOf(store.port, WHOLE, trail.now + 100_000);
    expect(lines).toEqual(retyped.map(ndjsonLine));
  });

  it('breaks off where a whole page is so: it cannot be told how far the chain was read', async () => {
    const chain = chainOf('chain-a', 500, trail.now);
    const store = storeOf([]);
    store.chains = async () => ['chain-a'];
    store.chain = async () => chain.events.map((event) => ({ ...event, sequence: Number.NaN }));
    await expect(linesOf(store.port, WHOLE, trail.now)).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  it('comes to an end, and has what follows, where somebody has put more than a page under one sequence', async () => {
    const { events } = chainOf('chain-a', 3, trail.now - 100_000);
    const copies = Array.from({ length: 700 }, () => events[1] as StoredEvent);
    const all = [events[0] as StoredEvent, ...copies, events[2] as StoredEvent];
    const store = storeOf([]);
    store.chains = async () => ['chain-a'];
    store.chain = async (_, from, limit) => all.filter(({ sequence }) => sequence >= from).slice(0, limit);
    const lines = await linesOf(store.port, WHOLE, trail.now);
    expect(new Set(lines)).toEqual(new Set(events.map(ndjsonLine)));
  });

  it('is in the order of its chains, whatever order the store names them in', async () => {
    const chains = ['b', 'c', 'a'].map((name) => chainOf(`chain-${name}`, 2, trail.now));
    const store = storeOf(chains.flatMap(({ events }) => events));
    store.chains = async () => ['chain-b', 'chain-c', 'chain-a'];
    for (const order of [WHOLE, partial({ types: ['AUDIT_READ'] })]) {
      const places = (await linesOf(store.port, order, trail.now + 60_000)).map((line) => JSON.parse(line).chain ?? '');
      expect(places.slice(0, 6).join(' ')).toBe('chain-a chain-a chain-b chain-b chain-c chain-c');
    }
  });

  it('ends each chain at its last signature while a commit is under way, and the next export has the rest', async () => {
    const chain = chainOf('chain-a', 3, trail.now);
    const begunAt = trail.now + 5_000;
    for (let n = 0; n < 4; n += 1) chain.append({ type: 'AUDIT_READ', at: begunAt });
    const jwks = jwksOf(GATEWAY);
    const early = await linesOf(storeOf(chain.events).port, WHOLE, begunAt);
    expect(early).toEqual(chain.events.slice(0, 3).map(ndjsonLine));
    expect((await verifyFiles({ lines: early, jwks })).total).toBe(0);
    chain.commit();
    expect(await linesOf(storeOf(chain.events).port, WHOLE, begunAt)).toEqual(chain.events.map(ndjsonLine));
  });

  it('holds what nobody signed for once it is older than any commit, for the verifier to name', async () => {
    const chain = chainOf('chain-a', 3, trail.now);
    chain.append({ type: 'AUDIT_READ', at: trail.now + 3_000 });
    const lines = await linesOf(storeOf(chain.events).port, WHOLE, trail.now + 63_001);
    expect(lines).toEqual(chain.events.map(ndjsonLine));
    expect(kindsOf(await verifyFiles({ lines, jwks: jwksOf(GATEWAY) }))).toEqual(['UNSIGNED']);
  });

  it.each([Number.NaN, trail.now + 86_400_000, Number.POSITIVE_INFINITY])(
    'holds what nobody signed, and whose time was made into %d: it is no commit under way',
    async (occurredAt) => {
      const chain = chainOf('chain-a', 3, trail.now);
      chain.append({ type: 'AUDIT_READ', at: trail.now + 3_000 });
      const edited = chain.events.map((event, n) => (n === 3 ? { ...event, occurredAt } : event));
      expect(await linesOf(storeOf(edited).port, WHOLE, trail.now + 5_000)).toEqual(edited.map(ndjsonLine));
    },
  );

  it('holds back no more than a commit can hold: a chain without any signature is given out as it comes', async () => {
    const forged = new TestChain('chain-f', gatewayKey('nobody'));
    for (let n = 0; n < 5_600; n += 1) forged.append({ type: 'AUDIT_READ', at: trail.now });
    const lines = await linesOf(storeOf(forged.events).port, WHOLE, trail.now);
    expect(lines.length).toBeGreaterThan(5_000);
    expect(lines).toEqual(forged.events.slice(0, lines.length).map(ndjsonLine));
  });

  it('skips nothing of what was there when it began, while everybody goes on writing', async () => {
    const chains = ['a', 'b', 'c'].map((name) => chainOf(`chain-${name}`, 1_200, trail.now));
    const store = storeOf(chains.flatMap(({ events }) => events));
    const before = chains.flatMap(({ events }) => events.map(ndjsonLine));
    let writes = 0;
    const written = {
      chains: () => store.chains(),
      chainsSince: (since: number) => store.chainsSince(since),
      page: store.page.bind(store),
      async chain(id: string, from: number, limit: number) {
        writes += 1;
        for (const chain of writes > 20 ? [] : chains) {
          chain.append({ type: 'AUDIT_READ', at: trail.now + 1_200_000 });
          chain.commit();
          store.stored.push(chain.events.at(-1) as StoredEvent);
        }
        return store.chain(id, from, limit);
      },
    };
    const lines = await linesOf(written, WHOLE, trail.now + 1_200_000);
    expect(before.filter((line) => !lines.includes(line))).toEqual([]);
    expect((await verifyFiles({ lines, jwks: jwksOf(GATEWAY) })).total).toBe(0);
  });

  it('comes to an end though a chain grows faster than a client reads', async () => {
    const chain = chainOf('chain-a', 3, trail.now);
    const store = storeOf(chain.events);
    let now = trail.now;
    const growing = {
      ...store,
      chains: () => store.chains(),
      chainsSince: (since: number) => store.chainsSince(since),
      page: store.page.bind(store),
      async chain(id: string, from: number, limit: number) {
        now += 10_000;
        for (let n = 0; n < 500; n += 1) {
          chain.append({ type: 'AUDIT_READ', at: now });
          chain.commit();
          store.stored.push(chain.events.at(-1) as StoredEvent);
        }
        return store.chain(id, from, limit);
      },
    };
    let text = '';
    const moment = { begunAt: trail.now, clock: { now: () => now } };
    for await (const piece of exportTrail(growing, WHOLE, moment)) text += piece;
    expect(text.split('\n').slice(0, -1)).toEqual(
      chain.events.filter(({ occurredAt }) => occurredAt <= trail.now + 60_000).map(ndjsonLine),
    );
  });

  it('is not cut short by an event whose time was edited into the future', async () => {
    const { events } = chainOf('chain-a', 600, trail.now);
    const edited = events.map((event, at) => (at === 10 ? { ...event, occurredAt: trail.now + 1e9 } : event));
    expect(await linesOf(storeOf(edited).port, WHOLE, trail.now + 700_000)).toHaveLength(600);
  });

  it('shows both where two events were stored under one sequence, also across pages', async () => {
    const { events } = chainOf('chain-a', 1_000, trail.now);
    const forged = events
      .filter(({ sequence }) => sequence === 499)
      .map((event) => ({ ...event, id: 'forged', body: '{}' }));
    const lines = await linesOf(storeOf([...events, ...forged]).port, WHOLE, trail.now + 2_000_000);
    expect(lines).toHaveLength(1_001);
  });

  it('is a table with a header, and NDJSON of Elastic documents, with a row or line for each event', async () => {
    const store = storeOf(trail.events).port;
    let csv = '';
    const moment = { begunAt: trail.now, clock: { now: () => trail.now } };
    for await (const piece of exportTrail(store, { format: 'csv', filter: {} }, moment)) csv += piece;
    const rows = csv.split('\r\n');
    expect([rows.length, rows.at(-1), rows[0]?.slice(0, 9)]).toEqual([trail.events.length + 2, '', 'id,chain,']);
    const documents = await linesOf(store, { format: 'ecs', filter: {} }, trail.now);
    expect(documents.map((line) => JSON.parse(line).event.id)).toEqual(trail.events.map(({ id }) => id));
  });

  it('that breaks off in the store breaks off for its reader', async () => {
    const store = storeOf(trail.events);
    let reads = 0;
    const failing = {
      chains: () => store.chains(),
      chain: async (id: string, from: number, limit: number) => {
        reads += 1;
        if (reads > 2) throw new StoreUnavailableError('gone');
        return store.chain(id, from, limit);
      },
    };
    await expect(
      linesOf({ ...failing, ...never, page: (filter, page) => store.page(filter, page) }, WHOLE, trail.now),
    ).rejects.toThrow(StoreUnavailableError);
  });
});

const never = {
  chainsSince: () => Promise.reject(new Error('not asked here')),
  page: () => Promise.reject(new Error('not asked here')),
};

describe('an export of a trail that is pruned meanwhile', () => {
  const chain = chainOf('chain-a', 1_500, 1_700_000_000_000);
  const record = new TestChain('chain-b', gatewayKey('gateway-2026'));
  record.append({ type: 'AUDIT_PRUNED', at: 1_800_000_000_000 });
  record.commit();

  it.each<ExportOrder>([
    WHOLE,
    { format: 'csv', filter: {} },
    { format: 'ecs', filter: {} },
    partial({ types: ['AUDIT_READ'] }),
  ])('comes to no end that could be taken for the whole: $format $filter', async (order) => {
    const store = storeOf(chain.events);
    const moment = { begunAt: 1_800_000_000_000, clock: { now: () => 1_800_000_000_000 } };
    const read = async (): Promise<string> => {
      let text = '';
      for await (const piece of exportTrail(store.port, order, moment)) {
        text += piece;
        // Between two pages: what is deleted has been on record before.
        if (store.stored.length === 1_500) {
          store.stored.splice(0, 1_500, ...chain.events.slice(0, 1), ...chain.events.slice(1_200), ...record.events);
        }
      }
      return text;
    };
    await expect(read().then(({ length }) => length)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: expect.stringContaining('was pruned'),
    });
  });

  it('is whole where the pruning was on record before', async () => {
    const store = storeOf([...chain.events, ...record.events]);
    const lines = await linesOf(store.port, WHOLE, 1_800_000_000_000);
    expect(lines).toHaveLength(1_501);
  });
});

describe('a partial export', () => {
  const trail = generateTrail(11, { steps: 3_000, replicas: 3 });
  const some = trail.events.find(({ sessionId }) => sessionId !== null) as StoredEvent;
  const middle = (trail.events[0]?.occurredAt ?? 0) / 2 + trail.now / 2;
  const FILTERS: readonly EventFilter[] = [
    { types: ['IMPERSONATION_STARTED', 'AUDIT_READ'] },
    { outcome: 'SUCCESS' },
    { sessionId: String(some.sessionId) },
    { actorId: String(some.actorId), outcome: 'SUCCESS' },
    { occurredAfter: middle },
    { occurredBefore: middle },
    { occurredAfter: middle, occurredBefore: middle + 600_000 },
    { subjectId: 'nobody' },
  ];

  it('is big enough for both ways of reading', () => {
    const counts = FILTERS.map((filter) => trail.events.filter((event) => passesFilter(event, filter)).length);
    expect(Math.max(...counts)).toBeGreaterThan(2_000);
    expect(counts.some((count) => count > 0 && count < 2_000)).toBe(true);
  });

  it.each(FILTERS)('%j holds exactly what passes, in order, and a manifest that the verifier reads', async (filter) => {
    const lines = await linesOf(storeOf(trail.events).port, partial(filter), trail.now);
    const passing = trail.events.filter((event) => passesFilter(event, filter)).map(ndjsonLine);
    expect(lines.slice(0, -1)).toEqual(passing);
    const manifest = JSON.parse(lines.at(-1) ?? '').manifest;
    const { format, filter: read } = readExportParameters(
      Object.entries(manifest.filter as object).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, String(one)]),
      ),
    );
    expect({ format, read }).toEqual({ format: 'ndjson', read: filter });
    expect(manifest).toMatchObject({ version: 1, begunAt: new Date(trail.now).toISOString(), partial: true });
    expect(parseManifest(lines.at(-1) ?? '')).toEqual({ partial: true, events: passing.length });
    const verdict = await verifyFiles({ lines, anchors: [trail.seals.map(anchoredLine)], jwks: trail.jwks });
    expect(verdict).toMatchObject({ verdict: 'PARTIAL', total: 0, events: passing.length });
  });

  it('of which a line was taken away is found out by the number in its manifest', async () => {
    const lines = await linesOf(storeOf(trail.events).port, partial({ outcome: 'SUCCESS' }), trail.now);
    lines.splice(5, 1);
    expect(kindsOf(await verifyFiles({ lines, jwks: trail.jwks }))).toEqual(['LINE']);
  });

  it('leaves chains unread that have nothing since its beginning, unless the store cannot tell', async () => {
    const store = storeOf([
      ...chainOf('chain-old', 10, trail.now - 10_000_000).events,
      ...chainOf('chain-new', 2_500, trail.now).events,
    ]);
    const filter = { occurredAfter: trail.now };
    for (const chainsSince of [
      (since: number) => store.chainsSince(since),
      () => Promise.reject(new StoreUnavailableError('it takes too long')),
    ]) {
      const read = new Set<string>();
      const source = {
        chains: () => store.chains(),
        chainsSince,
        page: store.page.bind(store),
        chain: (id: string, from: number, limit: number) => {
          read.add(id);
          return store.chain(id, from, limit);
        },
      };
      expect(await linesOf(source, partial(filter), trail.now + 3_000_000)).toHaveLength(2_501);
      expect(read.has('chain-old')).toBe(chainsSince.length === 0);
    }
  });

  it('has neither manifest nor extra row where every line is an event to those who read it', async () => {
    for (const format of ['csv', 'ecs'] as const) {
      const lines = await linesOf(storeOf(trail.events).port, { format, filter: { subjectId: 'nobody' } }, trail.now);
      expect(lines).toHaveLength(format === 'csv' ? 1 : 0);
    }
  });
});

describe('a manifest', () => {
  it.each([
    '{"manifest":{"version":2,"partial":true}}',
    '{"manifest":{"version":1,"extra":1,"partial":true}}',
    '{"manifest":{"partial":true,"events":1}}',
    '{"manifest":{"events":-1,"partial":true}}',
    '{"manifest":{"events":1.5,"partial":true}}',
    '{"manifest":{"events":"1","partial":true}}',
    '{"manifest":{"begunAt":"yesterday","partial":true}}',
    '{"manifest":{"filter":[],"partial":true}}',
    '{"manifest":{"filter":{"who":"user_ada"},"partial":true}}',
    '{"manifest":{"filter":{"types":["AUDIT"]},"partial":true}}',
    '{"manifest":{"filter":{"outcome":"GOOD"},"partial":true}}',
    '{"manifest":{"filter":{"actorId":1},"partial":true}}',
    '{"manifest":{"filter":{"toString":"x"},"partial":true}}',
    '{"manifest":[true]}',
    '{"manifest":{"partial":true},"more":1}',
    '{"manifest": {"partial":true}}',
  ])('is none where it is %s', (line) => {
    expect(parseManifest(line)).toBeNull();
  });
});

describe('the name of the file', () => {
  it('has the time, and says where it is a part; nothing in it was chosen by a client', () => {
    const at = Date.UTC(2026, 0, 31, 12, 30, 5, 7);
    expect(exportFileName(WHOLE, at)).toBe('audit-20260131T123005Z.ndjson');
    expect(exportFileName({ format: 'csv', filter: { actorId: '"\r\nx' } }, at)).toBe(
      'audit-20260131T123005Z-partial.csv',
    );
    expect(exportFileName({ format: 'ecs', filter: {} }, at)).toBe('audit-20260131T123005Z.ecs.ndjson');
  });
});
