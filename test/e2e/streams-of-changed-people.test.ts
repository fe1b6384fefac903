import { afterAll, beforeAll, expect, it } from 'vitest';
import { codesOf } from '../support/ask.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { STREAM_TRANSPORTS, untilStreams } from '../support/streams.js';

const SILENT = 'subscription { impersonationEventRecorded(filter: { types: [IMPERSONATION_VOIDED] }) { id } }';
const DENIED = 'subscription { impersonationEventRecorded(filter: { types: [IMPERSONATION_DENIED] }) { code } }';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway.stop();
});

async function auditor(id: string): Promise<string> {
  gateway.people.change(id, { roles: ['AUDITOR'] });
  return gateway.token(id);
}

it('a stream goes on when its reader gains a role', async () => {
  const token = await auditor('user_0001');
  const tails = STREAM_TRANSPORTS.map(({ follow }) =>
    follow<{ impersonationEventRecorded: { code: string } }>(gateway.url, token, DENIED),
  );
  const firsts = tails.map((tail) => tail.next());
  await untilStreams(gateway.url, tails.length);
  gateway.people.change('user_0001', { roles: ['AUDITOR', 'SUPPORT'] });
  // Longer than a person is remembered, so that the change is seen.
  gateway.clock.advance(2_000);
  const stop = 'mutation { stopImpersonation(sessionId: "unknown") { viewer { id } } }';
  expect((await gateway.graphql(await gateway.token('user_carl'), stop)).codes).toEqual(['FORBIDDEN']);
  for (const first of await Promise.all(firsts)) expect(first?.data?.impersonationEventRecorded.code).toBe('FORBIDDEN');
  await Promise.all(tails.map((tail) => tail.close()));
  await untilStreams(gateway.url, 0);
});

it.each([
  ['loses the role', 'user_0002', 'FORBIDDEN', (id: string) => gateway.people.change(id, { roles: ['USER'] })],
  ['is disabled', 'user_0003', 'TOKEN_INVALID', (id: string) => gateway.people.change(id, { disabled: true })],
  ['is gone', 'user_0004', 'TOKEN_INVALID', (id: string) => gateway.people.remove(id)],
  ['has an expired token', 'user_0005', 'TOKEN_EXPIRED', () => gateway.clock.advance(13 * 3_600_000)],
])('a silent stream ends, over every transport, when its reader %s', async (_what, id, code, change) => {
  const token = await auditor(id);
  const tails = STREAM_TRANSPORTS.map(({ follow }) => follow(gateway.url, token, SILENT));
  const rests = tails.map((tail) => tail.rest());
  await untilStreams(gateway.url, tails.length);
  change(id);
  for (const results of await Promise.all(rests)) {
    expect(results).toHaveLength(1);
    expect(results[0]?.data ?? null).toBeNull();
    expect(codesOf(results[0]?.errors ?? [])).toEqual([code]);
  }
  await Promise.all(tails.map((tail) => tail.close()));
  await untilStreams(gateway.url, 0);
});
