import { describe, expect, it } from 'vitest';
import { canImpersonate, type ImpersonationAttempt } from '../../../src/policy/index.js';
import {
  ANONYMOUS,
  ada,
  audrey,
  cleo,
  delegated,
  direct,
  dora,
  impersonated,
  NOW,
  person,
  sam,
  unknownKind,
} from './people.js';

const rules = {
  impersonatorRoles: ['ADMIN'],
  protectedRoles: ['ADMIN', 'AUDITOR'],
  activeSessionLimit: 3,
  startsPerMinute: 10,
  maxAuthAgeSeconds: null,
  requiredAmr: [],
};

function attempt(more: Partial<ImpersonationAttempt> = {}): ImpersonationAttempt {
  return { identity: direct(ada), subject: cleo, now: NOW, rules, activeSessions: 0, startsInLastMinute: 0, ...more };
}

function code(more: Partial<ImpersonationAttempt>): string {
  const decision = canImpersonate(attempt(more));
  return decision.allowed ? 'ALLOWED' : decision.code;
}

const seconds = (ago: number) => ({
  identity: direct(ada, { authentication: { issuer: 'i', authTime: NOW / 1000 - ago, amr: ['pwd'] } }),
});
const amr = (...methods: string[]) => ({
  identity: direct(ada, { authentication: { issuer: 'i', authTime: null, amr: methods } }),
});

