import { describe, expect, it } from 'vitest';
import { accessInPlainWords, lengthInPlainWords } from '../../../web/console/src/access-history/access-in-words.js';
import { endInWords, lasted, STATUS_NAMES } from '../../../web/console/src/sessions/session-in-words.js';
import { schemaValues } from './trail/schema-values.js';

const times = {
  startedAt: '2026-01-31T12:00:00.000Z',
  endedAt: '2026-01-31T12:01:30.000Z',
  expiresAt: '2026-01-31T12:10:00.000Z',
};
const inTime = { ...times, expiresAt: times.endedAt };
const ada = { id: 'user_ada', name: 'Ada' };
const grace = { id: 'user_grace', name: 'Grace' };

describe('a session in words', () => {
  it('names every state of the schema', () => {
    expect(Object.keys(STATUS_NAMES)).toEqual(schemaValues('ImpersonationSessionStatus'));
  });

  it.each([
    ['ACTIVE', null, 'still active'],
    ['STOPPED', ada, 'stopped by the actor'],
    ['EXPIRED', null, 'it was not used'],
    ['REVOKED', grace, 'revoked by Grace'],
    ['REVOKED', null, 'revoked by the gateway'],
  ] as const)('says how one that is %s ended, and by whom', (status, endedBy, words) => {
    expect(endInWords({ ...times, status, endedBy, actorId: 'user_ada' })).toBe(words);
  });

  it('says of one that went on until its time ran out that it did', () => {
    const facts = { ...inTime, status: 'EXPIRED', endedBy: null, actorId: 'user_ada' } as const;
    expect(endInWords(facts)).toBe('its time ran out');
  });

  it('lasted until its end, or until now, and never less than no time', () => {
    expect(lasted(times, 0)).toBe(90);
    expect(lasted({ ...times, endedAt: null }, Date.parse('2026-01-31T12:00:05Z'))).toBe(5);
    expect(lasted({ ...times, endedAt: null }, 0)).toBe(0);
  });
});

describe('an access in plain words', () => {
  it('says how long it was and how it ended', () => {
    expect(lengthInPlainWords({ ...times, access: 'FULL', status: 'STOPPED' })).toBe(
      'It lasted 1 min 30 s; then they stopped.',
    );
    expect(lengthInPlainWords({ ...times, access: 'FULL', status: 'ACTIVE', endedAt: null })).toBe(
      'It is going on right now.',
    );
    expect(lengthInPlainWords({ ...inTime, access: 'FULL', status: 'EXPIRED' })).toBe(
      'It lasted 1 min 30 s; then their time was up.',
    );
    expect(lengthInPlainWords({ ...times, access: 'FULL', status: 'EXPIRED' })).toBe(
      'It lasted 1 min 30 s; then it was ended, because they no longer used it.',
    );
  });

  it('never says of full access that nothing could be changed', () => {
    for (const status of ['ACTIVE', 'STOPPED', 'EXPIRED', 'REVOKED'] as const) {
      for (const isMine of [true, false]) {
        expect(accessInPlainWords({ status, access: 'READ_ONLY' }, isMine)).toContain('change nothing');
        expect(accessInPlainWords({ status, access: 'FULL' }, isMine)).toContain('also change things');
      }
    }
  });
});
