import { describe, expect, it } from 'vitest';
import { type Continuation, mayContinue } from '../../../src/policy/index.js';
import { ada, cleo, NOW, person, session } from './people.js';

const rules = { impersonatorRoles: ['ADMIN'], protectedRoles: ['ADMIN', 'AUDITOR'] };

function outcome(more: Partial<Continuation>): string {
  const decision = mayContinue({ actor: ada, subject: cleo, session: session(), rules, now: NOW, ...more });
  return decision.allowed ? 'ALLOWED' : `${decision.code} ${decision.why}`;
}

describe('mayContinue', () => {
  const table: readonly [string, Partial<Continuation>, string][] = [
    ['an active session goes on', {}, 'ALLOWED'],
    ['until the very last millisecond', { now: NOW + 599_999 }, 'ALLOWED'],
    ['and no longer', { now: NOW + 600_000 }, 'TOKEN_EXPIRED EXPIRED'],
    ['a time that is not a number ends it', { now: Number.NaN }, 'TOKEN_EXPIRED EXPIRED'],
    ['a stopped session has ended', { session: session({ status: 'STOPPED' }) }, 'IMPERSONATION_ENDED ENDED'],
    ['a revoked session has ended', { session: session({ status: 'REVOKED' }) }, 'IMPERSONATION_ENDED ENDED'],
    [
      'an expired session has expired, swept or not',
      { session: session({ status: 'EXPIRED' }) },
      'TOKEN_EXPIRED EXPIRED',
    ],
    [
      'an unknown status is not active',
      { session: session({ status: 'PAUSED' as never }) },
      'IMPERSONATION_ENDED ENDED',
    ],
    [
      'having ended counts before having expired',
      { session: session({ status: 'REVOKED', expiresAt: NOW }) },
      'IMPERSONATION_ENDED ENDED',
    ],
    ['an actor who is gone ends it', { actor: null }, 'IMPERSONATION_ENDED ACTOR_GONE'],
    ['a disabled actor ends it', { actor: { ...ada, disabled: true } }, 'IMPERSONATION_ENDED ACTOR_DISABLED'],
    ['a demoted actor ends it', { actor: { ...ada, roles: ['SUPPORT'] } }, 'IMPERSONATION_ENDED ACTOR_DEMOTED'],
    ['no configured role ends it', { rules: { ...rules, impersonatorRoles: [] } }, 'IMPERSONATION_ENDED ACTOR_DEMOTED'],
    ['a subject who is gone ends it', { subject: null }, 'IMPERSONATION_ENDED SUBJECT_GONE'],
    [
      'a promoted subject ends it',
      { subject: { ...cleo, roles: ['USER', 'AUDITOR'] } },
      'IMPERSONATION_ENDED SUBJECT_PROTECTED',
    ],
    ['a disabled subject ends it', { subject: { ...cleo, disabled: true } }, 'IMPERSONATION_ENDED SUBJECT_DISABLED'],
    ['another admin cannot use it', { actor: person('user_grace', ['ADMIN']) }, 'IMPERSONATION_ENDED ENDED'],
    ['it lends no other subject', { subject: person('user_carl', ['USER']) }, 'IMPERSONATION_ENDED ENDED'],
    ['a delegation goes on', { session: null }, 'ALLOWED'],
    ['a delegation goes on while its token is valid', { session: null, expiresAt: NOW + 1 }, 'ALLOWED'],
    ['and no longer than that', { session: null, expiresAt: NOW }, 'TOKEN_EXPIRED EXPIRED'],
    [
      'a delegation by one who may not impersonate is refused',
      { session: null, actor: person('x', ['USER']) },
      'IMPERSONATION_ENDED ACTOR_DEMOTED',
    ],
    [
      'a delegation to a protected subject is refused',
      { session: null, subject: person('x', ['ADMIN']) },
      'IMPERSONATION_ENDED SUBJECT_PROTECTED',
    ],
    [
      'a delegation to oneself is none',
      { session: null, actor: ada, subject: { ...ada, roles: [] } },
      'IMPERSONATION_ENDED ENDED',
    ],
  ];
  it.each(table)('%s', (_, more, expected) => {
    expect(outcome(more)).toBe(expected);
  });
});
