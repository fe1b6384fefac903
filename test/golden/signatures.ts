import {
  astFromValue,
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getDirectiveValues,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';

/**
 * Every element of a schema by its coordinate, and what clients rely on about it in one line: its kind, type, default and
 * directives with all their arguments. Descriptions and the order of things say nothing here.
 */
export function signatures(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (coordinate: string, ...parts: readonly string[]) =>
    found.set(coordinate, parts.filter((part) => part !== '').join(' '));
  const applied = (element: Element) => directivesOf(element, schema);

  for (const operation of ['query', 'mutation', 'subscription'] as const) {
    add(`schema.${operation}`, rootName(schema, operation));
  }
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    const repeatable = directive.isRepeatable ? 'repeatable' : '';
    add(`@${directive.name}`, 'directive', repeatable, `on ${[...directive.locations].sort().join(' | ')}`);
    for (const argument of directive.args) add(`@${directive.name}(${argument.name}:)`, input(argument));
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    add(type.name, kindOf(type), applied(type));
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        add(`${type.name}.${field.name}`, String(field.type), applied(field));
        for (const argument of field.args) {
          add(`${type.name}.${field.name}(${argument.name}:)`, input(argument), applied(argument));
        }
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        add(`${type.name}.${field.name}`, input(field), applied(field));
      }
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) add(`${type.name}.${value.name}`, 'value', applied(value));
    }
  }
  return found;
}

/** Anything in a schema that can carry directives. */
interface Element {
  readonly astNode?: unknown;
  readonly extensionASTNodes?: readonly unknown[] | undefined;
}

function rootName(schema: GraphQLSchema, operation: 'query' | 'mutation' | 'subscription'): string {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return roots[operation]?.name ?? 'none';
}

function kindOf(type: GraphQLNamedType): string {
  const interfaces =
    isObjectType(type) || isInterfaceType(type)
      ? type
          .getInterfaces()
          .map(({ name }) => name)
          .sort()
      : [];
  const members = isUnionType(type)
    ? type
        .getTypes()
        .map(({ name }) => name)
        .sort()
    : [];
  const implementing = interfaces.length === 0 ? '' : ` implements ${interfaces.join(' & ')}`;
  const possible = members.length === 0 ? '' : ` = ${members.join(' | ')}`;
  return `${type.constructor.name}${implementing}${possible}`;
}

function input({ type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const fallback = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return fallback == null ? String(type) : `${type} = ${print(fallback)}`;
}

/** The element's own directives, in order of name, each with all its arguments as they take effect, defaults included. */
function directivesOf(element: Element, schema: GraphQLSchema): string {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])].flatMap(
    (node) => (node as { readonly directives?: readonly DirectiveNode[] } | null | undefined)?.directives ?? [],
  );
  return nodes
    .flatMap((node) => {
      const directive = schema.getDirective(node.name.value);
      return directive == null || isUnseen(directive) ? [] : `@${directive.name}${valuesOf(directive, node)}`;
    })
    .sort()
    .join(' ');
}

/** Where a scalar is specified helps tools, and what something costs says how much of it may be asked for; no answer depends on it. */
function isUnseen(directive: GraphQLDirective): boolean {
  return ['specifiedBy', 'cost', 'listSize'].includes(directive.name);
}

function valuesOf(directive: GraphQLDirective, node: DirectiveNode): string {
  const values = getDirectiveValues(directive, { directives: [node] }) ?? {};
  return Object.keys(values).length === 0 ? '' : JSON.stringify(Object.fromEntries(Object.entries(values).sort()));
}
