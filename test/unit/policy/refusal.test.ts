import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode, GatewayError } from '../../../src/errors/index.js';
import { denial, lacksRole, mayContinue, refusal } from '../../../src/policy/index.js';
import { ada, cleo, NOW, session } from './people.js';

describe('refusal', () => {
  it('is a GatewayError with the code and its sentence, for every code there is', () => {
    for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
      const error = refusal(denial(code));
      expect(error).toBeInstanceOf(GatewayError);
      expect({ ...error.extensions }).toEqual({ code });
      expect(error.message).toBe(ERROR_CATALOGUE[code].sentence);
    }
  });

  it('tells which role would be needed', () => {
    expect(refusal(lacksRole({ role: ['ADMIN'], of: 'VIEWER' })).extensions).toEqual({
      code: 'FORBIDDEN',
      requires: { role: ['ADMIN'], of: 'VIEWER' },
    });
  });

  it('tells what a step-up has to meet', () => {
    const decision = {
      allowed: false,
      code: 'STEP_UP_REQUIRED',
      maxAuthAgeSeconds: 300,
      requiredAmr: ['hwk'],
    } as const;
    expect(refusal(decision).extensions).toEqual({
      code: 'STEP_UP_REQUIRED',
      maxAuthAgeSeconds: 300,
      requiredAmr: ['hwk'],
    });
  });

  it('never tells the client what became of actor or subject', () => {
    const rules = { impersonatorRoles: ['ADMIN'], protectedRoles: ['ADMIN'] };
    const decision = mayContinue({
      actor: ada,
      subject: { ...cleo, disabled: true },
      session: session(),
      rules,
      now: NOW,
    });
    expect(decision).toMatchObject({ why: 'SUBJECT_DISABLED' });
    if (decision.allowed) throw new Error('allowed');
    expect(JSON.stringify(refusal(decision).extensions)).toBe('{"code":"IMPERSONATION_ENDED"}');
  });
});
