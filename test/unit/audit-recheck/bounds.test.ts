import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Doubts } from '../../../src/audit/recheck/doubts.js';
import { Findings, loggedPlace, placesOfBoth } from '../../../src/audit/recheck/findings.js';
import type { Pace } from '../../../src/audit/recheck/pace.js';
import { pacedInputs } from '../../../src/audit/recheck/paced-inputs.js';
import { readGatewayKeys, type VerifiableStore, verifyTrail } from '../../../src/audit/verify/index.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { type OpenedTrail, threeStretches } from './rechecked-trail.js';

const MOST = 10_000;
const EMPTY: ReadonlySet<string> = new Set();

describe('what a pass finds', () => {
  it('counts without limit, and tells a bounded number of places apart', () => {
    const findings = new Findings(EMPTY);
    const keys = Array.from({ length: MOST + 5 }, (_, sequence) =>
      findings.note('CONTENT', { chain: 'a', sequence }, []),
    );
    expect(keys.slice(0, MOST).every((key) => key !== null)).toBe(true);
    expect(keys.slice(MOST)).toEqual([null, null, null, null, null]);
    expect(findings.note('CONTENT', { chain: 'a', sequence: 0 }, [])).toBeNull();
    expect([findings.places.size, findings.counts.get('CONTENT')]).toEqual([MOST, MOST + 6]);
    const others = new Set(Array.from({ length: 3 }, (_, n) => `other ${n}`));
    expect(placesOfBoth(findings.places, others)).toEqual(findings.places);
    expect(placesOfBoth(new Set(['one']), others)).toEqual(new Set(['one', ...others]));
  });

  it.each(['UNSEALED', 'UNSIGNED'] as const)(
    '%s may be late: it counts where the last whole pass has found it there, too',
    (kind) => {
      const first = new Findings(EMPTY);
      const place = { chain: 'a', sequence: 7 };
      expect(first.note(kind, place, [])).toBeNull();
      expect([first.counts.size, first.doubts.has('a', 7), first.places.size]).toEqual([0, false, 0]);
      const second = new Findings(first.suspected);
      expect(second.note(kind, { ...place, sequence: 8 }, [])).toBeNull();
      expect(second.note(kind, place, [])).not.toBeNull();
      expect([second.counts.get(kind), second.doubts.has('a', 7), second.doubts.has('a', 8)]).toEqual([1, true, false]);
    },
  );

  it('is not late where it is a seal that is not signed', () => {
    expect(new Findings(EMPTY).note('UNSIGNED', { seal: 3 }, [])).not.toBeNull();
  });

  it('is sure of what is one of too many to remember as late', () => {
    const findings = new Findings(EMPTY);
    for (let sequence = 0; sequence < MOST; sequence += 1) {
      expect(findings.note('UNSEALED', { chain: 'a', sequence }, [])).toBeNull();
    }
    expect(findings.note('UNSEALED', { chain: 'a', sequence: MOST }, [])).not.toBeNull();
    expect(findings.counts.get('UNSEALED')).toBe(1);
  });

  it('names a place in the log by all that is known of it, cut to a bound', () => {
    expect(loggedPlace({ chain: 'x'.repeat(5_000), sequence: 0, seal: 0, line: 0 })).toEqual({
      chain: 'x'.repeat(128),
      sequence: 0,
      seal: 0,
      line: 0,
    });
    expect(Object.keys(loggedPlace({ seal: 1 }))).toEqual(['seal']);
  });

  it('holds nothing in doubt by a stretch that ends before it begins, and nothing less by others', () => {
    const doubts = new Doubts();
    doubts.add({ chain: 'a', from: 5, to: 6 });
    doubts.add({ chain: 'a', from: 20, to: 2 });
    doubts.add({ chain: 'a', from: Number.NaN, to: 3 });
    doubts.add({ chain: 'a', from: 9, to: 9 });
    const inDoubt = Array.from({ length: 30 }, (_, sequence) => sequence).filter((one) => doubts.has('a', one));
    expect(inDoubt).toEqual([5, 6, 9]);
  });
});

