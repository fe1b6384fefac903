import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const SESSIONS = 25;

let gateway: RunningGateway;
let auditor: string;

beforeAll(async () => {
  gateway = await startGateway({
    environment: { IMPERSONATION_MAX_ACTIVE: '100', IMPERSONATION_STARTS_PER_MINUTE: '100' },
  });
  auditor = await gateway.token('user_audrey');
  for (let index = 1; index <= SESSIONS; index += 1) {
    const actor = index % 2 === 0 ? 'user_ada' : 'user_grace';
    const { actorToken } = await gateway.impersonate(actor, `user_${String(index).padStart(4, '0')}`);
    const stopped = await gateway.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
    expect(stopped.codes).toEqual([]);
  }
});

afterAll(async () => {
  await gateway.stop();
});

/** How often the directory is asked for people while the query is answered; nobody but the auditor is remembered before. */
async function lookUpsOf(query: string): Promise<{ lookUps: number; text: string }> {
  gateway.clock.advance(2_000);
  await gateway.graphql(auditor, '{ viewer { id } }');
  gateway.people.lookUps = 0;
  const { codes, text } = await gateway.graphql(auditor, query);
  expect(codes).toEqual([]);
  return { lookUps: gateway.people.lookUps, text };
}

it('a page of 50 events with all their people costs one look-up', async () => {
  const { lookUps, text } = await lookUpsOf(`{
    impersonationEvents(first: 50, filter: { types: [IMPERSONATION_STARTED, IMPERSONATION_STOPPED] }) {
      nodes { actor { id name } subject { id name } }
    }
  }`);
  const names = new Set(text.match(/user_\w+/g));
  expect(names.size).toBe(SESSIONS + 2);
  expect(lookUps).toBe(1);
});

it('a page of sessions with all their people costs one look-up', async () => {
  const { lookUps } = await lookUpsOf(`{
    impersonationSessions(first: 25) { nodes { actor { name } subject { name } endedBy { name } } }
  }`);
  expect(lookUps).toBe(1);
});
