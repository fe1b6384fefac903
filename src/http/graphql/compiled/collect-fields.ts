import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

/** The nodes of one response name, in the order selected. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of the variables, those that decide what is skipped or included. */
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** CollectFields (GraphQL, October 2021, §6.3.2) for an object of this type. */
export function collectFields(
  { schema, fragments, conditions }: Selecting,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();

  function isIncluded(node: SelectionNode): boolean {
    if (getDirectiveValues(GraphQLSkipDirective, node, conditions)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, conditions)?.if !== false;
  }

  function applies(fragment: { readonly typeCondition?: FragmentDefinitionNode['typeCondition'] }): boolean {
    if (fragment.typeCondition === undefined) return true;
    const condition = typeFromAST(schema, fragment.typeCondition);
    return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
  }

  function collect(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        if (!isIncluded(selection)) continue;
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(name);
        if (nodes === undefined) fields.set(name, [selection]);
        else nodes.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isIncluded(selection) && applies(selection)) collect(selection.selectionSet);
      } else {
        const { value: name } = selection.name;
        if (visited.has(name) || !isIncluded(selection)) continue;
        visited.add(name);
        const fragment = fragments.get(name);
        if (fragment !== undefined && applies(fragment)) collect(fragment.selectionSet);
      }
    }
  }

  for (const selectionSet of selectionSets) collect(selectionSet);
  return fields;
}
