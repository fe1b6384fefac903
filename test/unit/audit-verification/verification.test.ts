import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { PaceTime } from '../../../src/audit/recheck/pace.js';
import type { VerificationProgress } from '../../../src/audit/verification/progress.js';
import { createVerification, type VerificationOptions } from '../../../src/audit/verification/verification.js';
import { readGatewayKeys } from '../../../src/audit/verify/index.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { type OpenedTrail, threeStretches } from '../audit-recheck/rechecked-trail.js';

const permitted = async () => undefined;
/** Each step is told: a quarter of a second goes by from one look at the clock to the next. */
function hurriedTime(): PaceTime {
  let now = 0;
  return {
    now: () => {
      now += 250;
      return now;
    },
    pause: async (_ms, signal) => {
      await pause(0);
      signal.throwIfAborted();
    },
  };
}

function verificationOf(trail: OpenedTrail, options: Partial<VerificationOptions> = {}) {
  return createVerification({
    store: trail.store,
    keys: readGatewayKeys(trail.jwks),
    anchorFile: trail.anchorFile,
    clock: trail.clock,
    logger: pino({ level: 'silent' }),
    time: hurriedTime(),
    ...options,
  });
}

async function stepsOf(stream: AsyncIterable<VerificationProgress>): Promise<VerificationProgress[]> {
  const steps: VerificationProgress[] = [];
  for await (const step of stream) steps.push(step);
  return steps;
}

/** The trail's store, which counts what is read, and stops answering at will. */
function watched({ store }: OpenedTrail) {
  const state = { reads: 0, fails: false, hold: null as Promise<void> | null };
  const events = {
    async chains() {
      if (state.fails) throw new StoreUnavailableError('it does not answer');
      return store.events.chains();
    },
    heads: () => store.events.heads(),
    async chain(...asked: Parameters<typeof store.events.chain>) {
      state.reads += 1;
      await state.hold;
      if (state.fails) throw new StoreUnavailableError('it does not answer');
      return store.events.chain(...asked);
    },
  };
  return { state, store: { events, seals: store.seals } };
}

describe('a trail that nobody touched', () => {
  it('holds, and how far it is is told in order', async () => {
    const trail = await threeStretches();
    const steps = await stepsOf(await verificationOf(trail).follow(permitted));
    const phases = [...new Set(steps.map(({ phase }) => phase))];
    expect(phases.at(0)).toBe('SEALS');
    expect(phases.at(-1)).toBe('DONE');
    expect(phases).toContain('EVENTS');
    const counts = steps.map(({ checkedEvents }) => checkedEvents);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toEqual({
      phase: 'DONE',
      startedAt: expect.any(Number),
      checkedEvents: 15,
      totalEvents: 15,
      faults: [],
      faultCount: 0,
      verdict: 'HOLDS',
      notCovered: [expect.stringMatching(/not sealed yet/)],
      finishedAt: expect.any(Number),
    });
    for (const step of steps.slice(0, -1)) {
      expect([step.verdict, step.finishedAt, step.notCovered]).toEqual([null, null, []]);
    }
  });

  it('is verified anew each time it is asked for', async () => {
    const trail = await threeStretches();
    const verification = verificationOf(trail);
    for (let time = 0; time < 2; time += 1) {
      const last = (await stepsOf(await verification.follow(permitted))).at(-1);
      expect(last).toMatchObject({ verdict: 'HOLDS', checkedEvents: 15 });
    }
    trail.change("UPDATE impersonationEvents SET type = 'AUDIT_GAP' WHERE sequence = 3");
    expect((await stepsOf(await verification.follow(permitted))).at(-1)?.verdict).toBe('FAULTS');
  });
});

