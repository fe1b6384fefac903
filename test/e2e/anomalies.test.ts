import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askExport } from '../support/export-request.js';
import { webSocketClient } from '../support/graphql-clients.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const TRAIL = `{ impersonationEvents(filter: { types: [ANOMALY_DETECTED] }) { nodes {
  type outcome code count actorId subjectId sessionId ipAddress
  anomaly { kind threshold windowSeconds codes }
} } }`;
const START = `mutation ($id: ID!) {
  startImpersonation(input: { userId: $id, reason: "a case" }) { actorToken }
}`;
const VERIFICATION = 'subscription { auditVerification { phase verdict faultCount faults { kind message } } }';

let gateway: RunningGateway;
let ada: string;
let audrey: string;
beforeAll(async () => {
  gateway = await startGateway({
    environment: { DENIED_BURST_PER_ACTOR: '4', DENIED_BURST_PER_ADDRESS: '9', SUBJECTS_PER_HOUR: '2' },
  });
  ada = await gateway.token('user_ada');
  audrey = await gateway.token('user_audrey');
  // Four refusals of one actor, two subjects of her, then refused credentials by every way until there are nine refusals of the address.
  for (let n = 0; n < 4; n += 1) await gateway.graphql(ada, START, { id: 'user_grace' });
  for (const id of ['user_cleo', 'user_carl']) await gateway.graphql(ada, START, { id });
  await gateway.graphql('a.b.c', '{ viewer { id } }');
  await askExport(gateway.url, 'a.b.c');
  await fetch(`${gateway.url}/graphql/stream`, { method: 'PUT', headers: { authorization: 'Bearer a.b.c' } });
  await webSocketClient(gateway.url, 'a.b.c')
    .iterate({ query: '{ viewer { id } }' })
    .next()
    .catch(() => undefined);
  await gateway.graphql('a.b.c', '{ viewer { id } }');
});
afterAll(() => gateway.stop());

const ADDRESS = '127.0.0.1';

describe('anomalies', () => {
  it('are on the trail: which, of whom, how often, in what time, with which codes; the address among what can be erased', async () => {
    const nodes = async () => (await gateway.graphql(audrey, TRAIL)).data.impersonationEvents.nodes.reverse();
    await expect.poll(async () => (await nodes()).length, { timeout: 15_000 }).toBe(3);
    const common = { type: 'ANOMALY_DETECTED', subjectId: null, sessionId: null, ipAddress: ADDRESS };
    expect(await nodes()).toEqual([
      {
        ...common,
        outcome: 'FAILURE',
        code: 'SUBJECT_PROTECTED',
        count: 4,
        actorId: 'user_ada',
        anomaly: { kind: 'DENIED_BURST_BY_ACTOR', threshold: 4, windowSeconds: 60, codes: ['SUBJECT_PROTECTED'] },
      },
      {
        ...common,
        outcome: 'SUCCESS',
        code: null,
        count: 2,
        actorId: 'user_ada',
        anomaly: { kind: 'MANY_SUBJECTS', threshold: 2, windowSeconds: 3_600, codes: [] },
      },
      {
        ...common,
        outcome: 'FAILURE',
        code: 'TOKEN_INVALID',
        count: 9,
        actorId: null,
        anomaly: {
          kind: 'DENIED_BURST_BY_ADDRESS',
          threshold: 9,
          windowSeconds: 60,
          codes: ['SUBJECT_PROTECTED', 'TOKEN_INVALID'],
        },
      },
    ]);
  });

  it('are warnings of the log and counts of the metric, without the address', async () => {
    const lines = gateway
      .logged()
      .split('\n')
      .filter((line) => line.includes('an anomaly was detected'));
    expect(lines.map((line) => JSON.parse(line)).map(({ level, kind, count }) => [level, kind, count])).toEqual([
      ['warn', 'DENIED_BURST_BY_ACTOR', 4],
      ['warn', 'MANY_SUBJECTS', 2],
      ['warn', 'DENIED_BURST_BY_ADDRESS', 9],
    ]);
    expect(lines.join('')).not.toContain(ADDRESS);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    for (const kind of ['DENIED_BURST_BY_ACTOR', 'MANY_SUBJECTS', 'DENIED_BURST_BY_ADDRESS']) {
      expect(text).toContain(`gateway_anomalies_total{kind="${kind}"} 1\n`);
    }
  });

  it('are in every export, and in no hashed body with the address', async () => {
    const [ndjson, csv, ecs] = await Promise.all(
      ['ndjson', 'csv', 'ecs'].map((format) =>
        askExport(gateway.url, audrey, { query: `?format=${format}&types=ANOMALY_DETECTED` }),
      ),
    );
    const events = (ndjson?.lines ?? []).map((line) => JSON.parse(line)).filter((line) => 'body' in line);
    expect(events).toHaveLength(3);
    for (const { body, details } of events) {
      expect(body).toContain('"anomaly":{"kind":');
      expect(body).not.toContain(ADDRESS);
      expect(details.text).toContain(ADDRESS);
    }
    expect(csv?.lines[0]).toMatch(/,anomalyKind,anomalyThreshold,anomalyWindowSeconds,anomalyCodes,/);
    expect(csv?.lines[1]).toMatch(/,DENIED_BURST_BY_ACTOR,4,60,SUBJECT_PROTECTED,,$/);
    const documents = (ecs?.lines ?? []).map((line) => JSON.parse(line));
    expect(documents.map(({ event }) => [event.kind, event.category, event.action])).toEqual(
      Array(3).fill(['alert', ['intrusion_detection'], 'anomaly-detected']),
    );
    expect(documents[1].impersonation.anomaly).toEqual({ kind: 'MANY_SUBJECTS', threshold: 2, window_seconds: 3_600 });
  });

  it('hold in the verification of the whole trail', async () => {
    const client = webSocketClient(gateway.url, audrey);
    let last: any = null;
    for await (const { data } of client.iterate({ query: VERIFICATION })) last = data?.auditVerification ?? last;
    expect(last).toMatchObject({ phase: 'DONE', verdict: 'HOLDS', faultCount: 0, faults: [] });
    await client.dispose();
  });
});
