import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../attacks/trail.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { openStreams, STREAM_TRANSPORTS, untilStreams } from '../support/streams.js';

interface Step {
  readonly auditVerification: {
    readonly phase: string;
    readonly startedAt: string;
    readonly checkedEvents: number;
    readonly totalEvents: number | null;
    readonly faults: readonly { readonly kind: string; readonly chain: string; readonly message: string }[];
    readonly faultCount: number;
    readonly verdict: string | null;
    readonly notCovered: readonly string[];
    readonly finishedAt: string | null;
  };
}

const VERIFY = `subscription Verify { auditVerification {
  phase startedAt checkedEvents totalEvents faults { kind chain sequence seal message } faultCount verdict notCovered finishedAt
} }`;
const MANY = 6_000;

let directory: string;
let running: RunningGateway;
let file: Database.Database;
/** Calls for events of a chain that the store has answered. */
let chainReads = 0;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'verification-e2e-'));
  running = await startGateway({
    directory,
    // The continuous verification reads chains too.
    environment: { AUDIT_RECHECK_EVENTS_PER_SECOND: '0', DENIED_EVENTS_PER_MINUTE: '10000' },
    wrapStore: (store) => ({
      ...store,
      events: new Proxy(store.events, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...asked: unknown[]) => {
            if (name === 'chain') chainReads += 1;
            return member.apply(target, asked);
          };
        },
      }),
    }),
  });
  file = new Database(path.join(directory, 'gateway.db'), { timeout: 2_000 });
});

afterAll(async () => {
  file.close();
  await running.stop();
  rmSync(directory, { recursive: true, force: true });
});

const follow = async (userId: string, transport = STREAM_TRANSPORTS[1]) => {
  if (transport === undefined) throw new Error('there is no such transport');
  return transport.follow<Step>(running.url, await running.token(userId), VERIFY);
};
const stepsOf = async (userId: string, transport = STREAM_TRANSPORTS[1]) => {
  const results = await (await follow(userId, transport)).rest();
  return results.map(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data?.auditVerification as Step['auditVerification'];
  });
};

describe('an auditor who asks for a verification', () => {
  it.each(STREAM_TRANSPORTS)('is told by $name that the trail holds', async (transport) => {
    await running
      .impersonate('user_ada', 'user_cleo')
      .then(({ actorToken }) => running.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }'));
    const steps = await stepsOf('user_audrey', transport);
    const last = steps.at(-1);
    expect(last).toMatchObject({ phase: 'DONE', verdict: 'HOLDS', faults: [], faultCount: 0 });
    expect(last?.checkedEvents).toBeGreaterThanOrEqual(last?.totalEvents ?? Number.NaN);
    expect(Date.parse(last?.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(last?.startedAt ?? ''));
    for (const { phase, verdict } of steps.slice(0, -1)) expect([phase, verdict]).toEqual([expect.any(String), null]);
  });

  it('is on record before the first word', async () => {
    const before = (await readEvents(running.store)).length;
    const followed = await follow('user_grace');
    await followed.next();
    const events = (await readEvents(running.store)).slice(before);
    expect(events.map(({ stored }) => [stored.type, stored.actorId])).toEqual([['AUDIT_READ', 'user_grace']]);
    expect(events[0]?.details.variables).toBe('{"verification":true}');
    await followed.close();
  });
});

describe('a large trail', () => {
  beforeAll(async () => {
    const token = await running.token('user_sam');
    const query = 'mutation { startImpersonation(input: { userId: "user_cleo", reason: "many" }) { expiresAt } }';
    const insert = file.prepare(
      `INSERT INTO impersonationEvents (id, chain, sequence, body, previousHash, hash, occurredAt, type, outcome, requestId)
       SELECT 'many:' || ?, 'many', ?, body, previousHash, hash, occurredAt, type, outcome, requestId
       FROM impersonationEvents LIMIT 1`,
    );
    await running.graphql(token, query);
    file.exec('BEGIN');
    for (let sequence = 0; sequence < MANY; sequence += 1) insert.run([sequence, sequence]);
    file.exec('COMMIT');
  });

  it('has its faults found: events that nobody wrote, counted all, listed a hundred', async () => {
    const steps = await stepsOf('user_audrey');
    const last = steps.at(-1);
    expect(last).toMatchObject({ phase: 'DONE', verdict: 'FAULTS' });
    expect(last?.faults).toHaveLength(100);
    expect(last?.faultCount).toBeGreaterThanOrEqual(MANY);
    expect(last?.faults[0]).toMatchObject({ kind: expect.any(String), chain: 'many', message: expect.any(String) });
    const counts = steps.map(({ checkedEvents }) => checkedEvents);
    expect(new Set(counts).size, 'progress was told on the way').toBeGreaterThan(2);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it('is not read on for an auditor who has left', async () => {
    const followed = await follow('user_audrey');
    const before = chainReads;
    await expect.poll(() => chainReads, { interval: 5 }).toBeGreaterThan(before + 3);
    await followed.close();
    await untilStreams(running.url, 0);
    expect(await openStreams(running.url)).toBe(0);
    const left = chainReads;
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The sealer looks at what is new, now and then.
    expect(chainReads - left).toBeLessThan(10);
  });

  it('is not verified on for an auditor who has lost the role', async () => {
    const followed = await follow('user_audrey');
    expect((await followed.next())?.errors).toBeUndefined();
    running.people.change('user_audrey', { roles: ['USER'] });
    running.clock.advance(1_001);
    const rest = await followed.rest();
    expect(rest.at(-1)?.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(rest.every(({ data }) => data?.auditVerification?.verdict == null)).toBe(true);
    running.people.change('user_audrey', { roles: ['AUDITOR'] });
    running.clock.advance(1_001);
    await followed.close();
  });
});
