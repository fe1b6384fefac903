import {
  type ASTNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DirectiveLocation,
  type GraphQLDirective,
  type GraphQLNamedType,
  Kind,
} from 'graphql';

/** Anything in a schema that can carry directives. */
export interface Directable {
  readonly astNode?: ASTNode | null | undefined;
  readonly extensionASTNodes?: readonly ASTNode[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** One element of a schema, named by its schema coordinate, e.g. `Query.users(first:)`. */
export interface SchemaElement {
  readonly coordinate: string;
  readonly location: DirectiveLocation;
  readonly definition: Directable;
  /** The named type or the directive it belongs to; null for the schema itself. */
  readonly owner: GraphQLNamedType | GraphQLDirective | null;
}

/** One application of a directive. Enum values are strings, lists are arrays; anything else is kept as it was found. */
export interface DirectiveUse {
  readonly name: string;
  readonly args: ReadonlyMap<string, unknown>;
}

/**
 * Every application of a directive to an element: in its SDL, in the SDL of its extensions, and, for schemas written in
 * code, in `extensions.directives` (either `{name: args | args[]}` or `[{name, args}]`, as the graphql-tools and Pothos do).
 */
export function usesOn(definition: Directable): readonly DirectiveUse[] {
  const uses: DirectiveUse[] = [];
  for (const node of [definition.astNode, ...(definition.extensionASTNodes ?? [])]) {
    if (node == null || !('directives' in node)) continue;
    for (const directive of node.directives ?? []) uses.push(fromNode(directive as ConstDirectiveNode));
  }
  uses.push(...fromExtensions(definition.extensions?.directives));
  return uses;
}

function fromNode(node: ConstDirectiveNode): DirectiveUse {
  return {
    name: node.name.value,
    args: new Map((node.arguments ?? []).map((argument) => [argument.name.value, fromValue(argument.value)])),
  };
}

/** A string literal stays a node: it is not an enum value, and must not pass for one. */
function fromValue(node: ConstValueNode): unknown {
  if (node.kind === Kind.ENUM) return node.value;
  if (node.kind === Kind.LIST) return node.values.map(fromValue);
  return node.kind === Kind.NULL ? null : node;
}

function fromExtensions(directives: unknown): readonly DirectiveUse[] {
  if (directives === null || typeof directives !== 'object') return [];
  if (Array.isArray(directives)) {
    return directives.map((use: { name?: unknown; args?: unknown } | null) => ({
      name: String(use?.name),
      args: argsOf(use?.args),
    }));
  }
  return Object.entries(directives).flatMap(([name, args]) =>
    (Array.isArray(args) ? args : [args]).map((each) => ({ name, args: argsOf(each) })),
  );
}

function argsOf(args: unknown): ReadonlyMap<string, unknown> {
  return new Map(args !== null && typeof args === 'object' ? Object.entries(args) : []);
}
