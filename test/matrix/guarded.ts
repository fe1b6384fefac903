import { type GraphQLSchema, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';

const GUARDS = ['authenticated', 'requiresRole', 'blockedWhileImpersonating', 'sensitive'];

/** What a schema has that somebody must have decided about, by coordinate. */
export interface Guarded {
  /** Every root field, and every type and field that carries a guard. */
  readonly fields: readonly string[];
  /** Every argument and input field whose value must not be recorded. */
  readonly inputs: readonly string[];
}

/** Reads it from the SDL alone, not from what the gateway has made of it. */
export function guardedIn(schema: GraphQLSchema): Guarded {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields: string[] = [];
  const inputs: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isGuarded(type)) fields.push(type.name);
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        if (isGuarded(field)) inputs.push(`${type.name}.${field.name}`);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (roots.some((root) => root?.name === type.name) || isGuarded(field)) fields.push(coordinate);
      for (const argument of field.args) if (isGuarded(argument)) inputs.push(`${coordinate}(${argument.name}:)`);
    }
  }
  return { fields: fields.sort(), inputs: inputs.sort() };
}

interface Directable {
  readonly astNode?: unknown;
  readonly extensionASTNodes?: readonly unknown[];
}

function isGuarded({ astNode, extensionASTNodes = [] }: Directable): boolean {
  const nodes = [astNode, ...extensionASTNodes] as ({ directives?: readonly { name: { value: string } }[] } | null)[];
  return nodes.some((node) => node?.directives?.some(({ name }) => GUARDS.includes(name.value)));
}
