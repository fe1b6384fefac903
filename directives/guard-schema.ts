import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLFieldConfig,
  GraphQLInterfaceType,
  type GraphQLSchema,
  GraphQLUnionType,
  isNonNullType,
} from 'graphql';
import type { CompiledRules } from './compile.js';
import { createDecisions } from './decide.js';
import { guardField, guardStream } from './guard-field.js';
import { guardMutation } from './guard-mutation.js';
import { guardTypeResolver, type TypeResolver } from './guard-type-resolver.js';
import type { DirectiveHooks, GuardedContext } from './guarded-context.js';
import { SENSITIVE_EXTENSION } from './sensitive.js';

type FieldConfig = GraphQLFieldConfig<unknown, GuardedContext>;

/** A schema whose resolvers enforce the rules. What has no rule is left exactly as it was. */
export function guardSchema(schema: GraphQLSchema, rules: CompiledRules, hooks: DirectiveHooks): GraphQLSchema {
  const decisionsOn = createDecisions();
  const guardedTypes = new Map([...rules.types].map(([name, rule]) => [name, decisionsOn(rule)]));
  const subscriptionType = schema.getSubscriptionType()?.name;

  function guardedField(config: FieldConfig, typeName: string, fieldName: string): FieldConfig | undefined {
    const coordinate = `${typeName}.${fieldName}`;
    const rule = rules.fields.get(coordinate);
    const mutationRule = rules.mutations.get(coordinate);
    const field =
      rule === undefined ? null : { coordinate, decide: decisionsOn(rule), nullable: !isNonNullType(config.type) };
    const resolve = config.resolve ?? defaultFieldResolver;
    if (mutationRule !== undefined) {
      return { ...config, resolve: guardMutation(coordinate, mutationRule, field, resolve, hooks) };
    }
    if (field === null) return undefined;
    const guarded = { ...config, resolve: guardField(field, resolve, hooks) };
    if (typeName !== subscriptionType) return guarded;
    return { ...guarded, subscribe: guardStream(field, config.subscribe ?? defaultFieldResolver, hooks) };
  }

  function guardedTypeResolver(type: GraphQLAbstractType): TypeResolver | undefined {
    if (!schema.getPossibleTypes(type).some(({ name }) => rules.types.has(name))) return undefined;
    return guardTypeResolver(guardedTypes, type.resolveType ?? defaultTypeResolver, hooks);
  }

  function markArguments(config: FieldConfig, typeName: string, fieldName: string): FieldConfig {
    const args = Object.entries(config.args ?? {}).map(([name, argument]) => {
      if (!rules.sensitiveArguments.has(`${typeName}.${fieldName}(${name}:)`)) return [name, argument] as const;
      return [name, { ...argument, extensions: { ...argument.extensions, [SENSITIVE_EXTENSION]: true } }] as const;
    });
    return { ...config, args: Object.fromEntries(args) };
  }

  return mapSchema(schema, {
    [MapperKind.INTERFACE_TYPE]: (type) => {
      const resolveType = guardedTypeResolver(type);
      return resolveType && new GraphQLInterfaceType({ ...type.toConfig(), resolveType });
    },
    [MapperKind.UNION_TYPE]: (type) => {
      const resolveType = guardedTypeResolver(type);
      return resolveType && new GraphQLUnionType({ ...type.toConfig(), resolveType });
    },
    [MapperKind.INTERFACE_FIELD]: (config, fieldName, typeName) => markArguments(config, typeName, fieldName),
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) =>
      markArguments(guardedField(config, typeName, fieldName) ?? config, typeName, fieldName),
  });
}
