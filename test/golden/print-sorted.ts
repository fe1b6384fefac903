import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type GraphQLSchema, Kind, lexicographicSortSchema, parse, print, type StringValueNode, visit } from 'graphql';

/** A schema as text with its directives, everything in alphabetical order, so that only real changes show. */
export function printSorted(schema: GraphQLSchema): string {
  const document = getDocumentNodeFromSchema(lexicographicSortSchema(schema));
  return print(visit(document, { [Kind.STRING]: shortDescription }));
}

/** The same text for any layout of the same SDL: the formatter's line breaks are not a change of the schema. */
export function withoutLayout(sdl: string): string {
  return print(visit(parse(sdl), { [Kind.STRING]: shortDescription }));
}

function shortDescription(node: StringValueNode): StringValueNode {
  return { ...node, block: node.value.includes('\n') };
}
