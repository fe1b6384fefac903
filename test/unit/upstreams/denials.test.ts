import { beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { canResolve, type FieldRule, OPEN_RULE, type RoleRequirement } from '../../../src/policy/index.js';
import { Denials } from '../../../src/upstreams/execution/denials.js';
import { ANONYMOUS, ada, audrey, cleo, direct, impersonated, sam } from '../policy/people.js';

const rule = (more: Partial<FieldRule>): FieldRule => ({ ...OPEN_RULE, ...more });
const needs = (...role: string[]): FieldRule => rule({ requires: [{ role, of: 'VIEWER' } satisfies RoleRequirement] });

const sensitive = rule({ sensitive: true });
const rules = new Map<string, FieldRule>([
  ['Query.open', OPEN_RULE],
  ['Query.me', rule({ authenticated: true })],
  ['Query.admin', needs('ADMIN')],
  ['Query.audit', needs('AUDITOR')],
  ['Query.help', needs('SUPPORT', 'ADMIN')],
  ['User.email', sensitive],
  ['Card.number', sensitive],
  ['Mutation.pay', rule({ blockedWhileImpersonating: true })],
]);
const people: Readonly<Record<string, Identity>> = {
  nobody: ANONYMOUS,
  ada: direct(ada),
  audrey: direct(audrey),
  sam: direct(sam),
  cleo: direct(cleo),
  'ada as cleo': impersonated(ada, cleo),
  'ada as sam': impersonated(ada, sam),
};

describe('what is denied to somebody is never asked of a service', () => {
  let denials: Denials;
  beforeEach(() => {
    denials = new Denials(rules);
  });
  const deniedTo = (identity: Identity) =>
    [...rules.keys()].filter((coordinate) => denials.of(identity).has(coordinate));

  it.each(Object.keys(people))('to %s: exactly what the policy does not allow', (name) => {
    const identity = people[name]!;
    const refused = [...rules].filter(([, each]) => !canResolve(each, identity).allowed);
    expect(deniedTo(identity)).toEqual(refused.map(([coordinate]) => coordinate));
    expect(denials.of(identity).has('Query.nothing')).toBe(false);
  });

  it('and what was worked out for one is given to those alone to whom the same is denied', () => {
    const all = Object.values(people);
    // As many rules are denied to one as to the other, and not the same ones.
    expect(deniedTo(direct(sam))).toHaveLength(deniedTo(direct(audrey)).length);
    for (const one of all) {
      for (const other of all) {
        const same = deniedTo(one).join() === deniedTo(other).join();
        expect(denials.of(one).key === denials.of(other).key).toBe(same);
        expect(denials.of(one) === denials.of(other)).toBe(same);
      }
    }
  });
});
