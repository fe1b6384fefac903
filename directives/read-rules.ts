import { type GraphQLSchema, isEnumType, isInterfaceType, specifiedDirectives } from 'graphql';
import { combineRules, type FieldRule } from '../src/policy/index.js';
import type { DirectiveProblem } from './directive-error.js';
import { type Directable, type DirectiveUse, type SchemaElement, usesOn } from './directive-use.js';
import { reachable } from './reachable.js';
import { definitionProblem, type RuleDirective } from './rule-directive.js';
import { schemaElements } from './schema-elements.js';

export interface OwnRules {
  /** What each element itself demands; elements that demand nothing are absent. */
  readonly rules: ReadonlyMap<Directable, FieldRule>;
  readonly problems: readonly DirectiveProblem[];
}

/** Reads every application of the directives in a schema, and collects everything that is wrong with them. */
export function readRules(schema: GraphQLSchema, directives: readonly RuleDirective[]): OwnRules {
  const rules = new Map<Directable, FieldRule>();
  const problems = vocabularyProblems(schema, directives);
  const inReach = reachable(schema);
  const roles = enumValues(schema, 'Role');

  for (const element of schemaElements(schema)) {
    const uses = usesOn(element.definition);
    if (uses.length === 0) continue;
    const report = (message: string) => problems.push({ coordinate: element.coordinate, message });
    for (const use of uses) if (!isKnown(use, schema)) report(`carries the unknown directive @${use.name}`);

    const stated: FieldRule[] = [];
    for (const directive of directives) {
      const own = uses.filter((use) => use.name === directive.name);
      if (own.length === 0) continue;
      const definition = schema.getDirective(directive.name);
      if (definition?.locations.includes(element.location) === false) report(`@${directive.name} has no effect here`);
      if (own.length > 1 && definition?.isRepeatable === false) report(`@${directive.name} stands here twice`);
      for (const use of own) {
        const rule = directive.read(use, roles);
        if (typeof rule === 'string') report(`@${directive.name} ${rule}`);
        else stated.push(rule);
      }
    }
    if (stated.length === 0) continue;
    const rule = combineRules(stated);
    rules.set(element.definition, rule);
    if (rule.sensitive && rule.blockedWhileImpersonating) {
      report(
        '@sensitive and @blockedWhileImpersonating contradict each other: hidden without an error, or refused with one?',
      );
    }
    const idle = whyIdle(element, schema, inReach);
    if (idle !== null) report(`its directives have no effect: ${idle}`);
  }
  return { rules, problems };
}

function isKnown(use: DirectiveUse, schema: GraphQLSchema): boolean {
  return schema.getDirective(use.name) != null || specifiedDirectives.some(({ name }) => name === use.name);
}

/** A rule that guards nothing is most likely meant to guard something else. */
function whyIdle(
  { owner }: SchemaElement,
  schema: GraphQLSchema,
  inReach: ReturnType<typeof reachable>,
): string | null {
  if (owner === null) return 'they do not apply to a schema';
  if ('locations' in owner) return inReach.has(owner) ? null : `no operation can use @${owner.name}`;
  if (isInterfaceType(owner) && schema.getPossibleTypes(owner).length === 0) {
    return `no object type implements ${owner.name}`;
  }
  return inReach.has(owner) ? null : `no operation can reach ${owner.name}`;
}

/** The directives, and the enums their arguments take, must mean here what they mean to us. */
function vocabularyProblems(schema: GraphQLSchema, directives: readonly RuleDirective[]): DirectiveProblem[] {
  const problems: DirectiveProblem[] = [];
  for (const directive of directives) {
    const message = definitionProblem(directive, schema);
    if (message !== null) problems.push({ coordinate: `@${directive.name}`, message });
  }
  if (enumValues(schema, 'Role').length === 0) problems.push({ coordinate: 'Role', message: 'has to be an enum' });
  const principals = [...enumValues(schema, 'Principal')].sort().join(', ');
  if (principals !== 'ACTOR, VIEWER') {
    problems.push({ coordinate: 'Principal', message: 'has to be an enum of exactly VIEWER and ACTOR' });
  }
  return problems;
}

function enumValues(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
}
