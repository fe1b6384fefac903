import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../../src/errors/catalogue.js';
import { Refusal } from '../../../web/console/src/graphql/refusal.js';
import { errorCodeOf, inWords, WORDED_CODES } from '../../../web/console/src/graphql/refusals-in-words.js';

describe('refusals in words', () => {
  it('are there for every code of the gateway, and for no other', () => {
    expect(WORDED_CODES.toSorted()).toEqual(Object.keys(ERROR_CATALOGUE).toSorted());
  });

  it.each(WORDED_CODES)('%s has a sentence and says what to do next', (code) => {
    const { sentence, next } = inWords(new Refusal(code, 'Some message.', {}, null));
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
  });

  it.each([undefined, null, 7, 'NOT_A_CODE', 'toString', '__proto__'])('take %s for unexpected', (code) => {
    expect(errorCodeOf(code)).toBe('INTERNAL_SERVER_ERROR');
  });

  it('name the role that is missing', () => {
    const refusal = new Refusal('FORBIDDEN', '', { requires: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' } }, null);
    expect(inWords(refusal).sentence).toBe('This needs the role AUDITOR or ADMIN.');
  });

  it('say what the gateway says of an input', () => {
    const refusal = new Refusal('BAD_USER_INPUT', '`reason` is too short.', { field: 'reason' }, null);
    expect(inWords(refusal).sentence).toBe('`reason` is too short.');
  });
});
