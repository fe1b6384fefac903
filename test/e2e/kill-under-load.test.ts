import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { startGateway } from '../support/running-gateway.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { brokenLinks, contradictions, readSessions, readTrail } from '../support/trail-reading.js';

const ROUNDS = 3;
const WORKERS = 12;
const SETTINGS = {
  PUBLIC_URL: 'https://gateway.example',
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
};
const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "load" }) { actorToken session { id } }
}`;
const STOP = 'mutation { stopImpersonation { session { id } } }';

interface Started {
  readonly actorToken: string;
  readonly session: { readonly id: string };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const answeredStarts = new Set<string>();
const answeredStops = new Set<string>();

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(async () => {
  await folder.remove();
});

/** Starts sessions and stops most of them, until the gateway is gone; notes what was answered. */
async function work(gateway: GatewayProcess, token: string, random: () => number): Promise<void> {
  for (;;) {
    try {
      const started = await gateway.graphql<{ startImpersonation: Started } | null>(token, START);
      if (started.data === null) continue;
      const { actorToken, session } = started.data.startImpersonation;
      answeredStarts.add(session.id);
      if (random() < 0.1) continue;
      const stopped = await gateway.graphql(actorToken, STOP);
      if (stopped.codes.length === 0) answeredStops.add(session.id);
    } catch {
      // The connection broke: the gateway was killed, and this request was not answered.
      return;
    }
  }
}

describe(`killed ${ROUNDS} times under ${WORKERS} concurrent starts and stops (TEST_SEED=${SEED})`, () => {
  beforeAll(async () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const gateway = await startGatewayProcess(folder.path, SETTINGS);
      const tokens = await Promise.all(['user_ada', 'user_grace'].map((id) => gateway.signIn(id)));
      const workers = Array.from({ length: WORKERS }, (_, index) =>
        work(gateway, tokens[index % tokens.length] ?? '', random),
      );
      await pause(300 + random() * 700);
      await gateway.kill();
      await Promise.all(workers);
    }
    expect(answeredStops.size).toBeGreaterThan(10);
  });

  it('every answered start and stop is there at once, and the rest is settled by the sweep', async () => {
    const gateway = await startGateway({ directory: folder.path, environment: SETTINGS });
    try {
      const auditor = await gateway.token('user_audrey');
      const ask = async <T>(query: string, variables: Record<string, unknown>) => {
        const answer = await gateway.graphql(auditor, query, variables);
        return { ...answer, data: answer.data as T };
      };

      const sessions = new Map((await readSessions(ask)).map((session) => [session.id, session]));
      const trail = await readTrail(ask);
      const count = (id: string, type: string) =>
        trail.filter((event) => event.sessionId === id && event.type === type).length;
      for (const id of answeredStarts) {
        expect([sessions.has(id), count(id, 'IMPERSONATION_STARTED')], `start of ${id}`).toEqual([true, 1]);
      }
      for (const id of answeredStops) {
        expect([sessions.get(id)?.status, count(id, 'IMPERSONATION_STOPPED')], `stop of ${id}`).toEqual(['STOPPED', 1]);
      }
      expect(brokenLinks(trail)).toEqual([]);

      // Long enough for another process to take over what the killed one had taken upon itself.
      gateway.clock.advance(60_000);
      await settled(ask);
      // And until every session that nobody stopped is over.
      gateway.clock.advance(20 * 60_000);
      await settled(ask);
      expect(new Set((await readSessions(ask)).map(({ status }) => status))).toEqual(new Set(['STOPPED', 'EXPIRED']));
    } finally {
      await gateway.stop();
    }
  });
});

/** Waits for the sweep: until nothing that is stored contradicts the trail. */
async function settled(ask: Parameters<typeof readTrail>[0]): Promise<void> {
  // A round has begun and ended after the clock was moved.
  await pause(1_500);
  let faults: string[] = [];
  for (const until = Date.now() + 8_000; Date.now() < until; await pause(250)) {
    faults = contradictions(await readSessions(ask), await readTrail(ask));
    if (faults.length === 0) break;
  }
  expect(faults).toEqual([]);
  expect(brokenLinks(await readTrail(ask))).toEqual([]);
}
