import { describe, expect, it, vi } from 'vitest';
import { createPace } from '../../../src/audit/recheck/pace.js';
import { storedEvents, type VerifiableStore } from '../../../src/audit/verify/index.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { type OpenedTrail, openTrail, stretches, threeStretches } from './rechecked-trail.js';

const recoded = (body: string) => body.replace('"code":null', '"code":"FORBIDDEN"');
const down = async (): Promise<never> => {
  throw new StoreUnavailableError('the store is down');
};

/** The store, until it has answered so many calls for events; then it answers nothing. */
function downAfter({ store }: Pick<OpenedTrail, 'store'>, calls: number): VerifiableStore {
  let answered = 0;
  return {
    seals: store.seals,
    events: {
      chains: async () => (answered >= calls ? down() : store.events.chains()),
      async chain(...asked) {
        if (answered >= calls) return down();
        answered += 1;
        return store.events.chain(...asked);
      },
    },
  };
}

describe('a store that goes down during a pass', () => {
  it.each([0, 1, 2, 3])('after %i calls: the pass is not whole, and there is no fault', async (calls) => {
    const trail = await threeStretches();
    const recheck = trail.recheckOf(downAfter(trail, calls));
    expect(await recheck.pass()).toBe(false);
    expect(trail.errors()).toEqual([]);
    expect(trail.lines).toEqual([expect.objectContaining({ level: 40 })]);
    expect(await trail.metric('gateway_audit_recheck_whole')).toBe(0);
    expect(await trail.metric('gateway_audit_recheck_completed_timestamp_seconds')).toBe(0);
    for (const chain of [trail.one, trail.other]) expect(recheck.isInDoubt(chain, 0)).toBe(false);
  });

  it('for a moment, and answers when it is asked for something else: no event is called unreadable', async () => {
    const trail = await threeStretches();
    let askedForOne = 0;
    const { store } = trail;
    const flapping: VerifiableStore = {
      seals: store.seals,
      events: {
        chains: () => store.events.chains(),
        // Down for every size of page, and twice more where a single event is asked for.
        async chain(chain, from, limit) {
          if (limit === 1) askedForOne += 1;
          return askedForOne < 3 ? down() : store.events.chain(chain, from, limit);
        },
      },
    };
    expect(await trail.recheckOf(flapping).pass()).toBe(true);
    expect(trail.errors()).toEqual([]);
  });

  it('takes back nothing that was found before, and what was found in it stands', async () => {
    const trail = await threeStretches();
    const { recheck, store } = trail;
    let isUp = true;
    const going = trail.recheckOf({
      seals: store.seals,
      events: {
        chains: () => (isUp ? store.events.chains() : down()),
        chain: (...call) => (isUp ? store.events.chain(...call) : down()),
      },
    });
    await trail.rechain(trail.one, 5, recoded);
    await going.pass();
    isUp = false;
    expect(await going.pass()).toBe(false);
    expect(going.isInDoubt(trail.one, 5)).toBe(true);

    trail.change('DELETE FROM auditSeals WHERE id = 0');
    const halfway = trail.recheckOf(downAfter(trail, 0));
    expect(await halfway.pass()).toBe(false);
    // Seal 0, which the anchor has, was missed before any event was read.
    expect(halfway.isInDoubt(trail.one, 0)).toBe(true);
    expect(recheck.isInDoubt(trail.one, 0)).toBe(false);
  });
});