describe('canImpersonate', () => {
  const table: readonly [string, Partial<ImpersonationAttempt>, string][] = [
    ['an admin may impersonate a customer', {}, 'ALLOWED'],
    ['an admin may impersonate support staff, who hold no protected role', { subject: sam }, 'ALLOWED'],
    ['nobody signed in is refused', { identity: ANONYMOUS }, 'UNAUTHENTICATED'],
    ['an unknown kind of identity is refused', { identity: unknownKind }, 'UNAUTHENTICATED'],
    [
      'a disabled admin is refused',
      { identity: direct(person('x', ['ADMIN'], { disabled: true })) },
      'UNAUTHENTICATED',
    ],
    [
      'from inside an impersonation it is refused as nested',
      { identity: impersonated(ada, sam) },
      'NESTED_IMPERSONATION',
    ],
    ['also with full access', { identity: impersonated(ada, sam, 'FULL') }, 'NESTED_IMPERSONATION'],
    [
      'also where the viewer holds no role',
      { identity: impersonated(ada, cleo), subject: null },
      'NESTED_IMPERSONATION',
    ],
    [
      'also where the viewer is an admin',
      { identity: impersonated(ada, person('y', ['ADMIN'])) },
      'NESTED_IMPERSONATION',
    ],
    ['also under a delegation without a session', { identity: delegated(ada, cleo, 'FULL') }, 'NESTED_IMPERSONATION'],
    ['support staff are refused', { identity: direct(sam) }, 'FORBIDDEN'],
    ['auditors are refused', { identity: direct(audrey) }, 'FORBIDDEN'],
    ['customers are refused', { identity: direct(cleo), subject: sam }, 'FORBIDDEN'],
    [
      'whoever lacks the role does not learn that a subject does not exist',
      { identity: direct(sam), subject: null },
      'FORBIDDEN',
    ],
    ['nor that it is protected', { identity: direct(sam), subject: audrey }, 'FORBIDDEN'],
    ['nobody may where no role is configured', { rules: { ...rules, impersonatorRoles: [] } }, 'FORBIDDEN'],
    ['an admin cannot impersonate themselves', { subject: ada }, 'SELF_IMPERSONATION'],
    ['nor a fresh copy of themselves', { subject: person(ada.id, ['USER']) }, 'SELF_IMPERSONATION'],
    ['nobody is found', { subject: null }, 'USER_NOT_FOUND'],
    ['another admin is protected', { subject: person('user_grace', ['ADMIN']) }, 'SUBJECT_PROTECTED'],
    ['an auditor is protected', { subject: audrey }, 'SUBJECT_PROTECTED'],
    ['one protected role among others protects', { subject: person('z', ['USER', 'AUDITOR']) }, 'SUBJECT_PROTECTED'],
    ['protected comes before disabled', { subject: person('z', ['ADMIN'], { disabled: true }) }, 'SUBJECT_PROTECTED'],
    ['a disabled subject is refused', { subject: dora }, 'SUBJECT_DISABLED'],
    ['disabled comes before step-up', { subject: dora, rules: { ...rules, requiredAmr: ['hwk'] } }, 'SUBJECT_DISABLED'],
    [
      'a sign-in as old as allowed is recent enough',
      { ...seconds(300), rules: { ...rules, maxAuthAgeSeconds: 300 } },
      'ALLOWED',
    ],
    ['an older one is not', { ...seconds(301), rules: { ...rules, maxAuthAgeSeconds: 300 } }, 'STEP_UP_REQUIRED'],
    [
      'an unknown time of sign-in is not recent',
      { ...amr('pwd'), rules: { ...rules, maxAuthAgeSeconds: 300 } },
      'STEP_UP_REQUIRED',
    ],
    [
      'a time that is not a number is not recent',
      { ...seconds(Number.NaN), rules: { ...rules, maxAuthAgeSeconds: 300 } },
      'STEP_UP_REQUIRED',
    ],
    [
      'an issuer whose clock is 5 s ahead is tolerated',
      { ...seconds(-5), rules: { ...rules, maxAuthAgeSeconds: 300 } },
      'ALLOWED',
    ],
    [
      'a sign-in in the future is not believed',
      { ...seconds(-6), rules: { ...rules, maxAuthAgeSeconds: 300 } },
      'STEP_UP_REQUIRED',
    ],
    ['the age plays no part where none is configured', seconds(1e9), 'ALLOWED'],
    [
      'all required methods were used',
      { ...amr('pwd', 'hwk', 'otp'), rules: { ...rules, requiredAmr: ['hwk', 'otp'] } },
      'ALLOWED',
    ],
    [
      'one of two is not enough',
      { ...amr('pwd', 'otp'), rules: { ...rules, requiredAmr: ['hwk', 'otp'] } },
      'STEP_UP_REQUIRED',
    ],
    ['unknown methods are not enough', { ...amr(), rules: { ...rules, requiredAmr: ['otp'] } }, 'STEP_UP_REQUIRED'],
    [
      'step-up comes before the session limit',
      { ...amr(), activeSessions: 3, rules: { ...rules, requiredAmr: ['otp'] } },
      'STEP_UP_REQUIRED',
    ],
    ['the last free session is given', { activeSessions: 2 }, 'ALLOWED'],
    [
      'where none may be active nobody begins one',
      { activeSessions: 0, rules: { ...rules, activeSessionLimit: 0 } },
      'SESSION_LIMIT',
    ],
    ['the limit holds', { activeSessions: 3 }, 'SESSION_LIMIT'],
    ['an unknown number of sessions refuses', { activeSessions: Number.NaN }, 'SESSION_LIMIT'],
    ['the session limit comes before the rate', { activeSessions: 3, startsInLastMinute: 10 }, 'SESSION_LIMIT'],
    ['the tenth start of a minute is allowed', { startsInLastMinute: 9 }, 'ALLOWED'],
    ['the eleventh is refused', { startsInLastMinute: 10 }, 'RATE_LIMITED'],
    ['an unknown number of starts refuses', { startsInLastMinute: Number.NaN }, 'RATE_LIMITED'],
  ];
  it.each(table)('%s', (_, more, expected) => {
    expect(code(more)).toBe(expected);
  });

  it('names the roles that would do where the role is lacking', () => {
    const decision = canImpersonate(attempt({ identity: direct(sam) }));
    expect(decision).toMatchObject({ requires: { role: ['ADMIN'], of: 'ACTOR' } });
  });

  it('names the age and the methods that a step-up has to meet, and only those configured', () => {
    const both = { ...rules, maxAuthAgeSeconds: 300, requiredAmr: ['hwk'] };
    expect(canImpersonate(attempt({ ...amr(), rules: both }))).toEqual({
      allowed: false,
      code: 'STEP_UP_REQUIRED',
      maxAuthAgeSeconds: 300,
      requiredAmr: ['hwk'],
    });
    expect(canImpersonate(attempt({ ...amr(), rules: { ...rules, maxAuthAgeSeconds: 300 } }))).toEqual({
      allowed: false,
      code: 'STEP_UP_REQUIRED',
      maxAuthAgeSeconds: 300,
    });
    expect(canImpersonate(attempt({ ...amr(), rules: { ...rules, requiredAmr: ['hwk'] } }))).toEqual({
      allowed: false,
      code: 'STEP_UP_REQUIRED',
      requiredAmr: ['hwk'],
    });
  });
});
