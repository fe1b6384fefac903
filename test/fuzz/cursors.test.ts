import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { findMongoPeers, type MongoPeer } from '../support/mongo-peer.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { cursorBy, cursorRecipes, type ListKind } from './cursors/cursor-recipes.js';
import { expectedPage, type PagedList, pagedLists } from './cursors/lists.js';
import { readAnswers } from './http/answers.js';
import { converse } from './http/converse.js';
import { faultsOf } from './http/judge.js';
import { ProcessWatch } from './process-watch.js';
import { PATIENCE_MS, Tally, tried } from './runs.js';

const ENVIRONMENT = {
  LOG_LEVEL: 'warn',
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '1000',
  SUBSCRIPTIONS_PER_IDENTITY: '1000',
  // What a page may hold is for the list to say here, not for its cost.
  QUERY_MAX_COST: '1000000000',
};
/** What a stream may show to who follows it here. */
const FOLLOWED = 'user_grace';
const SUBSCRIPTION = `subscription($after: String) {
  impersonationEventRecorded(filter: {actorId: "${FOLLOWED}"}, after: $after) { id actorId type streamCursor }
}`;

const tally = new Tally('cursors');
const watch = new ProcessWatch();
beforeAll(() => watch.start());
afterAll(() => {
  tally.tell();
  watch.stop();
});

const [peer] = await findMongoPeers();
const stores = [
  { name: 'embedded', often: 120, start: null },
  ...(peer === undefined ? [] : [{ name: peer.name, often: 50, start: () => peer.start() }]),
];

describe.each(stores)('on the store $name, a cursor of any kind', ({ often, start }) => {
  let server: MongoPeer | null = null;
  let gateway: RunningGateway;
  let lists: readonly PagedList[];
  let real: Record<ListKind, readonly string[]>;
  const tokens = new Map<string, string>();
  let chain: string;

  beforeAll(async () => {
    server = (await start?.()) ?? null;
    const { uri } = server ?? {};
    gateway = await startGateway({
      environment: ENVIRONMENT,
      ...(uri === undefined ? {} : { wrapStore: () => createMongoStore({ uri, database: 'fuzz_cursors' }) }),
    });
    for (const name of ['user_audrey', 'user_cleo', 'user_sam']) tokens.set(name, await gateway.token(name));
    // First: what is done for it is in the lists too.
    const streams = await streamCursors();
    lists = await pagedLists(gateway);
    const cursors = { event: [] as string[], session: [] as string[], user: [] as string[] };
    for (const list of lists) {
      const { edges } = list.pick((await ask(list, 500, undefined)).data);
      // The oracle and the list agree before anything is odd.
      expect(
        edges.map(({ node }) => node.id),
        list.name,
      ).toEqual(list.items.map(({ id }) => id));
      cursors[list.kind].push(...edges.map(({ cursor }) => cursor));
    }
    const [first] = (await gateway.store.events.page({}, { limit: 1, direction: 'forward' })).items;
    chain = first?.chain ?? '';
    real = { ...cursors, stream: streams };
  });
  afterAll(async () => {
    await gateway.stop();
    await server?.stop();
  });

  function ask({ reader, query }: PagedList, size: number, cursor: string | undefined) {
    return gateway.graphql(tokens.get(reader) ?? '', query, { size, cursor });
  }

  /** What a stream says within a moment. */
  async function followed(
    after: string | null,
    quietMs?: number,
  ): Promise<{ events: readonly any[]; codes: readonly string[]; cursors: readonly string[] }> {
    const body = Buffer.from(JSON.stringify({ query: SUBSCRIPTION, variables: { after } }));
    const head = [
      'POST /graphql/stream HTTP/1.1',
      'Host: 127.0.0.1',
      'Accept: text/event-stream',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `Authorization: Bearer ${tokens.get('user_audrey')}`,
    ];
    const { bytes, endedByServer } = await converse(
      gateway.url,
      [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body],
      'waits',
      quietMs,
    );
    const [answer] = readAnswers(bytes, endedByServer, false).answers;
    if (answer === undefined) return { events: [], codes: [], cursors: [] };
    expect(faultsOf(answer, { texts: [...tokens.values()] })).toEqual([]);
    const results = [...answer.body.matchAll(/^data: ?(\{.*)$/gm)].map(([, data = '{}']) => JSON.parse(data));
    return {
      events: results.flatMap(({ data }) => data?.impersonationEventRecorded ?? []),
      codes: results.flatMap(({ errors = [] }) => errors.map((error: any) => String(error.extensions?.code))),
      cursors: results.flatMap(({ data }) => data?.impersonationEventRecorded?.streamCursor ?? []),
    };
  }

  async function streamCursors(): Promise<readonly string[]> {
    for (let round = 0; round < 20; round += 1) {
      const following = followed(null, 400);
      await gateway.impersonate(FOLLOWED, 'user_0003');
      await gateway.impersonate('user_ada', 'user_0004');
      const { cursors } = await following;
      // A busy machine may take longer than that.
      if (cursors.length > 0) return cursors;
    }
    throw new Error('a stream gave no cursor');
  }

  it('gives the page that the whole list has there, or BAD_USER_INPUT', { timeout: PATIENCE_MS }, async () => {
    const request = fc.record({
      list: fc.nat({ max: 9 }),
      recipe: cursorRecipes,
      size: fc.constantFrom(1, 1, 2, 2, 7, 7, 500, 500, 0, -1, 501),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 6 }), async (together) => {
        await Promise.all(
          together.map(async ({ list: index, recipe, size }) => {
            const list = lists[index % lists.length] as PagedList;
            const cursor = cursorBy(recipe, list.kind, real, chain);
            const { status, data, codes } = await ask(list, size, cursor);
            const expected = size < 1 || size > 500 ? null : expectedPage(list, cursor, size);
            expect(status).toBe(200);
            if (expected === null) {
              expect(codes, cursor).toEqual(['BAD_USER_INPUT']);
              tally.met('pages refused');
            } else {
              expect(codes, cursor).toEqual([]);
              expect(list.pick(data).edges.map(({ node }) => node.id)).toEqual(expected);
              tally.met(expected.length > 0 ? 'pages' : 'empty pages');
            }
          }),
        );
        expect(watch.faults()).toEqual([]);
        expect(gateway.logged()).not.toMatch(/"level":"(error|fatal)"/);
      }),
      tried(often),
    );
    expect(tally.times('pages')).toBeGreaterThan(5);
    expect(tally.times('pages refused')).toBeGreaterThan(5);
  });

  it('goes on where a stream stood, and shows nothing but what the filter lets through', {
    timeout: PATIENCE_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cursorRecipes, { minLength: 8, maxLength: 16 }), async (together) => {
        await Promise.all(
          together.map(async (recipe) => {
            const { events, codes } = await followed(cursorBy(recipe, 'stream', real, chain));
            for (const { actorId } of events) expect(actorId).toBe(FOLLOWED);
            for (const code of codes) expect(code).toBe('BAD_USER_INPUT');
            expect(events.length === 0 || codes.length === 0).toBe(true);
            tally.met(codes.length > 0 ? 'streams refused' : 'streams', 1);
            tally.met('events of streams', events.length);
          }),
        );
        expect(watch.faults()).toEqual([]);
        expect(gateway.logged()).not.toMatch(/"level":"(error|fatal)"/);
      }),
      tried(often / 25),
    );
  });
});
