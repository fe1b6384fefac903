import { type ConstValueNode, Kind } from 'graphql';
import type { DirectiveUse } from '../../../directives/directive-use.js';
import { type FieldRule, OPEN_RULE, type RoleRequirement } from '../../policy/index.js';

/** What the scopes and policies of Federation's directives mean here, by their names: a role that has to be held. */
export interface DemandMeanings {
  readonly scopes: ReadonlyMap<string, RoleRequirement>;
  readonly policies: ReadonlyMap<string, RoleRequirement>;
}

/** Beyond it a rule can no longer be read by anybody. */
const MOST_REQUIREMENTS = 64;

/**
 * `@requiresScopes(scopes: [["a", "b"], ["c"]])`, `@policy(policies: …)`: (a and b) or c, as the same demand on roles, which is
 * (a or c) and (b or c). A sentence instead where that cannot be said: a name without a meaning is never taken for granted.
 */
export function readDemand({ name, args }: DirectiveUse, { scopes, policies }: DemandMeanings): FieldRule | string {
  const [argument, meanings] = name === 'policy' ? (['policies', policies] as const) : (['scopes', scopes] as const);
  const names = namesOf(args.get(argument));
  if (names === null) return `needs \`${argument}\`: a list of lists of strings`;
  if (names.length === 0 || names.some((all) => all.length === 0)) return `has an empty list in \`${argument}\``;
  const unknown = [...new Set(names.flat().filter((each) => !meanings.has(each)))];
  if (unknown.length > 0) {
    return `demands what the configuration gives no meaning under \`${argument}\`: ${unknown.map((each) => `"${each}"`).join(', ')}`;
  }
  let clauses: RoleRequirement[][] = [[]];
  for (const all of names) {
    clauses = clauses.flatMap((clause) => all.map((each) => [...clause, meanings.get(each) as RoleRequirement]));
    if (clauses.length > MOST_REQUIREMENTS) return 'combines too many alternatives';
  }
  const requires: RoleRequirement[] = [];
  for (const clause of clauses) {
    const of = clause[0]?.of ?? 'VIEWER';
    if (clause.some((each) => each.of !== of)) return 'offers alternatives about the viewer and about the actor';
    requires.push({ role: [...new Set(clause.flatMap(({ role }) => role))], of });
  }
  return { ...OPEN_RULE, authenticated: true, requires };
}

function namesOf(value: unknown): readonly (readonly string[])[] | null {
  // As GraphQL coerces it, a single value stands for a list of one.
  const outer = Array.isArray(value) ? value : value === undefined ? null : [value];
  const lists = outer?.map((inner) => (Array.isArray(inner) ? inner : [inner]).map(stringOf));
  return lists?.every((list): list is string[] => list.every((each) => each !== null)) ? lists : null;
}

function stringOf(value: unknown): string | null {
  const node = value as ConstValueNode | null;
  return node !== null && typeof node === 'object' && node.kind === Kind.STRING ? node.value : null;
}
