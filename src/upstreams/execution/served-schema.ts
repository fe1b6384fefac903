import { isAsyncIterable, MapperKind, mapAsyncIterator, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLUnionType,
} from 'graphql';
import { compileRules } from '../../../directives/compile.js';
import { applyDirectives, DIRECTIVES, type DirectiveOptions, type GuardedContext } from '../../../directives/index.js';
import { canResolve } from '../../policy/index.js';
import { forwardedOperation, type Planner } from './forward.js';
import { placeErrors } from './place-errors.js';

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
  options: DirectiveOptions<Context>,
): GraphQLSchema {
  const rules = compileRules(schema, DIRECTIVES, options.mutationRules).fields;
  const roots = [schema.getQueryType(), schema.getMutationType()].map((type) => type?.name);
  const streams = schema.getSubscriptionType()?.name;

  function forwarded(context: GuardedContext, info: GraphQLResolveInfo) {
    const { identity } = context;
    return forwardedOperation(info, context, (coordinate) => {
      const rule = rules.get(coordinate);
      return rule !== undefined && !canResolve(rule, identity).allowed;
    });
  }
  const ask: Resolver = async (_source, _args, context, info) =>
    placeErrors(await planner.execute(forwarded(context, info)), String(info.path.key));
  const follow: Resolver = async (_source, _args, context, info) => {
    const key = String(info.path.key);
    const events = await planner.subscribe(forwarded(context, info));
    if (!isAsyncIterable(events)) return placeErrors(events, key);
    return mapAsyncIterator(events, (event) => ({ [key]: placeErrors(event, key) }));
  };

  function withResolver(config: FieldConfig, typeName: string): FieldConfig {
    if (roots.includes(typeName)) return { ...config, resolve: ask };
    return typeName === streams ? { ...config, resolve: read, subscribe: follow } : { ...config, resolve: read };
  }
  const executable = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, _fieldName, typeName) => withResolver(config, typeName),
    [MapperKind.INTERFACE_TYPE]: (type) => new GraphQLInterfaceType({ ...type.toConfig(), resolveType: typeNameOf }),
    [MapperKind.UNION_TYPE]: (type) => new GraphQLUnionType({ ...type.toConfig(), resolveType: typeNameOf }),
  });
  return applyDirectives(executable, options);
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