describe('stopping', () => {
  it('ends a pass at once, though the store never answers', async () => {
    const trail = await threeStretches();
    const never = () => new Promise<never>(() => undefined);
    const asked = vi.fn(never);
    const { store } = trail;
    const recheck = trail.recheckOf({
      seals: store.seals,
      events: { chains: () => store.events.chains(), chain: asked },
    });
    const pass = recheck.pass();
    await expect.poll(() => asked.mock.calls.length).toBeGreaterThan(0);
    await recheck.stop();
    expect(await pass).toBe(false);
    expect(trail.lines).toEqual([]);
    expect(await recheck.pass()).toBe(false);
  });

  it('ends a wait for the rest of a commit: what was held back is not judged', async () => {
    const trail = await threeStretches();
    trail.change('UPDATE impersonationEvents SET signature = NULL WHERE sequence = 12');
    const stopping = new AbortController();
    const { events } = trail.store;
    const source = {
      chains: async () => [trail.one],
      async chain(...asked: Parameters<typeof events.chain>) {
        const page = await events.chain(...asked);
        if (page.length === 0) stopping.abort(new Error('stopped'));
        return page;
      },
    };
    const read: number[] = [];
    const reading = (async () => {
      const batches = storedEvents(source, { page: 5, signal: stopping.signal })(() => undefined);
      for await (const batch of batches) read.push(...batch.events.map(({ sequence }) => sequence));
    })();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('ends the rest between passes, and what was never started', async () => {
    const trail = await threeStretches();
    const resting = trail.recheckOf(trail.store, { pauseMs: 600_000 });
    resting.start();
    await resting.stop();
    await trail.recheckOf(trail.store).stop();
    expect(trail.lines).toEqual([]);
  });
});

describe('the pace', () => {
  it('is kept: between waits a few events are read, and the waits are as long as the events are many', async () => {
    const trail = await openTrail();
    const writer = trail.writer();
    for (let commit = 0; commit < 4; commit += 1) await writer.writeMany(250);
    await trail.sealer.seal();
    let now = 0;
    let sinceWait = 0;
    let most = 0;
    let events = 0;
    const { store } = trail;
    const counted: VerifiableStore = {
      seals: store.seals,
      events: {
        chains: () => store.events.chains(),
        async chain(...asked) {
          const page = await store.events.chain(...asked);
          events += page.length;
          sinceWait += page.length;
          most = Math.max(most, sinceWait);
          return page;
        },
      },
    };
    const recheck = trail.recheckOf(counted, {
      eventsPerSecond: 100,
      time: {
        now: () => now,
        async pause(ms) {
          now += ms;
          sinceWait = 0;
        },
      },
    });
    expect(await recheck.pass()).toBe(true);
    expect(events).toBeGreaterThanOrEqual(1_000);
    expect(most).toBeLessThanOrEqual(25);
    expect(now).toBeGreaterThanOrEqual((events * 1_000) / 100);
    expect(await trail.metric('gateway_audit_recheck_duration_seconds')).toBe(now / 1_000);
  });

  it('is kept where each lot of events takes less than a timer can wait', async () => {
    let now = 0;
    const waits: number[] = [];
    const pace = createPace(100_000, new AbortController().signal, {
      now: () => now,
      async pause(ms) {
        waits.push(ms);
        now += ms;
      },
    });
    for (let lot = 0; lot < 1_000; lot += 1) await pace.spend(25);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
    expect(now).toBeGreaterThan(248);
    expect(now).toBeLessThan(252);
  });

  it('of 0 is none at all, and that is said', async () => {
    const trail = await threeStretches();
    const asked = vi.fn(() => trail.store.events.chains());
    const { events, seals } = trail.store;
    const recheck = trail.recheckOf(
      { seals, events: { chains: asked, chain: events.chain.bind(events) } },
      { eventsPerSecond: 0, pauseMs: 0 },
    );
    recheck.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).not.toHaveBeenCalled();
    expect(trail.lines).toEqual([expect.objectContaining({ level: 40 })]);
  });

  it('lets passes follow one another once it is started', async () => {
    const trail = await threeStretches();
    const recheck = trail.recheckOf(trail.store, { pauseMs: 1 });
    recheck.start();
    await expect.poll(() => trail.metric('gateway_audit_recheck_events_total')).toBeGreaterThanOrEqual(45);
    await recheck.stop();
  });
});

describe('what only a moment’s delay may have brought about', () => {
  it('events without a seal for too long: a fault where the next pass finds them so too', async () => {
    const trail = await threeStretches();
    trail.clock.advance(61_000);
    await trail.recheck.pass();
    expect(await trail.statuses(trail.one)).toEqual(stretches('SEALED', 'SEALED', 'SEALED'));
    await trail.recheck.pass();
    expect(await trail.statuses(trail.one)).toEqual(stretches('SEALED', 'SEALED', 'SEALED', 'FAILED'));
    await trail.sealer.seal();
    await trail.recheck.pass();
    expect(await trail.statuses(trail.one)).toEqual(stretches('SEALED', 'SEALED', 'SEALED', 'SEALED'));
    expect(trail.errors()).toHaveLength(1);
  });

  it('and are sealed before the next pass: none', async () => {
    const trail = await threeStretches();
    for (let pass = 0; pass < 3; pass += 1) {
      trail.clock.advance(61_000);
      await trail.recheck.pass();
      await trail.sealer.seal();
    }
    expect(trail.errors()).toEqual([]);
  });
});

describe('sessions', () => {
  const session = { id: 'session-1', access: 'FULL', startedAt: 0, expiresAt: 32_503_680_000_000 } as const;

  it('that were started in a chain already read, and go on in one that is read later, are no fault', async () => {
    const trail = await openTrail();
    const [first, second] = [trail.writer(), trail.writer()].sort((one, other) => (one.chain < other.chain ? -1 : 1));
    if (first === undefined || second === undefined) throw new Error('two writers were opened');
    await first.writeMany(1);
    await second.writeMany(1);
    const { store } = trail;
    let isWritten = false;
    const busy: VerifiableStore = {
      seals: store.seals,
      events: {
        chains: () => store.events.chains(),
        async chain(...asked) {
          if (asked[0] === second.chain && !isWritten) {
            isWritten = true;
            await first.write(trail.draft({ type: 'IMPERSONATION_STARTED', session }));
            await second.write(trail.draft({ type: 'OPERATION_DENIED', session }));
          }
          return store.events.chain(...asked);
        },
      },
    };
    expect(await trail.recheckOf(busy).pass()).toBe(true);
    expect(isWritten).toBe(true);
    expect(trail.errors()).toEqual([]);
  });

  it('that were never started are a fault, but not one of the events: they are what was written', async () => {
    const trail = await openTrail();
    const writer = trail.writer();
    await writer.write(trail.draft({ type: 'OPERATION_DENIED', session, occurredAt: trail.clock.now() - 20_000 }));
    await trail.sealer.seal();
    await trail.recheck.pass();
    expect(await trail.metric('gateway_audit_recheck_faults{kind="SESSION_NOT_STARTED"}')).toBe(1);
    expect(trail.errors()).toHaveLength(1);
    expect(await trail.statuses(writer.chain)).toEqual(['SEALED']);
  });
});

describe('a flood of faults', () => {
  it('is counted whole and logged in part', async () => {
    const trail = await openTrail();
    const writer = trail.writer();
    await writer.writeMany(500);
    await trail.sealer.seal();
    trail.change("UPDATE impersonationEvents SET requestId = 'forged' WHERE sequence % 2 = 0");
    await trail.recheck.pass();
    expect(await trail.metric('gateway_audit_recheck_faults{kind="PROJECTION"}')).toBe(250);
    expect(trail.errors()).toHaveLength(101);
    const statuses = await trail.statuses(writer.chain);
    expect(statuses).toEqual(statuses.map((_, sequence) => (sequence % 2 === 0 ? 'FAILED' : 'SEALED')));
    await trail.recheck.pass();
    expect(trail.errors()).toHaveLength(101);
  });
});
