import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors/index.js';
import { checkId, checkReason, checkSearch, checkStartInput } from '../../src/impersonation/input.js';
import { isIdentifier } from '../../src/tokens/claims.js';
import { SEED } from '../support/seeded-random.js';

const RUNS = { seed: SEED, numRuns: 2_000 };
console.log(`input: TEST_SEED=${SEED}`);

/** Any text, with what parsers and stores trip over made frequent. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc
    .array(
      fc.constantFrom(
        ' ',
        '\t',
        '\n',
        '\u0000',
        '\u001b',
        '\u007f',
        '\u0085',
        '\u00a0',
        '\ufeff',
        '\u2028',
        '\ud800',
        '\udc00',
        'a',
        '🚀',
      ),
      {
        maxLength: 520,
      },
    )
    .map((parts) => parts.join('')),
);

/** C0 without tab, line feed and carriage return; DEL; C1. */
function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code < 0x20 && ![0x09, 0x0a, 0x0d].includes(code)) || (code >= 0x7f && code <= 0x9f);
}

function judged(work: () => string | null): { readonly value: string | null } | 'refused' {
  try {
    return { value: work() };
  } catch (error) {
    // Nothing but a refusal of the input is ever thrown.
    expect(error).toBeInstanceOf(GatewayError);
    expect((error as GatewayError).code).toBe('BAD_USER_INPUT');
    return 'refused';
  }
}

describe('any text', () => {
  it('is a reason as trimmed, well-formed text of 3 to 500 characters without controls, or is refused', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const answer = judged(() => checkReason(raw));
        const trimmed = raw.trim();
        const characters = Array.from(trimmed).length;
        const controls = Array.from(raw).some(isControl);
        const good = raw.isWellFormed() && !controls && characters >= 3 && characters <= 500;
        expect(answer).toEqual(good ? { value: trimmed } : 'refused');
      }),
      RUNS,
    );
  });

  it('is an id as it is, and then one that tokens take too, or is refused', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const answer = judged(() => checkId('userId', raw));
        if (answer === 'refused') return;
        expect(answer.value).toBe(raw);
        expect(isIdentifier(raw)).toBe(true);
      }),
      RUNS,
    );
  });

  it('is a search text as trimmed, nothing where blank, or is refused', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const answer = judged(() => checkSearch(raw));
        if (answer !== 'refused') expect(answer.value).toBe(raw.trim() === '' ? null : raw.trim());
      }),
      RUNS,
    );
  });
});

it('any input of a start is taken, bounded in every field, or refused', () => {
  const limits = { minSeconds: 60, defaultSeconds: 600, maxSeconds: 3_600 };
  fc.assert(
    fc.property(
      anyText,
      anyText,
      fc.option(anyText),
      fc.option(fc.oneof(fc.integer(), fc.integer({ min: 50, max: 3_700 }), fc.double())),
      (userId, reason, ticket, durationSeconds) => {
        const answer = judged(() => {
          const taken = checkStartInput({ userId, reason, ticket, durationSeconds }, limits);
          expect(taken.durationSeconds % 1).toBe(0);
          expect(taken.durationSeconds).toBeGreaterThanOrEqual(60);
          expect(taken.durationSeconds).toBeLessThanOrEqual(3_600);
          expect(taken.ticket?.length).not.toBe(0);
          return taken.subjectId;
        });
        if (answer !== 'refused') expect(answer.value).toBe(userId);
      },
    ),
    RUNS,
  );
});
