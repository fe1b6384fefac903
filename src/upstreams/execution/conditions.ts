import {
  type DirectiveNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The selection without `@skip` and `@include`; null where they leave it out. They are settled here because planners merge
 * selections of one key whose conditions differ.
 */
export function settled<Node extends SelectionNode>(node: Node, variables: Variables): Node | null {
  if (node.directives === undefined || node.directives.length === 0) return node;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return null;
  if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false) return null;
  return { ...node, directives: node.directives.filter((directive) => !isCondition(directive)) };
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name;
}
