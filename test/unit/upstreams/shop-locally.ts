import { makeExecutableSchema } from '@graphql-tools/schema';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { applyDirectives } from '../../../directives/index.js';
import type { Identity } from '../../../src/domain/identity.js';
import { GatewayError } from '../../../src/errors/index.js';
import { order, people, ticket } from './shop-services.js';

interface Entity {
  readonly id: string;
  readonly __typename: string;
}

/** The shop as one schema in which every field has its resolver here: what the services together have to equal. */
export function shopLocally(composed: GraphQLSchema): GraphQLSchema {
  const schema = makeExecutableSchema({
    typeDefs: printSchemaWithDirectives(composed),
    resolvers: {
      Query: {
        viewer: (_, __, { identity }: { identity: Identity }) => people.get(identity.viewer?.id ?? ''),
        users: () => [...people.values()],
        orders: () => [order('o1'), order('o2')],
        nodes: () => [order('o1'), ticket],
        hits: () => [order('o1'), ticket],
        ledger: () => ({ sum: 1 }),
        parcels: () => [{ id: 'p1', order: order('o1') }],
      },
      Node: { __resolveType: ({ __typename }: Entity) => __typename },
      Hit: { __resolveType: ({ __typename }: Entity) => __typename },
      User: { orders: () => [order('o1')], card: () => '4111' },
      Order: {
        customer: () => people.get('cleo'),
        fee: ({ total }: { total: number }) => total / 100,
        risk: ({ margin }: { margin: number }) => margin / 100,
        route: () => 'by sea',
        carrier: ({ id }: Entity) => (id === 'o2' ? new GatewayError('INTERNAL_SERVER_ERROR') : 'Kite'),
      },
    },
  });
  return applyDirectives(schema, { mutationRules: { nested: ['Mutation.start'], always: [] } });
}