describe('a fault', () => {
  it('is found, with its place and a sentence', async () => {
    const trail = await threeStretches();
    trail.change(
      'UPDATE impersonationEvents SET body = replace(body, ?, ?) WHERE chain = ? AND sequence = 5',
      '"code":null',
      '"code":"FORBIDDEN"',
      trail.one,
    );
    const last = (await stepsOf(await verificationOf(trail).follow(permitted))).at(-1);
    expect(last).toMatchObject({ phase: 'DONE', verdict: 'FAULTS', checkedEvents: 15 });
    expect(last?.faults).toContainEqual({
      kind: 'CONTENT',
      chain: trail.one,
      sequence: 5,
      message: expect.stringMatching(/^\p{Lu}.+\.$/u),
    });
    expect(last?.faultCount).toBe(last?.faults.length);
  });

  it('among very many is counted, and a hundred are listed, with names of bounded length', async () => {
    const trail = await threeStretches();
    const insert = trail.file.prepare(
      `INSERT INTO impersonationEvents (id, chain, sequence, body, previousHash, hash, occurredAt, type, outcome, requestId)
       VALUES (?, ?, ?, 'no event', x'00', x'00', 0, 'AUDIT_READ', 'SUCCESS', 'r')`,
    );
    for (let sequence = 0; sequence < 300; sequence += 1) insert.run([`x:${sequence}`, 'x'.repeat(10_000), sequence]);
    const last = (await stepsOf(await verificationOf(trail).follow(permitted))).at(-1);
    expect(last?.verdict).toBe('FAULTS');
    expect(last?.faults).toHaveLength(100);
    expect(last?.faultCount).toBeGreaterThanOrEqual(300);
    for (const { chain = '' } of last?.faults ?? []) expect(chain.length).toBeLessThanOrEqual(128);
  });
});

describe('those who follow', () => {
  it('share one verification: who comes later sees how far it is', async () => {
    const trail = await threeStretches();
    const { state, store } = watched(trail);
    const alone = watched(trail);
    await stepsOf(await verificationOf(trail, { store: alone.store }).follow(permitted));
    let release = () => {};
    state.hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const verification = verificationOf(trail, { store });
    const early = stepsOf(await verification.follow(permitted));
    await expect.poll(() => state.reads).toBe(1);
    const late = stepsOf(await verification.follow(permitted));
    release();
    const [ofEarly, ofLate] = [await early, await late];
    expect(ofLate.at(0)?.totalEvents).toBe(15);
    expect(ofLate.at(-1)).toEqual(ofEarly.at(-1));
    expect(state.reads).toBe(alone.state.reads);
  });

  it('end it when the last of them leaves, not before', async () => {
    const trail = await threeStretches();
    const { state, store } = watched(trail);
    let release = () => {};
    state.hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const verification = verificationOf(trail, { store });
    const [one, other] = [await verification.follow(permitted), await verification.follow(permitted)];
    await expect.poll(() => state.reads).toBe(1);
    await one.return?.();
    await pause(20);
    state.hold = null;
    release();
    await expect.poll(() => state.reads).toBeGreaterThan(1);
    state.hold = new Promise(() => undefined);
    await other.return?.();
    const { reads } = state;
    await pause(50);
    expect(state.reads).toBeLessThanOrEqual(reads + 1);

    state.hold = null;
    expect((await stepsOf(await verification.follow(permitted))).at(-1)?.verdict).toBe('HOLDS');
  });

  it('are told where it could not be finished, and nothing of a verdict', async () => {
    const trail = await threeStretches();
    const { state, store } = watched(trail);
    state.fails = true;
    const verification = verificationOf(trail, { store });
    const seen: VerificationProgress[] = [];
    const following = (async () => {
      for await (const step of await verification.follow(permitted)) seen.push(step);
    })();
    await expect(following).rejects.toThrow(StoreUnavailableError);
    expect(seen.every(({ verdict }) => verdict === null)).toBe(true);
    state.fails = false;
    expect((await stepsOf(await verification.follow(permitted))).at(-1)?.verdict).toBe('HOLDS');
  });

  it('get nothing, and nothing is begun, where they are not permitted', async () => {
    const trail = await threeStretches();
    const { state, store } = watched(trail);
    const verification = verificationOf(trail, { store });
    await expect(verification.follow(() => Promise.reject(new Error('it cannot be recorded')))).rejects.toThrow();
    await pause(20);
    expect(state.reads).toBe(0);
  });

  it('are told at once when the gateway stops, and nobody can begin another', async () => {
    const trail = await threeStretches();
    const { state, store } = watched(trail);
    state.hold = new Promise(() => undefined);
    const verification = verificationOf(trail, { store });
    const following = stepsOf(await verification.follow(permitted));
    await expect.poll(() => state.reads).toBe(1);
    const told = expect(following).rejects.toThrow('The gateway is stopping.');
    await verification.stop();
    await told;
    await expect(verification.follow(permitted)).rejects.toThrow('The gateway is stopping.');
  });
});
