import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { canMutate, mutationRule } from '../../../src/policy/index.js';
import { ANONYMOUS, ada, cleo, delegated, direct, impersonated, sam, session, unknownKind } from './people.js';

const rules = { nested: ['Mutation.startImpersonation'], always: ['Mutation.stopImpersonation'] };

const who: Record<string, Identity> = {
  anonymous: ANONYMOUS,
  'ada as herself': direct(ada),
  'ada as cleo, read-only': impersonated(ada, cleo, 'READ_ONLY'),
  'ada as cleo, full': impersonated(ada, cleo, 'FULL'),
  'ada as cleo, delegated read-only': delegated(ada, cleo, 'READ_ONLY'),
  'ada as cleo, delegated full': delegated(ada, cleo, 'FULL'),
  'unknown access': impersonated(ada, sam, 'SOME' as never),
  'full, on a read-only session': impersonated(ada, cleo, 'FULL', { session: session({ access: 'READ_ONLY' }) }),
  'read-only, on a full session': impersonated(ada, cleo, 'READ_ONLY', { session: session({ access: 'FULL' }) }),
  'unknown kind': unknownKind,
};

const A = 'ALLOWED';
const N = 'NESTED_IMPERSONATION';
const B = 'BLOCKED_WHILE_IMPERSONATING';
const R = 'READ_ONLY_SESSION';
const U = 'UNAUTHENTICATED';

/** Who × what × how: in the order of `who`. */
const table: readonly [coordinate: string, blocked: boolean, row: readonly string[]][] = [
  //                                      anon ada ro full dro dfull ? f/ro ro/f unknown
  ['Mutation.startImpersonation', false, [A, A, N, N, N, N, N, N, N, U]],
  ['Mutation.startImpersonation', true, [A, A, N, N, N, N, N, N, N, U]],
  ['Mutation.stopImpersonation', false, [A, A, A, A, A, A, A, A, A, U]],
  ['Mutation.updateDeliveryNote', false, [A, A, R, A, R, A, R, R, R, U]],
  ['Mutation.changePassword', true, [A, A, B, B, B, B, B, B, B, U]],
  ['Mutation.toString', false, [A, A, R, A, R, A, R, R, R, U]],
];

describe('canMutate', () => {
  const cases = table.flatMap(([coordinate, blocked, row]) =>
    Object.keys(who).map((name, column) => [name, coordinate, blocked, row[column]] as const),
  );
  it.each(cases)('%s × %s (blocked: %s): %s', (name, coordinate, blocked, expected) => {
    const decision = canMutate(mutationRule(coordinate, rules, blocked), who[name]!);
    expect(decision.allowed ? A : decision.code).toBe(expected);
  });

  it('treats a mutation that is listed both ways as one that starts an impersonation', () => {
    const both = { nested: ['Mutation.x'], always: ['Mutation.x'] };
    expect(canMutate(mutationRule('Mutation.x', both, false), impersonated(ada, cleo, 'FULL'))).toMatchObject({
      code: N,
    });
  });

  it('treats a standing it does not know as an ordinary one', () => {
    const odd = { standing: 'ODD' as never, blockedWhileImpersonating: false };
    expect(canMutate(odd, impersonated(ada, cleo))).toMatchObject({ code: R });
  });
});
