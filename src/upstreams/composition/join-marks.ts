import type { ConstDirectiveNode } from 'graphql';

/** A directive of a supergraph, its arguments as text; `?` where one is a list or an object. */
export interface Mark {
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
}

/** The directives that stand on an element, as `@join__type(graph: A, key: "id")` of a supergraph. */
export function marksOn(directives: readonly ConstDirectiveNode[] = []): readonly Mark[] {
  return directives.map(({ name, arguments: given = [] }) => ({
    name: name.value,
    args: Object.fromEntries(
      given.map((argument) => [argument.name.value, 'value' in argument.value ? String(argument.value.value) : '?']),
    ),
  }));
}
