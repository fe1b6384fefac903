import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import {
  combineRules,
  type FieldRule,
  type MutationRule,
  type MutationRules,
  mutationRule,
  OPEN_RULE,
  RuleInterner,
} from '../src/policy/index.js';
import { DirectiveError, type DirectiveProblem } from './directive-error.js';
import type { Directable } from './directive-use.js';
import { readRules } from './read-rules.js';
import type { RuleDirective } from './rule-directive.js';
import { sensitiveArguments } from './sensitive-arguments.js';

/** What a schema demands, ready to be enforced. What demands nothing is absent. Equal rules are one frozen object. */
export interface CompiledRules {
  /** By field coordinate, `Type.field`: all that must hold to resolve it. */
  readonly fields: ReadonlyMap<string, FieldRule>;
  /** By the name of an object type: all that must hold for an abstract type to resolve to it. */
  readonly types: ReadonlyMap<string, FieldRule>;
  /** By coordinate: every root mutation field. */
  readonly mutations: ReadonlyMap<string, MutationRule>;
  /** `Type.field(argument:)`: the arguments whose values must not be recorded. */
  readonly sensitiveArguments: ReadonlySet<string>;
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;
// The library's own type for a field of whatever source and context.
type Field = ReturnType<GraphQLObjectType['getFields']>[string] & GraphQLField<unknown, unknown>;

/**
 * Combines, for each field of each object type, the rules of the field, its type, the interfaces of that type, the same
 * field on them, and the type it returns. All of them must hold, so a rule can be added anywhere and loosened nowhere.
 * @throws DirectiveError with every problem of the schema's directives.
 */
export function compileRules(
  schema: GraphQLSchema,
  directives: readonly RuleDirective[],
  mutationRules: MutationRules,
): CompiledRules {
  const own = readRules(schema, directives);
  const interner = new RuleInterner();
  const open = interner.intern(OPEN_RULE);
  const ruleOf = (definition: Directable) => own.rules.get(definition) ?? open;
  const ruleOfType = (type: Composite) => combineRules([type, ...interfacesOf(type)].map(ruleOf));
  const ruleOfField = (type: GraphQLObjectType, field: Field) => {
    const inherited = interfacesOf(type).flatMap((parent) => parent.getFields()[field.name] ?? []);
    const returned = getNamedType(field.type);
    return combineRules([
      ruleOfType(type),
      ...[field, ...inherited].map(ruleOf),
      isObjectType(returned) || isInterfaceType(returned) ? ruleOfType(returned) : open,
    ]);
  };

  const fields = new Map<string, FieldRule>();
  const types = new Map<string, FieldRule>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    const typeRule = interner.intern(ruleOfType(type));
    if (typeRule !== open) types.set(type.name, typeRule);
    for (const field of Object.values(type.getFields())) {
      const fieldRule = interner.intern(ruleOfField(type, field));
      if (fieldRule !== open) fields.set(`${type.name}.${field.name}`, fieldRule);
    }
  }

  const mutations = new Map<string, MutationRule>();
  const mutation = schema.getMutationType();
  for (const name of Object.keys(mutation?.getFields() ?? {})) {
    const coordinate = `${mutation?.name}.${name}`;
    const blocked = fields.get(coordinate)?.blockedWhileImpersonating ?? false;
    mutations.set(coordinate, mutationRule(coordinate, mutationRules, blocked));
  }

  const problems = [...own.problems, ...mutationProblems(mutationRules, mutations)];
  if (problems.length > 0) throw new DirectiveError(problems);
  return { fields, types, mutations, sensitiveArguments: sensitiveArguments(schema) };
}

/** All interfaces, those of the interfaces included, though a valid schema repeats them. */
function interfacesOf(type: Composite): readonly GraphQLInterfaceType[] {
  const found = new Set<GraphQLInterfaceType>();
  const add = (parent: GraphQLInterfaceType): void => {
    if (found.has(parent)) return;
    found.add(parent);
    parent.getInterfaces().forEach(add);
  };
  type.getInterfaces().forEach(add);
  return [...found];
}

/** A misspelt coordinate would leave the start of an impersonation unguarded, or an actor unable to stop. */
function mutationProblems(
  rules: MutationRules,
  mutations: ReadonlyMap<string, MutationRule>,
): readonly DirectiveProblem[] {
  const problems: DirectiveProblem[] = [];
  for (const coordinate of new Set([...rules.nested, ...rules.always])) {
    const rule = mutations.get(coordinate);
    if (rule === undefined)
      problems.push({ coordinate, message: 'is named in the mutation rules, but is no mutation' });
    else if (rules.nested.includes(coordinate) && rules.always.includes(coordinate)) {
      problems.push({
        coordinate,
        message: 'cannot be both refused (nested) and allowed (always) while impersonating',
      });
    } else if (rule.standing === 'ALWAYS' && rule.blockedWhileImpersonating) {
      problems.push({
        coordinate,
        message: 'has to be allowed while impersonating, but is @blockedWhileImpersonating',
      });
    }
  }
  return problems;
}
