import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codesOf } from '../support/ask.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import { type Followed, STREAM_TRANSPORTS } from '../support/streams.js';

const STOP = 'mutation ($id: ID!) { stopImpersonation(sessionId: $id) { session { status } } }';

interface Kind {
  readonly service: 'products' | 'reviews';
  readonly how: string;
  readonly subscription: string;
  /** Makes an event, the number in it. */
  readonly trigger: (n: number) => Promise<unknown>;
  readonly event: (n: number) => unknown;
  /** What the person in effect may not have of an event, and where. */
  readonly denied: { readonly field: string; readonly subscription: string; readonly path: string };
}

let federated: FederatedGateway;
let cleo: string;
let ada: string;
let sam: string;
beforeAll(async () => {
  federated = await startFederatedGateway({ environment: { IMPERSONATION_STARTS_PER_MINUTE: '100' } });
  [cleo, ada, sam] = (await Promise.all(
    ['user_cleo', 'user_ada', 'user_sam'].map((id) => federated.gateway.token(id)),
  )) as [string, string, string];
});
afterAll(() => federated.stop());
beforeEach(() => federated.forget());

const KINDS: readonly Kind[] = [
  {
    service: 'products',
    how: 'server-sent events, Yoga',
    subscription: 'subscription { stockChanged(upc: "upc-cup") { stock product { name rating } } }',
    trigger: (n) =>
      federated.gateway.graphql(
        sam,
        'mutation ($n: Int!) { setStock(input: { upc: "upc-cup", stock: $n }) { stock } }',
        { n },
      ),
    event: (n) => ({ stockChanged: { stock: n, product: { name: 'Cup', rating: 1 } } }),
    denied: {
      field: 'countedBy',
      subscription: 'subscription { stockChanged { stock countedBy { name } } }',
      path: 'stockChanged.countedBy',
    },
  },
  {
    service: 'reviews',
    how: 'graphql-transport-ws, Mercurius',
    subscription:
      'subscription { reviewWritten(productId: "product_5") { text author { name } product { weightGrams } } }',
    trigger: async (n) =>
      federated.gateway.graphql(
        await federated.gateway.token('user_carl'),
        'mutation ($text: String) { writeReview(input: { productId: "product_5", stars: 5, text: $text }) { id } }',
        { text: `No. ${n}` },
      ),
    event: (n) => ({
      reviewWritten: { text: `No. ${n}`, author: { name: 'Carl Nyström' }, product: { weightGrams: 30 } },
    }),
    denied: {
      field: 'moderation',
      subscription: 'subscription { reviewWritten { text moderation { note } } }',
      path: 'reviewWritten.moderation',
    },
  },
];

async function untilOpen(service: Kind['service'], count: number): Promise<void> {
  const { witness, asked } = federated.services[service];
  const followed = () => asked.filter(({ document }) => document.includes('subscription')).length;
  for (const until = Date.now() + 10_000; witness.open !== count || followed() < count; await pause(5)) {
    if (Date.now() > until) throw new Error(`${witness.open} are open and ${followed()} followed, not ${count}`);
  }
  // The service has been asked to follow, and begins to in a few turns.
  if (count > 0) await pause(150);
}

describe.each(KINDS)(
  'a subscription through to a service by $how',
  ({ service, subscription, trigger, event, denied }) => {
    describe.each(STREAM_TRANSPORTS.slice(0, 2))('from a client by $name', (transport) => {
      const follow = <T>(token: string | null, query: string): Followed<T> =>
        transport.follow<T>(federated.gateway.url, token, query);

      it('brings each event once, whole with what other services have, as who is in effect', async () => {
        const stream = follow(cleo, subscription);
        const first = stream.next();
        await untilOpen(service, 1);
        await trigger(7);
        expect(await first).toEqual({ data: event(7) });
        const second = stream.next();
        await trigger(8);
        expect(await second).toEqual({ data: event(8) });
        const [asked] = federated.services[service].asked.filter(({ document }) => document.includes('subscription'));
        expect(asked).toMatchObject({ viewer: 'user_cleo', actor: 'user_cleo' });
        await stream.close();
        await untilOpen(service, 0);
      });

      it('is guarded when it begins: who is not signed in gets a refusal, and no service is asked', async () => {
        const stream = follow(null, subscription);
        const results = await stream.rest();
        expect(results.flatMap(({ errors }) => codesOf(errors ?? []))).toEqual(['UNAUTHENTICATED']);
        expect(federated.sent()).toBe('');
        await stream.close();
      });

      it('is guarded at every event, and does not ask for what is denied', async () => {
        const stream = follow<Record<string, Record<string, unknown>>>(cleo, denied.subscription);
        const first = stream.next();
        await untilOpen(service, 1);
        const { calls } = federated.services[service].witness;
        expect(calls.map(({ document }) => document).join()).toContain('subscription');
        expect(calls.map(({ everything }) => everything).join()).not.toContain(denied.field);
        await trigger(9);
        const result = await first;
        const [root, field] = denied.path.split('.') as [string, string];
        expect(result?.data?.[root]?.[field]).toBeNull();
        expect(codesOf(result?.errors ?? [])).toEqual(['FORBIDDEN']);
        await stream.close();
        await untilOpen(service, 0);
      });

      it('ends with the session it runs under, at the service too', async () => {
        const { actorToken, sessionId } = await federated.gateway.impersonate('user_ada', 'user_cleo');
        const stream = follow(actorToken, subscription);
        const first = stream.next();
        await untilOpen(service, 1);
        expect(federated.services[service].asked.at(-1)).toMatchObject({ viewer: 'user_cleo', actor: 'user_ada' });
        await trigger(10);
        expect(await first).toEqual({ data: event(10) });
        const rest = stream.rest();
        expect((await federated.gateway.graphql(ada, STOP, { id: sessionId })).codes).toEqual([]);
        const results = await rest;
        expect(results.flatMap(({ errors }) => codesOf(errors ?? []))).toEqual(['IMPERSONATION_ENDED']);
        await expect.poll(() => federated.services[service].witness.open).toBe(0);
        await stream.close();
        // What happens afterwards reaches nobody.
        await trigger(11);
      });

      it('ends with an error where the service breaks off, and is not opened again silently', async () => {
        const stream = follow(cleo, subscription);
        const rest = stream.rest();
        await untilOpen(service, 1);
        federated.services[service].witness.crash();
        const results = await rest;
        expect(results.flatMap(({ errors }) => codesOf(errors ?? []))).toEqual(['UPSTREAM_UNAVAILABLE']);
        for (const secret of federated.secrets()) expect(JSON.stringify(results)).not.toContain(secret);
        const asked = federated.services[service].witness.calls.filter(({ document }) =>
          document.includes('subscription'),
        );
        expect(asked).toHaveLength(1);
        await stream.close();
      });

      it('ends when its person loses the role it needs, at the service too, though no event comes', async () => {
        const { people } = federated.gateway;
        const stream = follow(sam, denied.subscription);
        const rest = stream.rest();
        await untilOpen(service, 1);
        const { calls } = federated.services[service].witness;
        expect(calls.map(({ document }) => document).join()).toContain(denied.field);
        people.change('user_sam', { roles: ['USER'] });
        try {
          const results = await rest;
          expect(results.flatMap(({ errors }) => codesOf(errors ?? []))).toEqual(['FORBIDDEN']);
          await untilOpen(service, 0);
        } finally {
          people.change('user_sam', { roles: ['SUPPORT'] });
        }
        await stream.close();
        // Until the directory is asked anew.
        await pause(1_100);
      });

      it('is let go at the service when the client goes away', async () => {
        const stream = follow(cleo, subscription);
        void stream.next().catch(() => undefined);
        await untilOpen(service, 1);
        await stream.close();
        await untilOpen(service, 0);
      });
    });
  },
);

