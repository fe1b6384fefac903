import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { ALLOWED, canResolve, type FieldRule, OPEN_RULE, type RoleRequirement } from '../../../src/policy/index.js';
import {
  ANONYMOUS,
  ada,
  audrey,
  cleo,
  delegated,
  direct,
  dora,
  impersonated,
  person,
  sam,
  unknownKind,
} from './people.js';

const rule = (more: Partial<FieldRule>): FieldRule => ({ ...OPEN_RULE, ...more });
const needs = (...requires: RoleRequirement[]) => rule({ requires });
const viewer = (...role: string[]): RoleRequirement => ({ role, of: 'VIEWER' });
const actor = (...role: string[]): RoleRequirement => ({ role, of: 'ACTOR' });

const who = {
  anonymous: ANONYMOUS,
  ada: direct(ada),
  sam: direct(sam),
  cleo: direct(cleo),
  'ada as cleo, read-only': impersonated(ada, cleo),
  'ada as cleo, full': impersonated(ada, cleo, 'FULL'),
  'ada as cleo, delegated': delegated(ada, cleo, 'FULL'),
  'ada as sam': impersonated(ada, sam),
  'dora (disabled)': direct(dora),
  'ada as dora (disabled)': impersonated(ada, dora),
  'dora (disabled) as cleo': impersonated(dora, cleo),
  'unknown kind': unknownKind,
} satisfies Record<string, Identity>;

const what = {
  open: OPEN_RULE,
  authenticated: rule({ authenticated: true }),
  blocked: rule({ blockedWhileImpersonating: true }),
  sensitive: rule({ sensitive: true }),
  'viewer SUPPORT': needs(viewer('SUPPORT')),
  'viewer SUPPORT or ADMIN': needs(viewer('SUPPORT', 'ADMIN')),
  'viewer SUPPORT and ADMIN': needs(viewer('SUPPORT'), viewer('ADMIN')),
  'actor ADMIN': needs(actor('ADMIN')),
  'viewer USER and actor ADMIN': needs(viewer('USER'), actor('ADMIN')),
  'no role at all': needs(viewer()),
  'an unknown principal': needs({ role: ['ADMIN', 'USER'], of: 'SOMEBODY' as never }),
  'blocked, sensitive, actor ADMIN': rule({
    blockedWhileImpersonating: true,
    sensitive: true,
    requires: [actor('ADMIN')],
  }),
  'sensitive, viewer SUPPORT': rule({ sensitive: true, requires: [viewer('SUPPORT')] }),
} satisfies Record<string, FieldRule>;

const U = 'UNAUTHENTICATED';
const F = 'FORBIDDEN';
const B = 'BLOCKED_WHILE_IMPERSONATING';
const S = 'SENSITIVE_FIELD';
const A = 'ALLOWED';

/** Who × what, in the order of `who`. */
const table: Record<keyof typeof what, readonly string[]> = {
  //                               anon ada sam cleo ro full del as-sam dora as-dora dora-as unknown
  open: [A, A, A, A, A, A, A, A, A, A, A, U],
  authenticated: [U, A, A, A, A, A, A, A, U, U, U, U],
  blocked: [A, A, A, A, B, B, B, B, A, B, B, U],
  sensitive: [A, A, A, A, S, S, S, S, A, S, S, U],
  'viewer SUPPORT': [U, F, A, F, F, F, F, A, U, U, U, U],
  'viewer SUPPORT or ADMIN': [U, A, A, F, F, F, F, A, U, U, U, U],
  'viewer SUPPORT and ADMIN': [U, F, F, F, F, F, F, F, U, U, U, U],
  'actor ADMIN': [U, A, F, F, A, A, A, A, U, U, U, U],
  'viewer USER and actor ADMIN': [U, F, F, F, A, A, A, F, U, U, U, U],
  'no role at all': [U, F, F, F, F, F, F, F, U, U, U, U],
  'an unknown principal': [U, F, F, F, F, F, F, F, U, U, U, U],
  'blocked, sensitive, actor ADMIN': [U, A, F, F, B, B, B, B, U, U, U, U],
  'sensitive, viewer SUPPORT': [U, F, A, F, F, F, F, S, U, U, U, U],
};

describe('canResolve', () => {
  const cases = Object.entries(table).flatMap(([ruleName, row]) =>
    Object.keys(who).map((name, column) => [name, ruleName, row[column]] as const),
  );
  it.each(cases)('%s × %s: %s', (name, ruleName, expected) => {
    const decision = canResolve(what[ruleName as keyof typeof what], who[name as keyof typeof who]);
    expect(decision.allowed ? A : decision.code).toBe(expected);
  });

  it('covers every combination', () => {
    expect(cases).toHaveLength(Object.keys(who).length * Object.keys(what).length);
    expect(cases.every(([, , expected]) => expected !== undefined)).toBe(true);
  });

  it('names the first requirement that is not met', () => {
    const decision = canResolve(needs(viewer('USER'), actor('ADMIN'), viewer('AUDITOR')), direct(cleo));
    expect(decision).toEqual({ allowed: false, code: 'FORBIDDEN', requires: { role: ['ADMIN'], of: 'ACTOR' } });
  });

  it('takes a host schema’s own roles', () => {
    expect(canResolve(needs(viewer('WAREHOUSE')), direct(person('w', ['WAREHOUSE'])))).toBe(ALLOWED);
    expect(canResolve(needs(viewer('WAREHOUSE')), direct(audrey)).allowed).toBe(false);
  });

  it('answers with shared frozen objects, so that allowing costs no allocation', () => {
    expect(canResolve(what.authenticated, who.ada)).toBe(canResolve(what['viewer SUPPORT'], who.sam));
    expect(Object.isFrozen(ALLOWED)).toBe(true);
    expect(canResolve(what.blocked, who['ada as cleo, full'])).toBe(canResolve(what.blocked, who['ada as sam']));
    expect(Object.isFrozen(canResolve(what['viewer SUPPORT'], who.cleo))).toBe(true);
  });

  it('refuses, by failing, where there is no identity at all', () => {
    expect(() => canResolve(OPEN_RULE, undefined as unknown as Identity)).toThrow(TypeError);
  });
});
