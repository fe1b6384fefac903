import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../attacks/trail.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const STATISTICS = `query Statistics($from: DateTime!, $until: DateTime!, $buckets: Int) {
  impersonationStatistics(occurredAfter: $from, occurredBefore: $until, buckets: $buckets) { from until started denied ended }
}`;
const WITHOUT_BUCKETS = `query Statistics($from: DateTime!, $until: DateTime!) {
  impersonationStatistics(occurredAfter: $from, occurredBefore: $until) { from }
}`;
const HOUR = 3_600_000;

let running: RunningGateway;
beforeAll(async () => {
  running = await startGateway();
});
afterAll(() => running.stop());

const span = () => ({
  from: new Date(running.clock.now() - HOUR).toISOString(),
  until: new Date(running.clock.now() + HOUR).toISOString(),
});
const reads = async () => (await readEvents(running.store)).filter(({ stored }) => stored.type === 'AUDIT_READ').length;

describe('statistics', () => {
  it('count what happened: three starts, two ends, one refusal', async () => {
    await running.impersonate('user_ada', 'user_carl');
    const { actorToken } = await running.impersonate('user_ada', 'user_cleo');
    const { sessionId } = await running.impersonate('user_grace', 'user_cleo');
    await running.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
    await running.graphql(
      await running.token('user_ada'),
      'mutation($id: ID!) { revokeImpersonation(input: { sessionId: $id, reason: "enough" }) { session { id } } }',
      { id: sessionId },
    );
    await running.graphql(
      await running.token('user_sam'),
      'mutation { startImpersonation(input: { userId: "user_cleo", reason: "may I" }) { expiresAt } }',
    );
    const { data, codes } = await running.graphql(await running.token('user_audrey'), STATISTICS, {
      ...span(),
      buckets: 4,
    });
    expect(codes).toEqual([]);
    const buckets: { from: string; until: string; started: number; denied: number; ended: number }[] =
      data.impersonationStatistics;
    expect(buckets).toHaveLength(4);
    expect(buckets.map(({ until }) => Date.parse(until)).slice(0, 3)).toEqual(
      buckets.slice(1).map(({ from }) => Date.parse(from)),
    );
    const sum = (series: 'started' | 'denied' | 'ended') => buckets.reduce((all, each) => all + each[series], 0);
    expect([sum('started'), sum('ended'), sum('denied')]).toEqual([3, 2, 1]);
  });

  it('have 48 stretches where nobody says otherwise', async () => {
    const { data } = await running.graphql(await running.token('user_audrey'), WITHOUT_BUCKETS, span());
    expect(data.impersonationStatistics).toHaveLength(48);
  });

  it('leave one record of who looked at them, and another after ten minutes', async () => {
    const grace = await running.token('user_grace');
    const before = await reads();
    for (let time = 0; time < 3; time += 1) {
      running.clock.advance(1_000);
      await running.graphql(grace, STATISTICS, { ...span(), buckets: 10 + time });
    }
    expect((await reads()) - before).toBe(1);
    running.clock.advance(600_001);
    await running.graphql(grace, STATISTICS, { ...span(), buckets: 10 });
    expect((await reads()) - before).toBe(2);
  });

  it.each([
    ['of more than 366 days', { from: '2025-01-01T00:00:00.000Z', until: '2026-01-03T00:00:00.000Z' }, /366 days/],
    ['of no time', { from: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:00:00.000Z' }, /must be after/],
    ['in 201 stretches', { buckets: 201 }, /from 1 to 200/],
  ])('%s are refused, and nothing is on record', async (_what, change, sentence) => {
    const before = await reads();
    const variables = { ...span(), buckets: 4, ...change };
    const { codes, errors } = await running.graphql(await running.token('user_ada'), STATISTICS, variables);
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toMatch(sentence);
    expect(await reads()).toBe(before);
  });
});
