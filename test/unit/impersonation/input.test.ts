import { describe, expect, it } from 'vitest';
import type { GatewayError } from '../../../src/errors/index.js';
import {
  checkId,
  checkReason,
  checkSearch,
  checkStartInput,
  type StartInput,
  wellFormedId,
} from '../../../src/impersonation/input.js';

const LIMITS = { minSeconds: 60, defaultSeconds: 600, maxSeconds: 3_600 };
const INPUT: StartInput = { userId: 'user_cleo', reason: 'a reason' };

/** The value, or which field is refused. */
function judged<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    const { code, extensions, message } = error as GatewayError;
    expect(code).toBe('BAD_USER_INPUT');
    expect(message).toContain(`\`${extensions.field}\``);
    return `refused: ${extensions.field}`;
  }
}
const start = (more: Partial<StartInput>) => judged(() => checkStartInput({ ...INPUT, ...more }, LIMITS));
const EMOJI = '👩🏽‍🚀';

describe('a reason', () => {
  it.each([
    ['three characters', 'abc', 'abc'],
    ['500 characters', 'x'.repeat(500), 'x'.repeat(500)],
    ['500 characters of two units each', '🚀'.repeat(500), '🚀'.repeat(500)],
    ['blanks around it, which do not count', `\n ${'x'.repeat(500)} \t`, 'x'.repeat(500)],
    ['lines and tabs', 'one\r\n\ttwo', 'one\r\n\ttwo'],
    ['any script', `עברית é ${EMOJI}`, `עברית é ${EMOJI}`],
  ])('may have %s', (_, raw, expected) => {
    expect(judged(() => checkReason(raw))).toBe(expected);
  });

  it.each([
    ['two characters', 'ab'],
    ['two characters and blanks', '  ab    '],
    ['two characters of two units each', '🚀🚀'],
    ['501 characters', 'x'.repeat(501)],
    ['nothing', ''],
    ['nothing but blanks', ' \u00a0\u2003\ufeff '],
    ['a null character', 'abc\u0000def'],
    ['an escape sequence', 'abc\u001b[2Kdef'],
    ['a delete character', 'abc\u007f'],
    ['a C1 control', 'abc\u009b'],
    ['half a surrogate pair', 'abc\ud800'],
    ['the other half', '\udc00abc'],
  ])('may not have %s', (_, raw) => {
    expect(judged(() => checkReason(raw))).toBe('refused: reason');
  });
});

describe('an id', () => {
  it.each(['a', 'x'.repeat(255), 'user_1', 'a b', 'é', '0', '__proto__'])('may be %j', (raw) => {
    expect(judged(() => checkId('userId', raw))).toBe(raw);
    expect(wellFormedId(raw)).toBe(raw);
  });

  it.each([
    '',
    ' ',
    ' a',
    'a ',
    'a\n',
    '\ufeffa',
    'x'.repeat(256),
    '🚀'.repeat(128),
    'a\nb',
    'a\tb',
    'a\u0000',
    'a\ud800',
  ])('may not be %j', (raw) => {
    expect(judged(() => checkId('userId', raw))).toBe('refused: userId');
    expect(wellFormedId(raw)).toBeNull();
  });

  it('is none where it is no text', () => {
    for (const raw of [undefined, null, 1, {}, ['a']]) expect(wellFormedId(raw)).toBeNull();
  });
});

describe('the input of a start', () => {
  it('is completed by the defaults', () => {
    expect(start({})).toEqual({
      subjectId: 'user_cleo',
      reason: 'a reason',
      ticket: null,
      durationSeconds: 600,
      access: 'READ_ONLY',
    });
    expect(start({ ticket: null, durationSeconds: null, access: null })).toEqual(start({}));
    expect(start({ access: 'FULL', ticket: ' T ' })).toMatchObject({ access: 'FULL', ticket: 'T' });
  });

  it.each([60, 61, 3_599, 3_600])('may last %i seconds', (durationSeconds) => {
    expect(start({ durationSeconds })).toMatchObject({ durationSeconds });
  });

  it.each([59, 3_601, 0, -60, 60.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER])(
    'may not last %d seconds, and is never adjusted',
    (durationSeconds) => {
      expect(start({ durationSeconds })).toBe('refused: durationSeconds');
    },
  );

  it.each([
    ['x'.repeat(100), true],
    ['🚀'.repeat(100), true],
    ['x'.repeat(101), false],
    ['', false],
    ['  ', false],
    ['a\u0007', false],
    ['a\udfff', false],
  ])('has a ticket of 1 to 100 characters (%j)', (ticket, good) => {
    expect(start({ ticket })).toEqual(good ? expect.objectContaining({ ticket }) : 'refused: ticket');
  });

  it('is refused for the first field that is wrong', () => {
    expect(start({ userId: '', reason: '' })).toBe('refused: userId');
    expect(start({ reason: '', durationSeconds: 1 })).toBe('refused: reason');
  });
});

describe('a search text', () => {
  it.each([
    [null, null],
    [undefined, null],
    ['', null],
    ['   ', null],
    [' ada ', 'ada'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%j means %j', (raw, expected) => {
    expect(judged(() => checkSearch(raw))).toBe(expected);
  });

  it.each(['x'.repeat(256), 'a\u0000', '\ud800'])('may not be %j', (raw) => {
    expect(judged(() => checkSearch(raw))).toBe('refused: search');
  });
});
