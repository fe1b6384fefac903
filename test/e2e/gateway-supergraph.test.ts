import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readDirectives, readTypeDefs } from '../../examples/federation/subgraph.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';

/** What composition keeps of no service that did not ask for it, said again by coordinate. */
const RULES = `
  - coordinate: Order.cardLast4
    sensitive: true
  - coordinate: User.orders
    authenticated: true
  - coordinate: Query.recentOrders
    requiresRole: { role: [SUPPORT, ADMIN] }
  - coordinate: Mutation.changeCard
    authenticated: true
    blockedWhileImpersonating: true`;

/** The services as another tool composed them. Its addresses are nobody's. */
function supergraph(change: (sdl: string) => string = (sdl) => sdl): string {
  const services = ['orders', 'products', 'reviews'].map((name) => ({
    name,
    url: 'http://203.0.113.1/graphql',
    typeDefs: parse(change(`${readTypeDefs(name)}\n${readDirectives()}`)),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

let federated: FederatedGateway;
let file: string;
let cleo: string;
beforeAll(async () => {
  federated = await startFederatedGateway({
    configure: (yaml) =>
      yaml
        .replaceAll('schema: { fetch: service }', 'schema: { supergraph: supergraph.graphql }')
        .replace('rules:', `rules:${RULES}`),
    prepare: async (directory) => {
      file = path.join(directory, 'supergraph.graphql');
      await writeFile(file, supergraph());
    },
  });
  cleo = await federated.gateway.token('user_cleo');
});
afterAll(() => federated.stop());
beforeEach(() => federated.forget());

const MINE = `{ viewer { name orders(first: 1) { id cardLast4 shippingCents lines { product { name rating } } reviews { stars } } } }`;
const LEDGER = '{ ledger { revenue { cents } } products(first: 1) { name } }';

it('a supergraph that another tool composed is served with the gateway’s own schema', async () => {
  const { data, codes } = await federated.gateway.graphql(cleo, MINE);
  expect(codes).toEqual([]);
  expect(data.viewer).toEqual({
    name: 'Cleo Marchetti',
    orders: [
      {
        id: 'order_user_cleo_2',
        cardLast4: '2575',
        shippingCents: 0,
        lines: [{ product: { name: 'Lamp', rating: 4.5 } }],
        reviews: [{ stars: 5 }, { stars: 3 }],
      },
    ],
  });
  const input = { userId: 'user_carl', reason: 'a supergraph is tried' };
  const start = await federated.gateway.graphql(
    await federated.gateway.token('user_grace'),
    'mutation ($input: StartImpersonationInput!) { startImpersonation(input: $input) { viewer { orders { id } reviews { stars } } } }',
    { input },
  );
  expect(start.codes).toEqual([]);
  expect(start.data.startImpersonation.viewer.reviews).toHaveLength(2);
});

it('its rules and those by coordinate hold, before anything is forwarded', async () => {
  const { actorToken } = await federated.gateway.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
  federated.forget();
  expect((await federated.gateway.graphql(actorToken, MINE)).data.viewer.orders[0].cardLast4).toBeNull();
  expect(federated.sent()).not.toContain('cardLast4');
  // By @policy, which stands in the supergraph.
  const { data, codes } = await federated.gateway.graphql(cleo, LEDGER);
  expect([data.ledger, codes]).toEqual([null, ['FORBIDDEN']]);
  expect(federated.sent()).not.toContain('ledger');
  expect((await federated.gateway.graphql(await federated.gateway.token('user_audrey'), LEDGER)).codes).toEqual([]);
  const card = 'mutation { changeCard(orderId: "order_user_cleo_1", cardNumber: "4242424242424242") { id } }';
  expect((await federated.gateway.graphql(actorToken, card)).codes).toEqual(['BLOCKED_WHILE_IMPERSONATING']);
});

it('is served anew when its file changes; one that cannot be served leaves the last good one', async () => {
  const added = supergraph((sdl) =>
    sdl.replace('  upc: ID!\n  name: String! @shareable', '  upc: ID!\n  blurb: String\n  name: String! @shareable'),
  );
  expect(added).toContain('blurb');
  await writeFile(file, added);
  await federated.gateway.gateway.reload();
  const fields = async () => {
    const { data } = await federated.gateway.graphql(cleo, '{ __type(name: "Product") { fields { name } } }');
    return data.__type.fields.map(({ name }: { name: string }) => name);
  };
  expect(await fields()).toContain('blurb');
  for (const spoilt of ['type Query { a: Int }', added.slice(0, 2_000), added.replaceAll('cardLast4', 'cardEnd')]) {
    await writeFile(file, spoilt);
    await federated.gateway.gateway.reload();
    expect(await fields()).toContain('blurb');
    expect(await (await fetch(`${federated.gateway.url}/readyz`)).json()).toMatchObject({ degraded: ['schema'] });
  }
  await writeFile(file, added);
  await federated.gateway.gateway.reload();
  expect(await (await fetch(`${federated.gateway.url}/readyz`)).json()).not.toHaveProperty('degraded');
  expect((await federated.gateway.graphql(cleo, MINE)).codes).toEqual([]);
});
