import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { canResolve, type FieldRule, OPEN_RULE } from '../../../src/policy/index.js';
import { SEED } from '../../support/seeded-random.js';
import { ANONYMOUS, direct, impersonated, person } from '../policy/people.js';
import { guarded, run } from './guarded.js';

interface Part {
  readonly sdl: string;
  readonly rule: FieldRule;
}

const OPEN: Part = { sdl: '', rule: OPEN_RULE };
const AUTHENTICATED: Part = { sdl: '@authenticated', rule: { ...OPEN_RULE, authenticated: true } };
const BLOCKED: Part = { sdl: '@blockedWhileImpersonating', rule: { ...OPEN_RULE, blockedWhileImpersonating: true } };
const SENSITIVE: Part = { sdl: '@sensitive', rule: { ...OPEN_RULE, sensitive: true } };
const needsRole: fc.Arbitrary<Part> = fc
  .record({
    role: fc.subarray(['USER', 'SUPPORT', 'ADMIN'], { minLength: 1 }),
    of: fc.constantFrom('VIEWER' as const, 'ACTOR' as const),
  })
  .map((requirement) => ({
    sdl: `@requiresRole(role: [${requirement.role.join(', ')}], of: ${requirement.of})`,
    rule: { ...OPEN_RULE, requires: [requirement] },
  }));

/** Each position takes what its directive may stand on; mostly nothing, so that both outcomes come up. */
const onInterface = fc.oneof({ weight: 4, arbitrary: fc.constant(OPEN) }, fc.constant(AUTHENTICATED), needsRole);
const onObject = fc.oneof({ weight: 6, arbitrary: onInterface }, fc.constant(BLOCKED));
const onField = fc.oneof({ weight: 6, arbitrary: onObject }, fc.constant(SENSITIVE));

const someone = fc.subarray(['USER', 'SUPPORT', 'ADMIN']).map((roles) => person(roles.join(), roles));
const identities: fc.Arbitrary<Identity> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(ANONYMOUS) },
  { weight: 4, arbitrary: someone.map((who) => direct(who)) },
  { weight: 4, arbitrary: fc.tuple(someone, someone).map(([actor, viewer]) => impersonated(actor, viewer, 'FULL')) },
);

describe('rules from everywhere', () => {
  it('a value is reached exactly where each rule on the way would let the identity through by itself', async () => {
    console.log(`rules from everywhere: TEST_SEED=${SEED}`);
    const seen = { reached: 0, refused: 0 };
    const parts = fc.record({
      i: onInterface,
      iField: onField,
      t: onObject,
      tField: onField,
      r: onObject,
      rField: onField,
    });
    await fc.assert(
      fc.asyncProperty(parts, identities, fc.boolean(), async (part, identity, throughInterface) => {
        const schema = guarded(`
          interface I ${part.i.sdl} { f: R ${part.iField.sdl} }
          type T implements I ${part.t.sdl} { f: R ${part.tField.sdl} }
          type R ${part.r.sdl} { v: Int ${part.rField.sdl} }
          union U = T
          type Query { i: I u: U }`);
        const value = { __typename: 'T', f: { v: 1 } };
        const document = throughInterface ? '{ x: i { f { v } } }' : '{ x: u { ... on T { f { v } } } }';
        const { data } = await run(schema, document, identity, { i: value, u: value });
        const reached = (data as { x: { f: { v: number | null } | null } | null }).x?.f?.v === 1;
        seen[reached ? 'reached' : 'refused']++;
        expect(reached).toBe(Object.values(part).every(({ rule }) => canResolve(rule, identity).allowed));
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(Math.min(seen.reached, seen.refused)).toBeGreaterThan(30);
  });
});