/** Reads the whole trail as a pass does, and says what it was asked to wait for. */
async function paced(trail: OpenedTrail, events: Partial<VerifiableStore['events']> = {}) {
  const { store, anchorFile, jwks, clock } = trail;
  const stopping = new AbortController();
  const spent: number[] = [];
  const rests: number[] = [];
  const pace: Pace = {
    spend: async (count) => void spent.push(count),
    turn: async () => undefined,
    rest: async (ms) => void rests.push(ms),
  };
  const reading: VerifiableStore = {
    seals: store.seals,
    events: {
      chains: () => store.events.chains(),
      chain: (...asked) => store.events.chain(...asked),
      hasBeyondChain: (chain) => store.events.hasBeyondChain(chain),
      ...events,
    },
  };
  const inputs = pacedInputs({
    store: reading,
    keys: readGatewayKeys(jwks),
    anchorFile,
    pace,
    signal: stopping.signal,
  });
  const verdict = await verifyTrail(inputs, { now: clock.now() }).catch((error: unknown) => error);
  return { verdict, spent, rests, listeners: getEventListeners(stopping.signal, 'abort').length };
}

describe('a pass', () => {
  it('pays for events, for seals as ten events each, and leaves no listener behind on the signal that stops it', async () => {
    const trail = await threeStretches();
    const { verdict, spent, listeners } = await paced(trail);
    expect(verdict).toMatchObject({ total: 0 });
    expect(spent.filter((count) => count === 10)).toHaveLength(3);
    expect(spent.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(15 + 30);
    expect(listeners).toBe(0);
  });

  it('pays for the lines of anchors, too', async () => {
    const trail = await threeStretches();
    for (let more = 0; more < 17; more += 1) {
      await trail.writer().writeMany(1);
      await trail.sealer.seal();
    }
    const { spent } = await paced(trail);
    expect(spent).toContain(20);
  });

  it('sees what was put where no chain leads', async () => {
    const { change, recheck, errors, one } = await threeStretches();
    change('UPDATE impersonationEvents SET sequence = -1 WHERE chain = ? AND sequence = 12', one);
    expect(await recheck.pass()).toBe(true);
    expect(errors()).toContainEqual(expect.objectContaining({ kind: 'UNREADABLE', chain: one }));
  });

  it('asks three times for an event, with a rest between, before it gives it up', async () => {
    const trail = await threeStretches();
    let single = 0;
    const { rests } = await paced(trail, {
      async chain(_chain, _from, limit) {
        if (limit === 1) single += 1;
        throw new StoreUnavailableError('away');
      },
    });
    expect(single).toBeGreaterThan(0);
    expect(single % 3).toBe(0);
    expect(rests).toEqual(Array.from({ length: (single / 3) * 2 }, () => 500));
  });
});

it('what a pass found that was cut off is not told again by the next one, nor called gone before a whole one', async () => {
  const trail = await threeStretches();
  const { store } = trail;
  trail.change('DELETE FROM auditSeals WHERE id = 0');
  let isDown = true;
  const away = async (): Promise<never> => {
    throw new StoreUnavailableError('away');
  };
  const recheck = trail.recheckOf({
    seals: store.seals,
    events: {
      chains: () => (isDown ? away() : store.events.chains()),
      chain: (...asked) => (isDown ? away() : store.events.chain(...asked)),
    },
  });
  expect(await recheck.pass()).toBe(false);
  const told = trail.errors().length;
  expect(told).toBeGreaterThan(0);
  expect(await recheck.pass()).toBe(false);
  expect(trail.errors()).toHaveLength(told);
  expect(trail.lines.filter(({ level }) => level === 30)).toEqual([]);
  isDown = false;
  expect(await recheck.pass()).toBe(true);
  const places = trail.errors().map(({ kind, chain, sequence, seal }) => JSON.stringify([kind, chain, sequence, seal]));
  expect(new Set(places).size).toBe(places.length);
  expect(trail.lines.filter(({ level }) => level === 30)).toEqual([]);
});
