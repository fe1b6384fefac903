import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createStreamCursors } from '../../src/audit/stream-cursor.js';
import type { TailPosition } from '../../src/audit/tail/position.js';
import { newId } from '../../src/platform/ids.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

console.log(`stream cursors: TEST_SEED=${SEED}`);
const random = seededRandom(SEED);
const whole = (below: number) => Math.floor(random() * below);

function anyPosition(): TailPosition {
  return {
    horizon: random() < 0.5 ? null : whole(2 ** 44),
    places: Array.from({ length: whole(257) }, () => [newId(), whole(10 ** 12)] as const),
  };
}

/** A cursor made by somebody who knows the format, with any text. */
function forged(text: string): string {
  const sealed = Buffer.concat([Buffer.alloc(16), Buffer.from(text, 'utf8')]);
  return Buffer.concat([createHash('sha256').update(sealed).digest().subarray(0, 6), sealed]).toString('base64url');
}

describe('a cursor of the live tail', () => {
  const cursors = createStreamCursors();

  it('gives back the position it was made of, in every process, and proves its origin in that one alone', () => {
    for (let run = 0; run < 100; run += 1) {
      const position = anyPosition();
      const cursor = cursors.encode(position, 'user_audrey\n[]') ?? '';
      expect(cursor.length).toBeLessThan(32_769);
      expect(cursors.decode(cursor).position).toEqual(position);
      expect(cursors.decode(cursor).isOf('user_audrey\n[]')).toBe(true);
      expect(cursors.decode(cursor).isOf('user_audrey\n[1]')).toBe(false);
      const other = createStreamCursors().decode(cursor);
      expect(other.position).toEqual(position);
      expect(other.isOf('user_audrey\n[]')).toBe(false);
    }
  });

  it('is refused with any one character changed, removed, added or doubled', () => {
    const cursor = cursors.encode({ horizon: 1_767_225_600_000, places: [[newId(), 7]] }, 'r') ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= ';
    for (let at = 0; at < cursor.length; at += 1) {
      const letter = alphabet.charAt(whole(alphabet.length));
      const [head, tail] = [cursor.slice(0, at), cursor.slice(at + 1)];
      const garbled = [`${head}${tail}`, `${head}${letter}${cursor.slice(at)}`, `${cursor}${cursor.charAt(at)}`];
      if (letter !== cursor.charAt(at)) garbled.push(`${head}${letter}${tail}`);
      for (const bad of garbled) expect(() => cursors.decode(bad), bad).toThrowError(/not a cursor/);
    }
  });

  it('made by hand is refused unless it says exactly what a cursor can say', () => {
    const id = newId();
    const many = JSON.stringify(Array.from({ length: 257 }, () => [newId(), 1]));
    for (const text of [
      '',
      'null',
      '{}',
      '[]',
      '[1]',
      '[1,null]',
      '[2,null,[]]',
      '[1,null,[],0]',
      '[1, null,[]]',
      '[1,null,[]] ',
      '[1,-1,[]]',
      '[1,1.5,[]]',
      '[1,1e99,[]]',
      '[1,"1",[]]',
      '[1,9007199254740992,[]]',
      '[1,null,{}]',
      '[1,null,[[]]]',
      `[1,null,["${id}"]]`,
      `[1,null,[["${id}"]]]`,
      `[1,null,[["${id}",-1]]]`,
      `[1,null,[["${id}",1.5]]]`,
      `[1,null,[["${id}","1"]]]`,
      `[1,null,[["${id}",null]]]`,
      `[1,null,[["${id}",1000000000001]]]`,
      `[1,null,[["${id}",1,1]]]`,
      `[1,null,[["${id}",1],["${id}",2]]]`,
      '[1,null,[["",1]]]',
      '[1,null,[[1,1]]]',
      `[1,null,[["${'x'.repeat(101)}",1]]]`,
      `[1,null,${many}]`,
      '['.repeat(10_000),
    ]) {
      expect(() => cursors.decode(forged(text)), text.slice(0, 80)).toThrowError(/not a cursor/);
    }
    const made = cursors.decode(forged(`[1,null,[["${id}",3]]]`));
    expect(made.position).toEqual({ horizon: null, places: [[id, 3]] });
    expect(made.isOf('')).toBe(false);
  });

  it('is not made for a position that it could not hold', () => {
    expect(cursors.encode({ horizon: null, places: [['x'.repeat(101), 1]] }, 'r')).toBeNull();
    expect(cursors.encode({ horizon: Number.NaN, places: [] }, 'r')).toBeNull();
  });
});
