import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { DeclaredCost } from '../../../directives/declared-cost.js';

/** What an operation comes to, by writing every fragment out wherever it is spread. */
export interface Count {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly recursion: number;
  readonly cost: number;
}

interface Options {
  readonly schema: GraphQLSchema;
  readonly declared: ReadonlyMap<string, DeclaredCost>;
  readonly assumedListSize: number;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The specification's words, one after the other; as slow as it is plain. */
export function naiveCount(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { schema, declared, assumedListSize, variables }: Options,
): Count {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const count = { depth: 0, fields: 0, aliases: 0, rootFields: 0, recursion: 0 };
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue && valueFromASTUntyped(defaultValue),
    ]),
  );

  /** The fields of a selection, fragments written out, with the type that each is a field of. */
  function flat(set: SelectionSetNode, type: GraphQLNamedType): (readonly [FieldNode, GraphQLNamedType])[] {
    return set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [[node, type] as const];
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment === undefined) throw new Error('no such fragment');
      const condition = fragment.typeCondition?.name.value;
      return flat(fragment.selectionSet, condition === undefined ? type : named(condition));
    });
  }

  function named(name: string): GraphQLNamedType {
    const type = schema.getType(name);
    if (type === undefined) throw new Error(name);
    return type;
  }

  function argument(node: FieldNode, field: GraphQLField<unknown, unknown>, name: string): number | null {
    const given = node.arguments?.find((each) => each.name.value === name)?.value;
    if (given === undefined) return (field.args.find((each) => each.name === name)?.defaultValue as number) ?? null;
    if (given.kind !== Kind.VARIABLE) return valueFromASTUntyped(given) as number | null;
    const sent = variables[given.name.value];
    return ((sent === undefined ? defaults.get(given.name.value) : sent) as number | null | undefined) ?? null;
  }

  function costOf(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    path: readonly string[],
    sized: Map<string, number>,
  ): number {
    let total = 0;
    for (const [node, parent] of flat(set, type)) {
      count.fields += 1;
      if (node.alias !== undefined) count.aliases += 1;
      if (path.length === 0) count.rootFields += 1;
      count.depth = Math.max(count.depth, path.length + 1);
      const name = node.name.value;
      if (name === '__typename') continue;
      if (!isObjectType(parent) && !isInterfaceType(parent)) throw new Error(`${parent} has no fields`);
      const field = parent.getFields()[name];
      if (field === undefined) throw new Error(`no field ${name}`);
      const coordinate = `${parent.name}.${name}`;
      const own = declared.get(coordinate);
      const returned = getNamedType(field.type);
      let lists = 0;
      for (let at: GraphQLOutputType = field.type; isListType(getNullableType(at)); lists += 1) {
        at = (getNullableType(at) as { ofType: GraphQLOutputType }).ofType;
      }
      let size = assumedListSize;
      const given = own?.listSize?.slicingArguments
        .map((each) => argument(node, field, each))
        .filter((each) => each !== null);
      if (own?.listSize != null) {
        size =
          given !== undefined && given.length > 0 ? Math.max(...given) : (own.listSize.assumedSize ?? assumedListSize);
      }
      const sizing = own?.listSize != null && own.listSize.sizedFields.length > 0;
      const within = new Map(sizing ? own.listSize?.sizedFields.map((each) => [each, size]) : []);
      if (lists === 0 || sizing) size = 1;
      else size = (sized.get(name) ?? size) * assumedListSize ** (lists - 1);
      const weight =
        own?.weight ??
        declared.get(returned.name)?.weight ??
        ('getFields' in returned || 'getTypes' in returned ? 1 : 0);
      let inner = 0;
      if (node.selectionSet !== undefined) {
        const here = [...path, coordinate];
        count.recursion = Math.max(count.recursion, here.filter((each) => each === coordinate).length);
        inner = costOf(node.selectionSet, returned, here, within);
      }
      total += size * (weight + inner);
    }
    return total;
  }

  const root = schema.getRootType(operation.operation);
  if (root == null) throw new Error('no root');
  const cost = costOf(operation.selectionSet, root, [], new Map());
  return { ...count, cost };
}
