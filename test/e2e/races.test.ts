import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/ask.js';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { brokenLinks, contradictions, readSessions, readTrail } from '../support/trail-reading.js';

const ROUNDS = 20;
const SETTINGS = {
  PUBLIC_URL: 'https://gateway.example',
  IMPERSONATION_MAX_ACTIVE: '1',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
};
const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "a race" }) { actorToken session { id } }
}`;
const STOP = 'mutation Stop($sessionId: ID) { stopImpersonation(sessionId: $sessionId) { session { status } } }';
const REVOKE = `mutation Revoke($sessionId: ID!) {
  revokeImpersonation(input: { sessionId: $sessionId, reason: "a race" }) { session { status } }
}`;

interface Start {
  readonly startImpersonation: { readonly actorToken: string; readonly session: { readonly id: string } };
}
type Started = Start['startImpersonation'];

/** What each contender came to: `won`, or the code it was refused with. */
const verdict = ({ codes }: Answer<unknown>) => (codes.length === 0 ? 'won' : codes.join());

describe.each([
  ['one replica', 1],
  ['two replicas of one store', 2],
])('races at %s', (_where, replicas) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let gateways: GatewayProcess[];
  let here: GatewayProcess;
  let there: GatewayProcess;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const first = await startGatewayProcess(folder.path, SETTINGS);
    gateways = replicas === 1 ? [first] : [first, await startGatewayProcess(folder.path, SETTINGS)];
    here = first;
    there = gateways.at(-1) ?? first;
  });

  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await folder.remove();
  });

  it(`in ${ROUNDS} rounds, of two starts one wins, of two stops and a revocation one wins`, async () => {
    const [ada, grace, audrey] = await Promise.all(
      ['user_ada', 'user_grace', 'user_audrey'].map((id) => here.signIn(id)),
    );
    const ended: Started[] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      const starts = await Promise.all([here, there].map((gateway) => gateway.graphql<Start | null>(ada ?? '', START)));
      expect(starts.map(verdict).toSorted(), `starts of round ${round}`).toEqual(['SESSION_LIMIT', 'won']);
      const started = starts.find(({ data }) => data !== null)?.data?.startImpersonation as Started;
      const sessionId = started.session.id;

      const [next, ...ends] = await Promise.all([
        here.graphql<Start | null>(ada ?? '', START),
        here.graphql(started.actorToken, STOP),
        there.graphql(ada ?? '', STOP, { sessionId }),
        there.graphql(grace ?? '', REVOKE, { sessionId }),
      ]);
      expect(ends.map(verdict).toSorted(), `ends of round ${round}`).toEqual([
        'IMPERSONATION_ENDED',
        'IMPERSONATION_ENDED',
        'won',
      ]);
      ended.push(started);
      // A start that raced the end of the one before it came either just in time or too early.
      expect(['won', 'SESSION_LIMIT']).toContain(verdict(next));
      if (next.data !== null) {
        const { actorToken } = next.data.startImpersonation;
        expect(verdict(await here.graphql(actorToken, STOP))).toBe('won');
        ended.push(next.data.startImpersonation);
      }
    }

    const ask = <T>(query: string, variables: Record<string, unknown>) =>
      here.graphql<T>(audrey ?? '', query, variables);
    const [sessions, trail] = [await readSessions(ask), await readTrail(ask)];
    expect(sessions.map(({ id }) => id).toSorted()).toEqual(ended.map(({ session }) => session.id).toSorted());
    expect(sessions.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
    expect(contradictions(sessions, trail)).toEqual([]);
    expect(brokenLinks(trail)).toEqual([]);
    // A replica may be a second behind with what ended at the other.
    await pause(1_100);
    for (const gateway of gateways) {
      for (const { actorToken } of ended) {
        const { status, codes } = await gateway.graphql(actorToken, '{ viewer { id } }');
        expect({ status, codes }).toEqual({ status: 401, codes: ['IMPERSONATION_ENDED'] });
      }
    }
  });
});
