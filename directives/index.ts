import { type GraphQLSchema, Kind, parse } from 'graphql';
import type { MutationRules } from '../src/policy/index.js';
import { authenticated } from './authenticated.js';
import { blockedWhileImpersonating } from './blockedWhileImpersonating.js';
import { compileRules } from './compile.js';
import { DirectiveError } from './directive-error.js';
import { guardSchema } from './guard-schema.js';
import type { DirectiveHooks, GuardedContext } from './guarded-context.js';
import { requiresRole } from './requiresRole.js';
import { type RuleDirective, redefinitionProblem } from './rule-directive.js';
import { sensitive } from './sensitive.js';

export { DirectiveError, type DirectiveProblem } from './directive-error.js';
export { type Guarded, guardOf } from './guard-field.js';
export type { DenialInfo, DirectiveHooks, GuardedContext } from './guarded-context.js';
export { isSensitiveInput } from './sensitive.js';

/**
 * The directives, in the order in which their refusals win; src/policy/can-resolve.ts decides in the same order. On a root
 * mutation field the rules of the impersonation itself (src/policy/can-mutate.ts) come before all of them.
 */
export const DIRECTIVES: readonly RuleDirective[] = [authenticated, blockedWhileImpersonating, requiresRole, sensitive];

export interface DirectiveOptions<Context extends GuardedContext = GuardedContext> {
  /** Which mutations start and which end an impersonation. */
  readonly mutationRules: MutationRules;
  readonly hooks?: DirectiveHooks<Context>;
}

/**
 * Refuses SDL that defines one of the directives again in another way: where SDL is merged, ours would win in silence, and the
 * rules of whoever wrote it would not mean what they say.
 * @throws DirectiveError, or graphql's own error where it is no SDL.
 */
export function checkDefinitions(sdl: string): void {
  const problems = parse(sdl, { noLocation: true }).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) return [];
    const directive = DIRECTIVES.find(({ name }) => name === definition.name.value);
    const message = directive === undefined ? null : redefinitionProblem(directive, definition);
    return message === null ? [] : [{ coordinate: `@${definition.name.value}`, message }];
  });
  if (problems.length > 0) throw new DirectiveError(problems);
}

/** Noted on the schema, so that no resolver is guarded, and no mutation recorded, twice. */
const APPLIED_EXTENSION = 'directivesApplied';

/**
 * The schema with its directives enforced, on every way to a field: directly, through interfaces, unions, fragments and
 * aliases, when a stream is opened and at each of its events. The schema given is left as it is. Must come after whatever
 * else changes resolvers. Resolvers that an executor supplies by itself (`fieldResolver`, `typeResolver`) are not used for
 * guarded fields and types.
 * @throws DirectiveError with every problem: a directive that would have no effect, an unknown directive or role, a
 * definition that is not ours, a contradiction, a mutation rule that names no mutation.
 */
export function applyDirectives<Context extends GuardedContext>(
  schema: GraphQLSchema,
  options: DirectiveOptions<Context>,
): GraphQLSchema {
  if (schema.extensions[APPLIED_EXTENSION] === true) {
    throw new DirectiveError([{ coordinate: 'schema', message: 'its directives are applied already' }]);
  }
  const rules = compileRules(schema, DIRECTIVES, options.mutationRules);
  const guarded = guardSchema(schema, rules, (options.hooks ?? {}) as DirectiveHooks);
  guarded.extensions = { ...guarded.extensions, [APPLIED_EXTENSION]: true };
  return guarded;
}
