import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Environment } from '../../../src/config/index.js';
import { type RecordingUpstream, startUpstream } from '../../support/recording-upstream.js';
import { type RunningGateway, startGateway } from '../../support/running-gateway.js';
import { FEDERATION, RULES } from '../upstreams/services.js';

/** Orders that belong to the gateway's people. */
export const ORDERS_SDL = `${FEDERATION}${RULES}
  type Query { parcels: [Parcel!]! @authenticated  ledger: Ledger @requiresRole(role: ADMIN)  nodes: [Node!]!  hits: [Hit!]! }
  type Mutation { rename(id: ID!, title: String!): Parcel  changeCard(id: ID!, card: String! @sensitive): Parcel @blockedWhileImpersonating }
  interface Node { id: ID! note: String }
  union Hit = Parcel | Ticket
  type User @key(fields: "id") { id: ID! parcels: [Parcel!]!  card: String @sensitive }
  type Parcel implements Node @key(fields: "id") {
    id: ID!  note: String  title: String!  cardLast4: String @sensitive  margin: Int! @requiresRole(role: ADMIN)  owner: User!
  }
  type Ticket implements Node @key(fields: "id") { id: ID!  note: String @requiresRole(role: SUPPORT) }
  type Ledger { sum: Int! }
`;

const parcel = (id: string) => ({
  __typename: 'Parcel',
  id,
  note: `note of ${id}`,
  title: `Parcel ${id}`,
  cardLast4: '4242',
  margin: 300,
  owner: { __typename: 'User', id: 'user_cleo' },
});
const ticket = { __typename: 'Ticket', id: 't1', note: 'internal' };

export function startOrders(sdl = ORDERS_SDL): Promise<RecordingUpstream> {
  return startUpstream(
    'orders',
    sdl,
    {
      Query: {
        parcels: () => [parcel('p1'), parcel('p2')],
        ledger: () => ({ sum: 1 }),
        nodes: () => [parcel('p1'), ticket],
        hits: () => [parcel('p1'), ticket],
      },
      Mutation: { rename: (_, { id, title }) => ({ ...parcel(id), title }), changeCard: (_, { id }) => parcel(id) },
      Node: { __resolveType: (value: { __typename: string }) => value.__typename },
      Hit: { __resolveType: (value: { __typename: string }) => value.__typename },
      User: { parcels: ({ id }: { id: string }) => [parcel(`of-${id}`)], card: () => '4111' },
    },
    {
      User: ({ id }: { id: string }) => ({ id }),
      Parcel: ({ id }: { id: string }) => parcel(id),
      Ticket: () => ticket,
    },
  );
}

export interface World {
  readonly gateway: RunningGateway;
  readonly orders: RecordingUpstream;
  /** The file that `GATEWAY_CONFIG` names. */
  readonly file: string;
  readonly directory: string;
  /** Writes it anew. */
  configure(config: object): Promise<void>;
}

export const ordersAt = (url: string, schema: object = { fetch: 'service' }) => ({
  name: 'orders',
  kind: 'subgraph',
  url,
  schema,
});

/** A gateway with the service behind it, until the test is over. */
export async function openWorld(
  configured: (orders: RecordingUpstream, directory: string) => object = ({ url }) => ({ upstreams: [ordersAt(url)] }),
  options: {
    readonly environment?: Environment;
    readonly orders?: RecordingUpstream;
    readonly prepare?: (directory: string) => Promise<void>;
  } = {},
): Promise<World> {
  const orders = options.orders ?? (await startOrders());
  onTestFinished(() => orders.close());
  const directory = await mkdtemp(path.join(tmpdir(), 'gateway-config-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = path.join(directory, 'gateway.yaml');
  await writeFile(file, stringify(configured(orders, directory)));
  await options.prepare?.(directory);
  const gateway = await startGateway({ environment: { GATEWAY_CONFIG: file, ...options.environment } });
  onTestFinished(() => gateway.stop());
  return { gateway, orders, file, directory, configure: (config) => writeFile(file, stringify(config)) };
}
