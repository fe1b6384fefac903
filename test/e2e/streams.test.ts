import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesOf } from '../support/ask.js';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { openStreams, STREAM_TRANSPORTS, type StreamResult, untilStreams } from '../support/streams.js';
import { createTestIssuer, type TestIssuer } from '../support/test-issuer.js';

const TAIL = `subscription Tail($filter: ImpersonationEventFilter) {
  impersonationEventRecorded(filter: $filter) { type code sessionId actor { id } subject { id } }
}`;
const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } }
}`;
const STOP = 'mutation Stop($sessionId: ID) { stopImpersonation(sessionId: $sessionId) { session { id } } }';

interface Tail {
  readonly impersonationEventRecorded: {
    readonly type: string;
    readonly code: string | null;
    readonly sessionId: string | null;
    readonly actor: { readonly id: string } | null;
    readonly subject: { readonly id: string } | null;
  };
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: GatewayProcess;
let issuer: TestIssuer;

beforeAll(async () => {
  folder = await temporaryFolder();
  issuer = await createTestIssuer(folder.path);
  gateway = await startGatewayProcess(folder.path, {
    TRUSTED_ISSUERS: issuer.trusted,
    // An auditor that may be impersonated: the only way to a stream under an actor token.
    PROTECTED_ROLES: 'ADMIN',
    IMPERSONATION_STARTS_PER_MINUTE: '100',
  });
});

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

async function start(subjectId: string): Promise<{ actorToken: string; session: { id: string } }> {
  const { data, codes } = await gateway.graphql<{
    startImpersonation: { actorToken: string; session: { id: string } };
  }>(await issuer.sign('user_ada'), START, { input: { userId: subjectId, reason: 'a stream is followed' } });
  expect(codes).toEqual([]);
  return data.startImpersonation;
}

async function stop(sessionId: string): Promise<void> {
  const { codes } = await gateway.graphql(await issuer.sign('user_ada'), STOP, { sessionId });
  expect(codes).toEqual([]);
}

describe.each(STREAM_TRANSPORTS)('the live tail over $name', (transport) => {
  const follow = (token: string | null, variables?: Record<string, unknown>) =>
    transport.follow<Tail>(gateway.url, token, TAIL, variables);

  it('an auditor gets each event once, as it is recorded, with the people in it', async () => {
    const tail = follow(await issuer.sign('user_audrey'), {
      filter: { types: ['IMPERSONATION_STARTED', 'IMPERSONATION_STOPPED'] },
    });
    const first = tail.next();
    await untilStreams(gateway.url, 1);
    const { session } = await start('user_cleo');
    const people = { code: null, sessionId: session.id, actor: { id: 'user_ada' }, subject: { id: 'user_cleo' } };
    expect(await first).toEqual({
      data: { impersonationEventRecorded: { type: 'IMPERSONATION_STARTED', ...people } },
    });
    const second = tail.next();
    await stop(session.id);
    expect(await second).toEqual({
      data: { impersonationEventRecorded: { type: 'IMPERSONATION_STOPPED', ...people } },
    });
    // What the next session brings follows at once: nothing was given twice in between.
    const third = tail.next();
    const next = await start('user_carl');
    expect((await third)?.data?.impersonationEventRecorded.sessionId).toBe(next.session.id);
    await stop(next.session.id);
    await tail.close();
    await untilStreams(gateway.url, 0);
  });

  it('a filter holds back everything else', async () => {
    const tail = follow(await issuer.sign('user_audrey'), { filter: { types: ['IMPERSONATION_STOPPED'] } });
    const first = tail.next();
    await untilStreams(gateway.url, 1);
    const { session } = await start('user_cleo');
    await stop(session.id);
    expect((await first)?.data?.impersonationEventRecorded).toMatchObject({
      type: 'IMPERSONATION_STOPPED',
      sessionId: session.id,
    });
    await tail.close();
    await untilStreams(gateway.url, 0);
  });

  it('who may not read the trail gets a refusal and no stream', async () => {
    for (const [token, code] of [
      [null, 'UNAUTHENTICATED'],
      [await issuer.sign('user_cleo'), 'FORBIDDEN'],
      [await issuer.sign('user_sam'), 'FORBIDDEN'],
    ] as const) {
      const tail = follow(token);
      const results = await tail.rest();
      expect(results).toHaveLength(1);
      expect(results[0]?.data ?? null).toBeNull();
      expect(codesOf(results[0]?.errors ?? [])).toEqual([code]);
      await tail.close();
    }
    expect(await openStreams(gateway.url)).toBe(0);
  });

  it('a document that does not fit the schema is refused with its code', async () => {
    const tail = transport.follow(gateway.url, await issuer.sign('user_audrey'), 'subscription { nothingLikeIt }');
    // graphql-ws throws what its protocol sends as an error message; graphql-sse hands on a result.
    const results = await tail.rest().catch((errors: StreamResult<never>['errors']) => [{ errors }]);
    expect(results.flatMap(({ errors }) => codesOf(errors ?? []))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    await tail.close();
  });

  it('a stream ends when the session it runs under ends, and says so', async () => {
    const { actorToken, session } = await start('user_audrey');
    const tail = follow(actorToken, { filter: { types: ['IMPERSONATION_VOIDED'] } });
    const rest = tail.rest();
    await untilStreams(gateway.url, 1);
    await stop(session.id);
    const results = await rest;
    expect(results).toHaveLength(1);
    expect(codesOf(results[0]?.errors ?? [])).toEqual(['IMPERSONATION_ENDED']);
    await tail.close();
    await untilStreams(gateway.url, 0);
    const { data } = await gateway.graphql<{ impersonationEvents: { nodes: { type: string; subjectId: string }[] } }>(
      await issuer.sign('user_audrey'),
      'query($id: ID!) { impersonationEvents(filter: { sessionId: $id }) { nodes { type subjectId } } }',
      { id: session.id },
    );
    expect(data.impersonationEvents.nodes.map(({ type }) => type).toSorted()).toEqual([
      'IMPERSONATION_STARTED',
      'IMPERSONATION_STOPPED',
      'OPERATION_ATTEMPTED',
      'OPERATION_COMPLETED',
      // The refusal of the stream's dead token.
      'OPERATION_DENIED',
    ]);
  });
});

it('a stream ends when the token it was opened with expires, over every transport', async () => {
  const token = await issuer.sign('user_audrey', { lifetimeSeconds: 2 });
  const tails = STREAM_TRANSPORTS.map(({ follow }) =>
    follow<Tail>(gateway.url, token, TAIL, { filter: { types: ['IMPERSONATION_VOIDED'] } }),
  );
  const rests = tails.map((tail) => tail.rest());
  await untilStreams(gateway.url, tails.length);
  for (const results of await Promise.all(rests)) {
    expect(results).toHaveLength(1);
    expect(codesOf(results[0]?.errors ?? [])).toEqual(['TOKEN_EXPIRED']);
  }
  await Promise.all(tails.map((tail) => tail.close()));
  await untilStreams(gateway.url, 0);
});
