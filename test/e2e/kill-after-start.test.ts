import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { contradictions, readSessions, readTrail } from '../support/trail-reading.js';

const ROUNDS = 10;
const SETTINGS = {
  PUBLIC_URL: 'https://gateway.example',
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '1000',
};
const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "the power fails" }) { actorToken session { id } }
}`;

interface Started {
  readonly actorToken: string;
  readonly session: { readonly id: string };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(async () => {
  await folder.remove();
});

/** Kills the gateway on the first sign of an answer; what it has sent by then still arrives. */
async function startAndKill(gateway: GatewayProcess, token: string): Promise<Started> {
  const sent = request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  });
  sent.end(JSON.stringify({ query: START }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const [exit, body] = await Promise.all([gateway.kill(), text(response)]);
  expect(exit.signal).toBe('SIGKILL');
  return (JSON.parse(body) as { data: { startImpersonation: Started } }).data.startImpersonation;
}

it(`${ROUNDS} times killed as soon as a start was answered, the event and the session are there each time`, {
  timeout: 90_000,
}, async () => {
  const started: Started[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const gateway = await startGatewayProcess(folder.path, SETTINGS);
    started.push(await startAndKill(gateway, await gateway.signIn('user_ada')));
  }

  const gateway = await startGatewayProcess(folder.path, SETTINGS);
  try {
    for (const { actorToken, session } of started) {
      const { data } = await gateway.graphql(actorToken, '{ viewer { id } impersonation { id status } }');
      expect(data).toEqual({ viewer: { id: 'user_cleo' }, impersonation: { id: session.id, status: 'ACTIVE' } });
    }
    const auditor = await gateway.signIn('user_audrey');
    const ask = <T>(query: string, variables: Record<string, unknown>) => gateway.graphql<T>(auditor, query, variables);
    const trail = await readTrail(ask);
    const sessions = await readSessions(ask);
    const begun = trail.filter(({ type }) => type === 'IMPERSONATION_STARTED');
    expect(begun.map(({ sessionId }) => sessionId).toReversed()).toEqual(started.map(({ session }) => session.id));
    expect(contradictions(sessions, trail)).toEqual([]);
  } finally {
    await gateway.kill();
  }
});
