import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type GraphQLSchema, Kind, lexicographicSortSchema, print, type StringValueNode, visit } from 'graphql';

/** A schema as text with its directives, everything in alphabetical order, so that only real changes show. */
export function printSorted(schema: GraphQLSchema): string {
  const document = getDocumentNodeFromSchema(lexicographicSortSchema(schema));
  const printed = visit(document, {
    [Kind.STRING]: (node: StringValueNode) => ({ ...node, block: node.value.includes('\n') }),
  });
  return `${print(printed)}\n`;
}
