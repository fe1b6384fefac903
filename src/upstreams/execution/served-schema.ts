import { isAsyncIterable, MapperKind, mapAsyncIterator, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  GraphQLScalarType,
  type GraphQLSchema,
  GraphQLUnionType,
  valueFromASTUntyped,
} from 'graphql';
import { compileRules } from '../../../directives/compile.js';
import { applyDirectives, DIRECTIVES, type DirectiveOptions, type GuardedContext } from '../../../directives/index.js';
import type { Planner } from './forward.js';
import { createForwarding } from './forwarding.js';
import { placeErrors } from './place-errors.js';

export interface ServingOptions<Context extends GuardedContext> extends DirectiveOptions<Context> {
  /** Scalars whose values are looked at here, by their names: what is none of them is the client's mistake, wherever it was to go. */
  readonly scalars?: ReadonlyMap<string, GraphQLScalarType>;
}

type Resolver = GraphQLFieldResolver<unknown, GuardedContext>;
type FieldConfig = GraphQLFieldConfig<unknown, GuardedContext>;

/**
 * The schema that clients are served, over services that `planner` asks. Two locks, one behind the other: what is denied is
 * never asked for, and the client's own document is then worked out over what came back, every field behind its guard, so
 * that refusals, nulls, hooks and error paths are those of a schema whose resolvers are all in this process.
 *
 * A root field is guarded before anything is forwarded: a denied one calls nobody. Mutations are forwarded one by one, so
 * that one which ends a session ends it for those after it.
 * @param schema carries the directives (see `compose`), and no resolvers.
 * @throws DirectiveError
 */
export function serveSchema<Context extends GuardedContext>(
  schema: GraphQLSchema,
  planner: Planner,
  options: ServingOptions<Context>,
): GraphQLSchema {
  const forwarded = createForwarding(compileRules(schema, DIRECTIVES, options.mutationRules).fields);
  const roots = [schema.getQueryType(), schema.getMutationType()].map((type) => type?.name);
  const streams = schema.getSubscriptionType()?.name;

  const ask: Resolver = async (_source, _args, context, info) =>
    placeErrors(await planner.execute(forwarded(info, context)), String(info.path.key));
  const follow: Resolver = async (_source, _args, context, info) => {
    const key = String(info.path.key);
    const events = await planner.subscribe(forwarded(info, context));
    if (!isAsyncIterable(events)) return placeErrors(events, key);
    return mapAsyncIterator(events, (event) => ({ [key]: placeErrors(event, key) }));
  };

  function withResolver(config: FieldConfig, typeName: string): FieldConfig {
    if (roots.includes(typeName)) return { ...config, resolve: ask };
    return typeName === streams ? { ...config, resolve: read, subscribe: follow } : { ...config, resolve: read };
  }
  const executable = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, _fieldName, typeName) => withResolver(config, typeName),
    [MapperKind.SCALAR_TYPE]: (type) => checking(type, options.scalars?.get(type.name)),
    [MapperKind.INTERFACE_TYPE]: (type) => new GraphQLInterfaceType({ ...type.toConfig(), resolveType: typeNameOf }),
    [MapperKind.UNION_TYPE]: (type) => new GraphQLUnionType({ ...type.toConfig(), resolveType: typeNameOf }),
  });
  return applyDirectives(executable, options);
}

/** Values go on as they came; the scalar of whoever defines it says whether they are any. */
function checking(type: GraphQLScalarType, scalar: GraphQLScalarType | undefined): GraphQLScalarType {
  if (scalar === undefined) return type;
  return new GraphQLScalarType({
    ...type.toConfig(),
    parseValue(value) {
      scalar.parseValue(value);
      return value;
    },
    parseLiteral(node, variables) {
      scalar.parseLiteral(node, variables);
      return valueFromASTUntyped(node, variables);
    },
  });
}

/** What was asked for under an alias comes back under it. An Error that stands there is thrown by whoever completes it. */
const read: Resolver = (source, _args, _context, info) => {
  const key = String(info.path.key);
  return isRecord(source) && Object.hasOwn(source, key) ? source[key] : null;
};

function typeNameOf(value: unknown): string | undefined {
  const name = isRecord(value) && Object.hasOwn(value, '__typename') ? value.__typename : undefined;
  return typeof name === 'string' ? name : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
