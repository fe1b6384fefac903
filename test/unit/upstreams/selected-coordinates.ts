import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/**
 * Every `Type.field` that a document can have resolved, for all object types that can be met at run time. A second way of
 * looking at it than the pruning's own: fragments are followed at each place where they are spread.
 */
export function selectedCoordinates(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const possible = (type: GraphQLCompositeType) => (isObjectType(type) ? [type] : schema.getPossibleTypes(type));

  function walk(set: SelectionSetNode, objects: readonly string[]): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        for (const name of objects) {
          const type = schema.getType(name);
          const field = isObjectType(type) ? type.getFields()[selection.name.value] : undefined;
          if (field === undefined) continue;
          found.add(`${name}.${selection.name.value}`);
          const returned = getNamedType(field.type);
          if (selection.selectionSet && isCompositeType(returned)) {
            walk(
              selection.selectionSet,
              possible(returned).map((each) => each.name),
            );
          }
        }
        continue;
      }
      const target = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (target === undefined) throw new Error('a fragment that is not there');
      const type = target.typeCondition === undefined ? null : schema.getType(target.typeCondition.name.value);
      const narrower = type === null ? objects : possible(type as GraphQLCompositeType).map((each) => each.name);
      walk(
        target.selectionSet,
        objects.filter((name) => narrower.includes(name)),
      );
    }
  }

  for (const each of document.definitions) {
    if (each.kind !== Kind.OPERATION_DEFINITION) continue;
    const root = schema.getRootType(each.operation);
    if (root != null) walk(each.selectionSet, [root.name]);
  }
  return found;
}
