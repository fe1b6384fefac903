import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { canResolve, combineRules, type FieldRule, OPEN_RULE, RuleInterner } from '../../../src/policy/index.js';
import { SEED } from '../../support/seeded-random.js';
import { ANONYMOUS, delegated, direct, impersonated, person } from './people.js';

const ROLES = ['USER', 'SUPPORT', 'AUDITOR', 'ADMIN', 'WAREHOUSE'];
const someRoles = fc.subarray(ROLES);
const someone = fc
  .record({ id: fc.constantFrom('a', 'b', 'c'), roles: someRoles, disabled: fc.boolean() })
  .map(({ id, roles, disabled }) => person(id, roles, { disabled }));
const access = fc.constantFrom('READ_ONLY' as const, 'FULL' as const);
const someIdentity: fc.Arbitrary<Identity> = fc.oneof(
  fc.constant(ANONYMOUS),
  someone.map((who) => direct(who)),
  fc.tuple(someone, someone, access).map(([actor, viewer, how]) => impersonated(actor, viewer, how)),
  fc.tuple(someone, someone, access).map(([actor, viewer, how]) => delegated(actor, viewer, how)),
);
const someRule: fc.Arbitrary<FieldRule> = fc.record({
  authenticated: fc.boolean(),
  blockedWhileImpersonating: fc.boolean(),
  sensitive: fc.boolean(),
  requires: fc.array(fc.record({ role: someRoles, of: fc.constantFrom('VIEWER' as const, 'ACTOR' as const) }), {
    maxLength: 3,
  }),
});

describe('combineRules', () => {
  it('lets through exactly whom every one of the rules lets through', () => {
    console.log(`combineRules: TEST_SEED=${SEED}`);
    const seen = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(someRule, { maxLength: 4 }), someIdentity, (rules, identity) => {
        const together = canResolve(new RuleInterner().intern(combineRules(rules)), identity).allowed;
        const each = rules.every((rule) => canResolve(rule, identity).allowed);
        seen[together ? 'allowed' : 'refused']++;
        expect(together).toBe(each);
      }),
      { seed: SEED, numRuns: 3_000 },
    );
    // Both sides were really met.
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(100);
  });

  it('demands nothing where there is no rule', () => {
    expect(combineRules([])).toEqual(OPEN_RULE);
  });

  it('keeps the order of requirements and drops repeated ones', () => {
    const admin = { ...OPEN_RULE, requires: [{ role: ['ADMIN'], of: 'VIEWER' as const }] };
    const actor = { ...OPEN_RULE, requires: [{ role: ['ADMIN'], of: 'ACTOR' as const }] };
    expect(combineRules([admin, actor, admin]).requires).toEqual([
      { role: ['ADMIN'], of: 'VIEWER' },
      { role: ['ADMIN'], of: 'ACTOR' },
    ]);
  });
});

describe('RuleInterner', () => {
  it('gives equal rules one frozen object, and different rules different ones', () => {
    const interner = new RuleInterner();
    const make = (...role: string[]): FieldRule => ({ ...OPEN_RULE, requires: [{ role, of: 'VIEWER' }] });
    const first = interner.intern(make('ADMIN', 'SUPPORT'));
    expect(interner.intern(make('ADMIN', 'SUPPORT'))).toBe(first);
    expect(interner.intern(make('ADMIN,SUPPORT'))).not.toBe(first);
    expect(interner.intern(make('ADMIN'))).not.toBe(first);
    expect([first, first.requires, first.requires[0], first.requires[0]?.role].every(Object.isFrozen)).toBe(true);
  });
});
