import { describe, expect, it } from 'vitest';
import { readGatewayKeys, type VerifiableStore, verifyStore } from '../../../src/audit/verify/index.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import { change, GATEWAY, MIDNIGHT, memoryStore, story, type Trail, verifyOnline } from './story.js';
import { kindsOf, withFolder } from './verifying.js';
import { TestChain, TestSealer } from './writer.js';

const keys = readGatewayKeys(story().jwks);

function verify(store: VerifiableStore, trail: Trail) {
  return verifyStore(store, { keys }, { now: trail.now });
}

/** A store whose events come as the function has them. */
function storeWith(trail: Trail, chain: VerifiableStore['events']['chain']): VerifiableStore {
  const { seals, events } = memoryStore(trail);
  return { seals, events: { ...events, chain } };
}

/** One chain of so many events in one commit, all sealed. */
function longTrail(length: number): Trail {
  const chain = new TestChain('long', GATEWAY);
  for (let count = 0; count < length; count += 1) chain.append({ type: 'AUDIT_READ', at: MIDNIGHT + count });
  chain.commit();
  const sealer = new TestSealer();
  sealer.seal(MIDNIGHT + length, [{ chain, closed: true }], GATEWAY);
  const { jwks, now } = story();
  return { events: chain.events, seals: sealer.seals, anchors: [], jwks, now };
}

describe('a projection', () => {
  const changes: Readonly<Record<string, Partial<StoredEvent>>> = {
    id: { id: 'chain-a:000000000009' },
    occurredAt: { occurredAt: 1 },
    type: { type: 'AUDIT_READ' },
    outcome: { outcome: 'FAILURE' },
    actorId: { actorId: 'user_grace' },
    subjectId: { subjectId: null },
    sessionId: { sessionId: 'session-2' },
    requestId: { requestId: 'request' },
    operationName: { operationName: 'Other' },
  };

  it.each(Object.keys(changes))('%s that was edited is told', async (name) => {
    const trail = story();
    change(trail, 'A1', () => changes[name] ?? {});
    const { counts, faults } = await verifyOnline(trail);
    expect(counts).toEqual({ PROJECTION: 1 });
    expect(faults[0]).toMatchObject({
      chain: 'chain-a',
      sequence: 1,
      sentence: expect.stringContaining(`its ${name} `),
    });
  });

  it.each(Object.keys(changes))('%s that was re-typed is told', async (name) => {
    const trail = story();
    change(trail, 'A1', (event) => {
      const value = event[name as keyof StoredEvent];
      const retyped: unknown = typeof value === 'number' ? String(value) : { value };
      return { [name]: retyped } as Partial<StoredEvent>;
    });
    expect((await verifyOnline(trail)).counts).toEqual({ PROJECTION: 1 });
  });
});

describe('a store', () => {
  it('that does not answer is no faulty trail: nothing is known', async () => {
    const trail = story();
    const down = async () => {
      throw new StoreUnavailableError('the store is down');
    };
    await expect(verify({ ...memoryStore(trail), events: { chain: down, chains: down } }, trail)).rejects.toThrow(
      'down',
    );
    const { events } = memoryStore(trail);
    await expect(verify({ events, seals: { from: down } }, trail)).rejects.toThrow('down');
  });

  it('that goes down in the middle is no faulty trail either', async () => {
    const trail = story();
    let calls = 0;
    const { seals, events } = memoryStore(trail);
    const fail = () => {
      throw new StoreUnavailableError('the store is down');
    };
    const going: VerifiableStore = {
      seals,
      events: {
        chains: async () => (calls > 1 ? fail() : events.chains()),
        chain: async (...page) => {
          calls += 1;
          return calls > 1 ? fail() : events.chain(...page);
        },
      },
    };
    await expect(verify(going, trail)).rejects.toThrow(StoreUnavailableError);
  });

  it('that cannot read one event tells which, and reads the others', async () => {
    const trail = story();
    const { events } = memoryStore(trail);
    const { counts } = await verify(
      storeWith(trail, async (chain, from, limit) => {
        const page = await events.chain(chain, from, limit);
        if (page.some(({ id }) => id === 'chain-a:000000000002')) throw new StoreUnavailableError('a strange value');
        return page;
      }),
      trail,
    );
    expect(counts).toEqual({ UNREADABLE: 1, EVENT_MISSING: 1 });
  });

  it('that cannot read the end of a chain comes to an end all the same', async () => {
    const trail = story();
    const { events } = memoryStore(trail);
    const verdict = await verify(
      storeWith(trail, async (chain, from, limit) => {
        const page = await events.chain(chain, from, limit);
        if (chain === 'chain-a' && page.length < limit)
          throw new StoreUnavailableError('a sequence beyond all numbers');
        return page;
      }),
      trail,
    );
    expect(kindsOf(verdict)).toContain('UNREADABLE');
    expect(verdict.events).toBe(10);
  });

  it.each([Number.NaN, 2 ** 60])('that holds the sequence %s tells so', async (sequence) => {
    const trail = story();
    change(trail, 'A6', () => ({ sequence }));
    expect(kindsOf(await verifyOnline(trail))).toContain('UNREADABLE');
  });

  it('that holds a chain whose id is no text tells so', async () => {
    const trail = story();
    const { events, seals } = memoryStore(trail);
    const chains = async () => [...(await events.chains()), 17 as unknown as string];
    expect((await verify({ seals, events: { ...events, chains } }, trail)).counts).toEqual({ UNREADABLE: 1 });
  });

  it('that holds two events of one sequence tells so, wherever its pages are cut', async () => {
    for (const length of [998, 999, 1_000, 1_001, 1_002]) {
      const trail = longTrail(length);
      trail.events.push({ ...trail.events.at(-1)!, id: 'long:another' });
      const { counts } = await verifyOnline(trail);
      expect(counts, `${length} events`).toEqual({ EVENT_REPEATED: 1, PROJECTION: 1 });
    }
  });

  it('that is being written is waited for: a commit shows its signed event last', async () => {
    const trail = story();
    const { events } = memoryStore(trail);
    let asked = 0;
    const { faults } = await verify(
      storeWith(trail, async (chain, from, limit) => {
        const page = await events.chain(chain, from, limit);
        asked += 1;
        return asked < 3 ? page.filter(({ id }) => id !== 'chain-a:000000000006') : page;
      }),
      trail,
    );
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(3);
  });

  it('is verified page by page, whatever the length of its chains', async () => {
    expect(await verifyOnline(longTrail(2_500))).toMatchObject({ events: 2_500, faults: [] });
  });

  it('that is the embedded one gives its events as they were written', async () => {
    await withFolder(async (directory) => {
      const trail = story();
      const store = createEmbeddedStore({ directory });
      await store.open();
      try {
        await store.events.append(trail.events);
        const { seals } = memoryStore(trail);
        expect(await verify({ events: store.events, seals }, trail)).toMatchObject({ verdict: 'HOLDS', events: 10 });
      } finally {
        await store.close();
      }
    });
  });
});
