import { describe, expect, it } from 'vitest';
import { readableVariables } from '../../../web/console/src/audit/detail/variables.js';
import { shownAnswer, shownJson, shownText } from '../../../web/console/src/graphql/shown-text.js';

describe('what other people chose is shown', () => {
  it.each<[string, string, string]>([
    ['an override of direction', 'Cleo \u202Egnitca\u202C', 'Cleo \ufffdgnitca\ufffd'],
    ['isolates, and ends of them', '\u2066a\u2067b\u2068c\u2069', '\ufffda\ufffdb\ufffdc\ufffd'],
    ['marks of no width', 'Cl\u200Beo\u2060 \uFEFF', 'Cl\ufffdeo\ufffd \ufffd'],
    ['control characters', 'a\u0000\u001b[2K\u0085b', 'a\ufffd\ufffd[2K\ufffdb'],
  ])('with %s made visible', (_, text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it.each(['ليلى حسن', 'नमस्ते', '👩‍👩‍👧', 'Zoë', 'two\nlines\tand a tab', 'می‌خواهم', 'a\u200fb'])(
    'as it is where it is only foreign: %j',
    (text) => {
      expect(shownText(text)).toBe(text);
    },
  );

  it('wherever it stands in an answer, but for what goes back to the gateway', () => {
    const odd = 'x\u202Ey';
    expect(
      shownAnswer({ a: [{ id: odd, actorId: odd, endCursor: odd, name: odd, n: 1, none: null, on: [odd, true] }] }),
    ).toEqual({
      a: [{ id: odd, actorId: odd, endCursor: odd, name: 'x\ufffdy', n: 1, none: null, on: ['x\ufffdy', true] }],
    });
  });

  it('with names cut that have no end, and nothing else', () => {
    const endless = '😀'.repeat(5_000);
    const { name, reason } = shownAnswer({ name: endless, reason: endless });
    expect([...name]).toHaveLength(161);
    expect(reason).toBe(endless);
  });

  it('without any loss in JSON', () => {
    const value = { a: 'x\u202Ey\u007f\u200b\n', '\u2066': 1 };
    expect(shownJson(value)).not.toMatch(/[\u202E\u007f\u200b\u2066]/);
    expect(JSON.parse(shownJson(value))).toEqual(value);
    expect(readableVariables('{"a":"\\u202e"}')).toBe('{\n  "a": "\\u202e"\n}');
    expect(readableVariables('{"a":"\u202e')).toBe('{"a":"\ufffd');
  });
});
