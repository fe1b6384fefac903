import { makeExecutableSchema } from '@graphql-tools/schema';
import { type IResolvers, printSchemaWithDirectives } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { applyDirectives } from '../../../directives/index.js';
import { ARTICLES } from '../../../examples/federation/help/service.js';
import { ordersSubgraph } from '../../../examples/federation/orders/resolvers.js';
import { productsSubgraph } from '../../../examples/federation/products/resolvers.js';
import { reviewsResolvers } from '../../../examples/federation/reviews/resolvers.js';
import type { Reference } from '../../../examples/federation/subgraph.js';
import { demoUsers } from '../../../src/development/demo-users.js';
import type { Identity } from '../../../src/domain/identity.js';
import type { User } from '../../../src/domain/user.js';
import { MUTATION_RULES } from '../../../src/http/graphql/impersonation-mutations.js';

/** What resolvers of the services read, beside what the guards do. */
export interface MergedContext {
  readonly identity: Identity;
  readonly viewer: User | null;
  readonly actor: User | null;
}

type Resolver = GraphQLFieldResolver<Record<string, unknown>, MergedContext>;
type FieldsOf = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/**
 * All services as one schema in this process, over the same resolvers and data and under the same guards: what the gateway
 * has to answer over the network. An entity is made whole before a field of it is resolved, whichever service spoke of it.
 */
export function mergedSchema(composed: GraphQLSchema): GraphQLSchema {
  const orders = ordersSubgraph();
  const products = productsSubgraph();
  const reviews = reviewsResolvers() as unknown as FieldsOf;
  const ofOrders = orders.resolvers as unknown as FieldsOf;
  const ofProducts = products.resolvers as unknown as FieldsOf;
  const people = new Map(demoUsers().map((person) => [person.id, person]));

  const whole: Readonly<Record<string, (source: Record<string, unknown>) => unknown>> = {
    User: ({ id }) => people.get(String(id)),
    Product: (source) => products.references.Product?.(source as unknown as Reference, NOBODY),
    Brand: (source) => products.references.Brand?.(source as unknown as Reference, NOBODY),
    Warehouse: (source) => products.references.Warehouse?.(source as unknown as Reference, NOBODY),
    Order: (source) => orders.references.Order?.(source as unknown as Reference, NOBODY),
    Refund: (source) => orders.references.Refund?.(source as unknown as Reference, NOBODY),
    Review: (source) => source,
  };
  const resolvers: Record<string, Record<string, Resolver>> = {};
  for (const [typeName, complete] of Object.entries(whole)) {
    resolvers[typeName] = {};
    for (const name of Object.keys(
      (composed.getType(typeName) as { getFields(): object } | undefined)?.getFields() ?? {},
    )) {
      const resolve =
        ofOrders[typeName]?.[name] ?? reviews[typeName]?.[name] ?? ofProducts[typeName]?.[name] ?? defaultFieldResolver;
      resolvers[typeName][name] = (source, args, context, info) =>
        resolve(complete(source) as Record<string, unknown>, args, context, info);
    }
  }
  // What the gateway brings along by @requires.
  const required: Resolver = (source, args, context, info) => {
    const order = whole.Order?.(source) as Record<string, unknown>;
    const of = (name: string) => ofOrders.Order?.[name]?.(order, {}, context, info);
    const known = { ...order, total: of('total'), marginCents: of('marginCents') };
    return ofProducts.Order?.[info.fieldName]?.(known, args, context, info);
  };
  const types: IResolvers = {
    ...resolvers,
    Order: { ...resolvers.Order, shippingCents: required, marginPercent: required },
    Query: {
      ...ofOrders.Query,
      ...ofProducts.Query,
      ...reviews.Query,
      viewer: (_source: unknown, _args: unknown, { viewer }: MergedContext) => viewer,
      actor: (_source: unknown, _args: unknown, { actor }: MergedContext) => actor,
      user: (_source: unknown, { id }: { readonly id: string }) => people.get(id) ?? null,
      articles: (_source: unknown, { search }: { readonly search?: string | null }) =>
        ARTICLES.filter(({ title }) => title.toLowerCase().includes((search ?? '').toLowerCase())),
      article: (_source: unknown, { slug }: { readonly slug: string }) =>
        ARTICLES.find((article) => article.slug === slug) ?? null,
    },
    Draft: reviews.Draft ?? {},
    TimelineEntry: { __resolveType: typeNameOf },
    Payment: { __resolveType: typeNameOf },
    SearchResult: { __resolveType: typeNameOf },
    Reviewable: { __resolveType: typeNameOf },
  };
  const schema = makeExecutableSchema({ typeDefs: printSchemaWithDirectives(composed), resolvers: types });
  return applyDirectives(schema, { mutationRules: MUTATION_RULES });
}

/** References ask nobody's rights: their fields do. */
const NOBODY = { viewer: null, actor: null, impersonation: null } as const;

function typeNameOf({ __typename }: { readonly __typename: string }): string {
  return __typename;
}
