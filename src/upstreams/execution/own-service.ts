import type { ExecutionRequest, Executor } from '@graphql-tools/utils';
import {
  type ConstDirectiveNode,
  execute,
  extendSchema,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  subscribe,
  visit,
} from 'graphql';

/** Finds what a reference of another service stands for; null where there is no such thing. */
export type ReferenceResolver<Context> = (id: string, context: Context) => unknown;

/**
 * The SDL of a schema of this process as other services may refer to it: the types named are entities by `id`, and other
 * services may have the same page information.
 */
export function ownServiceSdl(typeDefs: readonly string[], entities: readonly string[]): string {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])';
  const keys = entities.map((name) => `extend type ${name} @key(fields: "id")`);
  // Said of the definition: on an extension it would hold for the fields of the extension alone.
  const shared = visit(parse([link, ...typeDefs, ...keys].join('\n'), { noLocation: true }), {
    ObjectTypeDefinition: (node) =>
      node.name.value === 'PageInfo' ? { ...node, directives: [...(node.directives ?? []), SHAREABLE] } : undefined,
  });
  return print(shared);
}

const SHAREABLE: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'shareable' } };

/**
 * Executes a schema in this process as one of the services, without a network. Its errors are its own: they go on as they are.
 * @param references by the name of the entity; the ids come from other services and are not to be trusted.
 */
export function ownExecutor<Context>(
  schema: GraphQLSchema,
  references: Readonly<Record<string, ReferenceResolver<Context>>>,
): Executor<Context> {
  const executable = withEntities(schema, references);
  return (({ document, variables, context, operationName, operationType }: ExecutionRequest) => {
    const request = {
      schema: executable,
      document,
      variableValues: variables as Record<string, unknown>,
      contextValue: context,
      operationName: operationName ?? null,
    };
    return operationType === 'subscription' ? subscribe(request) : execute(request);
  }) as Executor<Context>;
}

function withEntities<Context>(
  schema: GraphQLSchema,
  references: Readonly<Record<string, ReferenceResolver<Context>>>,
): GraphQLSchema {
  const names = Object.keys(references);
  const extended = extendSchema(
    schema,
    parse(`
      scalar _Any
      union _Entity = ${names.join(' | ')}
      extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
    `),
  );
  const found = new WeakMap<object, string>();
  const query = extended.getQueryType();
  const field = isObjectType(query) ? query.getFields()._entities : undefined;
  const entity = extended.getType('_Entity');
  if (field === undefined || !isUnionType(entity)) throw new TypeError('the schema has no queries');
  field.resolve = (_source, { representations }: { representations: readonly unknown[] }, context: Context) =>
    representations.map(async (representation) => {
      const { __typename: name, id } = Object(representation) as {
        readonly __typename?: unknown;
        readonly id?: unknown;
      };
      if (typeof name !== 'string' || typeof id !== 'string' || !Object.hasOwn(references, name)) return null;
      const value = await references[name]?.(id, context);
      if (typeof value !== 'object' || value === null) return null;
      // By the copy, not the thing itself: one person may be asked for as two kinds of entity.
      const copy: object = Object.assign(Object.create(Object.getPrototypeOf(value)), value);
      found.set(copy, name);
      return copy;
    });
  entity.resolveType = (value: object) => found.get(value);
  return extended;
}