it('the record of a stream under impersonation names the service, once', async () => {
  const { actorToken, sessionId } = await federated.gateway.impersonate('user_ada', 'user_cleo');
  const [transport] = STREAM_TRANSPORTS;
  const stream = transport?.follow(federated.gateway.url, actorToken, KINDS[0]?.subscription ?? '');
  const first = stream?.next();
  await untilOpen('products', 1);
  await KINDS[0]?.trigger(3);
  await first;
  await stream?.close();
  await untilOpen('products', 0);
  const { data } = await federated.gateway.graphql(
    ada,
    'query ($id: ID!) { impersonationEvents(filter: { sessionId: $id }) { nodes { type operation { fields upstreams } } } }',
    { id: sessionId },
  );
  const completed = data.impersonationEvents.nodes.filter(
    ({ type }: { type: string }) => type === 'OPERATION_COMPLETED',
  );
  expect(completed).toEqual([
    {
      type: 'OPERATION_COMPLETED',
      operation: { fields: ['Subscription.stockChanged'], upstreams: ['products', 'reviews'] },
    },
  ]);
});

describe('an open stream', () => {
  const [kind] = KINDS as [Kind];
  const [transport] = STREAM_TRANSPORTS as [(typeof STREAM_TRANSPORTS)[number]];

  it('ends where a rule that is added denies what it asks its service for', async () => {
    const stream = transport.follow(federated.gateway.url, cleo, kind.subscription);
    const first = stream.next();
    await untilOpen('products', 1);
    await kind.trigger(21);
    expect(await first).toEqual({ data: kind.event(21) });
    const rest = stream.rest();
    const rule = '  - coordinate: StockChange.stock\n    requiresRole: { role: ADMIN }\n';
    await writeFile(federated.configFile, federated.configText.replace('rules:\n', `rules:\n${rule}`));
    await federated.gateway.gateway.reload();
    expect((await rest).flatMap(({ errors }) => codesOf(errors ?? []))).toEqual(['FORBIDDEN']);
    await untilOpen('products', 0);
    await stream.close();
    await writeFile(federated.configFile, federated.configText);
    await federated.gateway.gateway.reload();
  });

  it('goes on over a reload that has nothing to do with it', async () => {
    const stream = transport.follow(federated.gateway.url, cleo, kind.subscription);
    const first = stream.next();
    await untilOpen('products', 1);
    const rule = '  - coordinate: Article.body\n    requiresRole: { role: ADMIN }\n';
    await writeFile(federated.configFile, federated.configText.replace('rules:\n', `rules:\n${rule}`));
    await federated.gateway.gateway.reload();
    expect((await federated.gateway.graphql(cleo, '{ articles { body } }')).codes).toContain('FORBIDDEN');
    await kind.trigger(22);
    expect(await first).toEqual({ data: kind.event(22) });
    expect(
      federated.services.products.witness.calls.filter(({ document }) => document.includes('subscription')),
    ).toHaveLength(1);
    await stream.close();
    await untilOpen('products', 0);
  });

  it('is ended at the service when the gateway stops', async () => {
    const other = await startFederatedGateway();
    const token = await other.gateway.token('user_cleo');
    const streams = KINDS.map(({ subscription }) => transport.follow(other.gateway.url, token, subscription));
    const rests = streams.map((stream) => stream.rest().catch(() => []));
    const open = () => KINDS.map(({ service }) => other.services[service].witness.open);
    await expect.poll(open).toEqual([1, 1]);
    await other.gateway.gateway.stop();
    await Promise.all(rests);
    await expect.poll(open).toEqual([0, 0]);
    await Promise.all(streams.map((stream) => stream.close()));
    await other.stop();
  });
});
