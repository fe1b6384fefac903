import {
  type DocumentNode,
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { guardOf } from '../../../../directives/index.js';
import { collectFields, type Selecting } from './collect-fields.js';
import { completer, leafCompleter } from './completers.js';
import type { FieldGuard, FieldPlan, ObjectPlan } from './field-plan.js';
import { jsonString } from './leaf-json.js';
import type { Run } from './run.js';

/** An operation that has to be left to graphql-js. */
export class NotCompilableError extends Error {
  override readonly name = 'NotCompilableError';
}

/** The fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/** Whether it asks about the schema anywhere; the type of the root can be met again further down. */
export function isIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value === SchemaMetaFieldDef.name || name.value === TypeMetaFieldDef.name) found = true;
    },
  });
  return found;
}

/** The variables that `@skip` and `@include` ask anywhere in the document. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/**
 * Plans the root of a valid operation; what lies below is planned when a value first gets there.
 * @throws NotCompilableError where the schema has no such root
 */
export function planOperation(selecting: Selecting, operation: OperationDefinitionNode): ObjectPlan {
  const { schema } = selecting;
  const rootType = schema.getRootType(operation.operation);
  if (rootType == null) throw new NotCompilableError(`the schema has no ${operation.operation}`);
  return planObject(selecting, rootType, [operation]);
}

function planObject(
  selecting: Selecting,
  type: GraphQLObjectType,
  nodes: readonly Pick<FieldNode | OperationDefinitionNode, 'selectionSet'>[],
): ObjectPlan {
  const selectionSets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
  const fields = collectFields(selecting, type, selectionSets);
  const planned = [...fields].map(([key, fieldNodes], index) =>
    planField(selecting, type, key, fieldNodes, index === 0),
  );
  return { type, fields: planned, guards: [...new Set(planned.flatMap(({ guard }) => guard?.passes ?? []))] };
}

function planField(
  selecting: Selecting,
  parentType: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
  isFirst: boolean,
): FieldPlan {
  const [node] = nodes;
  const definition = node === undefined ? undefined : definitionOf(parentType, node.name.value);
  if (node === undefined || definition === undefined) throw new NotCompilableError(`cannot plan ${key}`);
  const guarded = definition.resolve === undefined ? null : guardOf(definition.resolve);
  const resolve = guarded === null ? definition.resolve : guarded.resolve;
  const place = { parentType, fieldName: definition.name, returnType: definition.type, nodes };
  return {
    ...place,
    key,
    lead: `${isFirst ? '{' : ','}${jsonString(key)}:`,
    constant: definition === TypeNameMetaFieldDef ? jsonString(parentType.name) : null,
    nonNull: isNonNullType(definition.type),
    resolve: resolve === defaultFieldResolver ? null : (resolve ?? null),
    guard: guarded && { passes: guarded.passes, refuse: definition.resolve as FieldGuard['refuse'] },
    hasArgs: definition.args.length > 0,
    args: argumentsOf(definition, node),
    leaf: leafCompleter(definition.type, place),
    complete: completer(definition.type, place, selecting.schema, (type, of) => planObject(selecting, type, of)),
  };
}

function definitionOf(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  return type.getFields()[name];
}

/** Arguments are worked out once where the operation alone decides them. */
function argumentsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan['args'] {
  if (definition.args.length === 0) return () => ({});
  const anew = ({ variables }: Run) => getArgumentValues(definition, node, variables);
  if (usesVariables(node)) return anew;
  let values: Record<string, unknown>;
  try {
    values = getArgumentValues(definition, node, {});
  } catch {
    return anew;
  }
  // Lists and input objects are not shared between calls: a resolver may change what it is given.
  const flat = Object.values(values).every((value) => typeof value !== 'object' || value === null);
  return flat ? () => ({ ...values }) : anew;
}

function usesVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      Variable() {
        found = true;
      },
    });
  }
  return found;
}
