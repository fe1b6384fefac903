import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { brokenLinks, contradictions, readSessions, readTrail, type TrailEvent } from '../support/trail-reading.js';

const WHO = '{ viewer { id } actor { id } impersonation { id } }';
const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } }
}`;
const STOP = 'mutation { stopImpersonation { session { status } } }';

// Actor tokens are accepted by whoever they say issued them; a free port alone would be another issuer each time.
const SETTINGS = { PUBLIC_URL: 'https://gateway.example' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  gateway = await startGatewayProcess(folder.path, SETTINGS);
});

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

async function start(): Promise<{ actorToken: string; session: { id: string } }> {
  const { data } = await gateway.graphql<{
    startImpersonation: { actorToken: string; session: { id: string } };
  }>(await gateway.signIn('user_ada'), START, { input: { userId: 'user_cleo', reason: 'before the restart' } });
  return data.startImpersonation;
}

async function trail(): Promise<TrailEvent[]> {
  const auditor = await gateway.signIn('user_audrey');
  return readTrail((query, variables) => gateway.graphql(auditor, query, variables));
}

describe.each([
  ['a stop', () => gateway.stop()],
  ['a crash', () => gateway.kill()],
])('after %s and a new start', (_how, end) => {
  let active: Awaited<ReturnType<typeof start>>;
  let ended: Awaited<ReturnType<typeof start>>;
  let own: string;
  let before: TrailEvent[];

  beforeAll(async () => {
    own = await gateway.signIn('user_ada');
    active = await start();
    ended = await start();
    expect((await gateway.graphql(ended.actorToken, STOP)).codes).toEqual([]);
    before = await trail();
    await end();
    gateway = await startGatewayProcess(folder.path, SETTINGS);
  });

  it('an active session is active, and its token works as before', async () => {
    const { data } = await gateway.graphql(active.actorToken, WHO);
    expect(data).toEqual({
      viewer: { id: 'user_cleo' },
      actor: { id: 'user_ada' },
      impersonation: { id: active.session.id },
    });
  });

  it('an ended session stays ended', async () => {
    const { status, codes } = await gateway.graphql(ended.actorToken, WHO);
    expect({ status, codes }).toEqual({ status: 401, codes: ['IMPERSONATION_ENDED'] });
  });

  it('development tokens of before are good', async () => {
    expect((await gateway.graphql(own, WHO)).data).toMatchObject({ viewer: { id: 'user_ada' } });
  });

  it('every event is there, unchanged, and new ones follow in a chain of their own', async () => {
    const after = await trail();
    // The auditor's own reading was recorded after what it read.
    const old = after.filter(({ id }) => before.some((event) => event.id === id));
    expect(old).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    const chainsBefore = new Set(before.map(({ integrity }) => integrity.chain));
    expect(new Set(after.map(({ integrity }) => integrity.chain)).size).toBe(chainsBefore.size + 1);
    expect(brokenLinks(after)).toEqual([]);
    const auditor = await gateway.signIn('user_audrey');
    const sessions = await readSessions((query, variables) => gateway.graphql(auditor, query, variables));
    expect(contradictions(sessions, after)).toEqual([]);
  });

  it('the active session can be stopped', async () => {
    const { data } = await gateway.graphql(active.actorToken, STOP);
    expect(data).toEqual({ stopImpersonation: { session: { status: 'STOPPED' } } });
  });
});
