import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { standaloneResolvers } from '../workload/resolvers.mjs';
import { serializeDateTime, standaloneSchema } from '../workload/schema.mjs';

export const DateTime = new GraphQLScalarType({ name: 'DateTime', serialize: serializeDateTime });

export const openSchema = () =>
  makeExecutableSchema({ typeDefs: standaloneSchema(), resolvers: { ...standaloneResolvers, DateTime } });

/** The role check where most Apollo applications have it: in the resolver, over what the context says. */
export const roleCheckedSchema = () =>
  makeExecutableSchema({
    typeDefs: standaloneSchema(),
    resolvers: {
      DateTime,
      Query: {
        viewer: (_source, _args, context) => (context.roles === null ? null : standaloneResolvers.Query.viewer()),
        orders(_source, _args, context) {
          if (!context.roles?.includes('USER'))
            throw new GraphQLError('forbidden', { extensions: { code: 'FORBIDDEN' } });
          return standaloneResolvers.Query.orders();
        },
      },
    },
  });
