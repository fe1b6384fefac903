import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesOf } from '../support/ask.js';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { findMongoPeers, type MongoPeer, type MongoPeerKind } from '../support/mongo-peer.js';
import {
  type Followed,
  openStreams,
  STREAM_TRANSPORTS,
  type StreamTransport,
  untilStreams,
} from '../support/streams.js';

const TAIL = `subscription Tail($filter: ImpersonationEventFilter, $after: String) {
  impersonationEventRecorded(filter: $filter, after: $after) { id type sessionId streamCursor integrity { chain sequence } }
}`;
const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "a stream is followed" }) { session { id } }
}`;
const STOP = 'mutation Stop($sessionId: ID) { stopImpersonation(sessionId: $sessionId) { session { id } } }';
const PAGE = `query Page($filter: ImpersonationEventFilter) {
  impersonationEvents(filter: $filter, first: 500) { nodes { id streamCursor operation { fields } } }
}`;
const FILTER = { types: ['IMPERSONATION_STARTED', 'IMPERSONATION_STOPPED'] };

interface Event {
  readonly id: string;
  readonly type: string;
  readonly sessionId: string;
  readonly streamCursor: string;
}
interface Tail {
  readonly impersonationEventRecorded: Event;
}

const peers = await findMongoPeers();
const stores: readonly (readonly [name: string, peer: MongoPeerKind | null])[] = [
  ['the embedded store', null],
  // The most faithful server there is.
  ...peers.slice(0, 1).map((peer) => [peer.name, peer] as const),
];

describe.each(stores)('the live tail of two replicas over %s', (_name, kind) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let peer: MongoPeer | undefined;
  let a: GatewayProcess;
  let b: GatewayProcess;
  let ada: string;
  let audrey: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    peer = await kind?.start();
    const settings = {
      PUBLIC_URL: 'https://gateway.example',
      IMPERSONATION_STARTS_PER_MINUTE: '10000',
      ...(peer !== undefined && {
        MONGODB_URI: peer.uri,
        MONGODB_DB: `gateway_test_tail_${process.pid}_${Date.now()}`,
      }),
    };
    a = await startGatewayProcess(folder.path, settings);
    b = await startGatewayProcess(folder.path, settings);
    ada = await a.signIn('user_ada');
    audrey = await a.signIn('user_audrey');
  }, 60_000);

  afterAll(async () => {
    await Promise.all([a, b].map((gateway) => gateway?.stop()));
    await peer?.stop();
    await folder.remove();
  });

  /** A session is started and stopped: two events, by whichever replica. */
  async function session(gateway: GatewayProcess): Promise<string[]> {
    const { data, codes } = await gateway.graphql<{ startImpersonation: { session: { id: string } } }>(ada, START);
    expect(codes).toEqual([]);
    const { id } = data.startImpersonation.session;
    expect((await gateway.graphql(ada, STOP, { sessionId: id })).codes).toEqual([]);
    return [`IMPERSONATION_STARTED ${id}`, `IMPERSONATION_STOPPED ${id}`];
  }
  async function sessions(gateway: GatewayProcess, count: number): Promise<string[]> {
    const all: string[] = [];
    for (let n = 0; n < count; n += 1) all.push(...(await session(gateway)));
    return all;
  }

  async function follow(transport: StreamTransport, gateway: GatewayProcess, after?: string): Promise<Followed<Tail>> {
    const before = await openStreams(gateway.url);
    const tail = transport.follow<Tail>(gateway.url, audrey, TAIL, { filter: FILTER, ...(after && { after }) });
    // The first `next` is what opens it.
    const first = tail.next();
    await untilStreams(gateway.url, before + 1);
    let pending: typeof first | null = first;
    return {
      ...tail,
      next() {
        const next = pending ?? tail.next();
        pending = null;
        return next;
      },
    };
  }

  async function take(tail: Followed<Tail>, count: number): Promise<Event[]> {
    const events: Event[] = [];
    while (events.length < count) {
      const result = await tail.next();
      expect(codesOf(result?.errors ?? [])).toEqual([]);
      if (result?.data == null) throw new Error('the stream has ended');
      events.push(result.data.impersonationEventRecorded);
    }
    return events;
  }
  const told = (events: readonly Event[]) => events.map(({ type, sessionId }) => `${type} ${sessionId}`);

  for (const transport of STREAM_TRANSPORTS.slice(0, 2)) {
    it(`what one records arrives at the other, and nothing is missed or doubled by whoever comes back, over ${transport.name}`, async () => {
      const tail = await follow(transport, b);
      const recorded = await sessions(a, 3);
      const first = await take(tail, 4);
      expect(told(first)).toEqual(recorded.slice(0, 4));
      await tail.close();
      await untilStreams(b.url, 0);

      // Meanwhile both go on, and the reader comes back to either.
      const meanwhile = [await sessions(a, 40), await sessions(b, 3)].flat();
      const cursor = first.at(-1)?.streamCursor;
      for (const gateway of [a, b]) {
        const resumed = await follow(transport, gateway, cursor);
        const rest = await take(resumed, 2 + meanwhile.length);
        expect(told(rest).toSorted()).toEqual([...recorded.slice(4), ...meanwhile].toSorted());
        const live = [await sessions(b, 1), await sessions(a, 1)];
        meanwhile.push(...live.flat());
        expect(told(await take(resumed, 4)).toSorted()).toEqual(live.flat().toSorted());
        await resumed.close();
        await untilStreams(gateway.url, 0);
      }
    }, 60_000);
  }

  it('a cursor that is none is refused, and one of an auditor opens nothing to anybody else', async () => {
    const transport = STREAM_TRANSPORTS[0] as StreamTransport;
    const tail = await follow(transport, a);
    await session(b);
    const [event] = await take(tail, 1);
    await tail.close();
    const cursor = event?.streamCursor ?? '';
    for (const [token, after, code] of [
      [audrey, 'nonsense', 'BAD_USER_INPUT'],
      [audrey, `${cursor.slice(0, -2)}AA`, 'BAD_USER_INPUT'],
      [audrey, Buffer.from(`event:1:${event?.id}`).toString('base64url'), 'BAD_USER_INPUT'],
      [await a.signIn('user_cleo'), cursor, 'FORBIDDEN'],
      [await a.signIn('user_sam'), cursor, 'FORBIDDEN'],
      [null, cursor, 'UNAUTHENTICATED'],
    ] as const) {
      const refused = transport.follow<Tail>(b.url, token, TAIL, { filter: FILTER, after });
      const results = await refused.rest();
      expect(results.map(({ data }) => data ?? null)).toEqual([null]);
      expect(codesOf(results[0]?.errors ?? [])).toEqual([code]);
      await refused.close();
    }
    const { data } = await a.graphql<{ impersonationEvents: { nodes: Event[] } }>(audrey, PAGE, { filter: FILTER });
    expect(new Set(data.impersonationEvents.nodes.map(({ streamCursor }) => streamCursor))).toEqual(new Set([null]));
    await untilStreams(a.url, 0);
    await untilStreams(b.url, 0);
  }, 60_000);

  it('coming back to another replica is on record, coming back to the same one soon is not again', async () => {
    const transport = STREAM_TRANSPORTS[0] as StreamTransport;
    const grace = await a.signIn('user_grace');
    const reads = async () => {
      const { data } = await a.graphql<{
        impersonationEvents: { nodes: { operation: { fields: string[] } | null }[] };
      }>(audrey, PAGE, { filter: { types: ['AUDIT_READ'], actorId: 'user_grace' } });
      return data.impersonationEvents.nodes.filter(({ operation }) =>
        operation?.fields.includes('Subscription.impersonationEventRecorded'),
      ).length;
    };
    const open = (gateway: GatewayProcess, after?: string) =>
      transport.follow<Tail>(gateway.url, grace, TAIL, { filter: FILTER, ...(after && { after }) });

    const tail = open(a);
    const next = tail.next();
    await untilStreams(a.url, 1);
    await sessions(b, 1);
    const cursor = (await next)?.data?.impersonationEventRecorded.streamCursor;
    await tail.close();
    expect(await reads()).toBe(1);
    for (const [gateway, count] of [
      [a, 1],
      [b, 2],
    ] as const) {
      const resumed = open(gateway, cursor);
      expect((await resumed.next())?.data?.impersonationEventRecorded.type).toBe('IMPERSONATION_STOPPED');
      await resumed.close();
      expect(await reads()).toBe(count);
    }
  }, 60_000);
});
