import { describe, expect, it } from 'vitest';
import { ENGLISH, fill, shownName } from '../../../web/banner/messages.js';
import type { Session } from '../../../web/banner/sighting.js';
import { end, HERE_ONLY, IDLE, type State } from '../../../web/banner/state.js';
import { inWords } from '../../../web/banner/words.js';

const SESSION: Session = { id: 's1', subject: 'Cleo', actor: 'Ada', access: 'READ_ONLY', expiresAt: 0 };
const active = (more: Partial<State> = {}, session: Partial<Session> = {}): State => ({
  ...IDLE,
  phase: 'active',
  session: { ...SESSION, ...session },
  ...more,
});
const words = (state: State, left = 300_000) => inWords(state, left, ENGLISH);

describe('a sentence', () => {
  it('has values in the places of braces, apart from its own text', () => {
    expect(fill('{a} and {b}.', { a: 'x', b: 'y' })).toEqual(['', 'x', ' and ', 'y', '.']);
  });

  it('does not read a value as a sentence, and leaves unknown places as they are', () => {
    expect(fill('{a} {c}', { a: '{b}$1', b: 'secret' })).toEqual(['', '{b}$1', ' ', '{c}', '']);
  });

  it('shows marks that reorder a line, and cuts a name without an end between characters', () => {
    expect(shownName('a\u202Eb\u2066c\u2069')).toBe('a\ufffdb\ufffdc\ufffd');
    expect([...shownName('😀'.repeat(500))]).toHaveLength(121);
    expect(shownName('\n'.repeat(500)).length).toBeLessThan(125);
    expect(shownName('ليلى')).toBe('ليلى');
  });
});

describe('what is on the screen', () => {
  it('looks harmless only where it is known to be read-only', () => {
    expect(words(active()).look).toBe('read-only');
    expect(words(active({}, { access: 'FULL' })).look).toBe('full');
    const unknown = words(active({}, { access: null }));
    expect([unknown.look, unknown.access]).toEqual(['full', 'Access not known']);
  });

  it('always has a Stop while something may go on, and none afterwards', () => {
    expect(words({ ...IDLE, phase: 'active', isUnconfirmed: true }).stop).toBe('Stop');
    expect(words(active({ stop: 'pending' })).stop).toBe('Stopping…');
    expect(words(active({ stop: 'failed' })).stop).toBe('Stop');
    expect(words(end(active(), 'EXPIRED')).stop).toBe('');
  });

  it('shows no time where none is known, and warns of none', () => {
    const { time, isLastMinute } = words(active(), Number.NaN);
    expect([time, isLastMinute]).toEqual(['', false]);
  });

  it('warns from one minute on', () => {
    expect(words(active(), 60_001).isLastMinute).toBe(false);
    expect(words(active(), 60_000)).toMatchObject({ isLastMinute: true, note: ENGLISH.lastMinute });
  });

  it('says aloud the start, the last minute, doubts and the end, each under a key of its own, and never each second', () => {
    const keys = (state: State, left?: number) => Object.keys(words(state, left).aloud);
    expect(keys(active())).toEqual(['s1 Cleo']);
    expect(keys(active(), 299_000)).toEqual(keys(active(), 61_000));
    expect(keys(active(), 59_000)).toEqual(keys(active(), 1_000));
    expect(keys(active({ isUnconfirmed: true, stop: 'failed' }), 1_000)).toEqual([
      's1 Cleo',
      'minute',
      'unconfirmed',
      'failed',
    ]);
    expect(keys(end(active(), 'EXPIRED'))).toEqual(['ended']);
  });

  it('says of an end that only one gateway knows of that others may not, aloud as well', () => {
    const { who, note, aloud } = words(end(active(), HERE_ONLY));
    expect([who, note]).toEqual([ENGLISH.endedSubject, ENGLISH.endedHereOnly]);
    expect(aloud.ended).toContain(ENGLISH.endedHereOnly);
    expect(words(end(active(), 'STOPPED')).note).toBe('');
  });

  it('says an end without a name where none was known', () => {
    expect(words(end(IDLE, 'TOKEN_INVALID')).who).toBe(ENGLISH.ended);
    expect(words(end(active(), 'TOKEN_INVALID')).who).toBe(ENGLISH.endedSubject);
  });
});
