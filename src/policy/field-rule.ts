import type { RoleRequirement } from './decision.js';

/** What a field demands of whoever resolves it. All of it must hold. */
export interface FieldRule {
  /** Somebody must be signed in. */
  readonly authenticated: boolean;
  /** Nobody may be impersonating. */
  readonly blockedWhileImpersonating: boolean;
  /** Each of them must be met; within one, any role suffices. A requirement implies `authenticated`. */
  readonly requires: readonly RoleRequirement[];
  /** Hidden while impersonating. */
  readonly sensitive: boolean;
}

/** Demands nothing. */
export const OPEN_RULE: FieldRule = Object.freeze({
  authenticated: false,
  blockedWhileImpersonating: false,
  requires: Object.freeze([]),
  sensitive: false,
});

/** The rule that holds exactly where every one of the rules holds. Requirements keep their order; repeated ones are dropped. */
export function combineRules(rules: readonly FieldRule[]): FieldRule {
  const requires = new Map<string, RoleRequirement>();
  for (const rule of rules) {
    // Set again, an equal one keeps the place of the first.
    for (const requirement of rule.requires) requires.set(requirementKey(requirement), requirement);
  }
  return {
    authenticated: rules.some((rule) => rule.authenticated),
    blockedWhileImpersonating: rules.some((rule) => rule.blockedWhileImpersonating),
    requires: [...requires.values()],
    sensitive: rules.some((rule) => rule.sensitive),
  };
}

/** Gives equal rules one and the same frozen object. */
export class RuleInterner {
  readonly #rules = new Map<string, FieldRule>();

  intern(rule: FieldRule): FieldRule {
    const key = JSON.stringify([
      rule.authenticated,
      rule.blockedWhileImpersonating,
      rule.sensitive,
      rule.requires.map(requirementKey),
    ]);
    const known = this.#rules.get(key);
    if (known !== undefined) return known;
    const requires = rule.requires.map(({ role, of }) => Object.freeze({ role: Object.freeze([...role]), of }));
    const { authenticated, blockedWhileImpersonating, sensitive } = rule;
    const frozen = Object.freeze({
      authenticated,
      blockedWhileImpersonating,
      requires: Object.freeze(requires),
      sensitive,
    });
    this.#rules.set(key, frozen);
    return frozen;
  }
}

function requirementKey({ role, of }: RoleRequirement): string {
  return JSON.stringify([of, ...role]);
}
