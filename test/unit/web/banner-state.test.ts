import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../../src/errors/catalogue.js';
import { errorCode, readAccess, readLook, readStop, type Session } from '../../../web/banner/sighting.js';
import { afterLook, end, IDLE, type State } from '../../../web/banner/state.js';

const SESSION: Session = { id: 's1', subject: 'Cleo', actor: 'Ada', access: 'FULL', expiresAt: 1_000 };
const ACTIVE: State = { ...IDLE, phase: 'active', session: SESSION };
const answer = (body: unknown) => ({ body, date: null });
const found = (impersonation: unknown) => readLook(answer({ data: { impersonation } }), 'impersonation');

const COMPLETE = {
  id: 's1',
  status: 'ACTIVE',
  access: 'READ_ONLY',
  expiresAt: '2026-01-15T12:00:00.000Z',
  subjectId: 'user_cleo',
  actorId: 'user_ada',
  subject: { name: 'Cleo' },
  actor: { name: 'Ada' },
};

describe('the answer to a stop', () => {
  const stopped = { session: { id: 's1', status: 'STOPPED', endedAt: null }, viewer: null };
  const read = (body: unknown) => readStop({ body, date: null });

  it('says who is in effect again, and whether only the gateway that was asked knows of it', () => {
    const data = { stopImpersonation: stopped };
    expect(read({ data })).toEqual({ ...stopped, endedHereOnly: false });
    expect(read({ data, extensions: { endedHereOnly: ['s1'] } })).toEqual({ ...stopped, endedHereOnly: true });
  });

  it.each([null, 'text', {}, { data: null }, { data: {} }, { data: { stopImpersonation: null } }])(
    'says nothing where it is none: %j',
    (body) => {
      expect(read(body)).toBeUndefined();
    },
  );
});

describe('an answer', () => {
  it('that names an active session is one', () => {
    expect(found(COMPLETE)).toEqual({
      kind: 'active',
      session: {
        id: 's1',
        subject: 'Cleo',
        actor: 'Ada',
        access: 'READ_ONLY',
        expiresAt: Date.UTC(2026, 0, 15, 12),
      },
    });
  });

  it('names people by their ids where the directory no longer has them', () => {
    expect(found({ ...COMPLETE, subject: null, actor: null })).toMatchObject({
      session: { subject: 'user_cleo', actor: 'user_ada' },
    });
  });

  it.each(['STOPPED', 'REVOKED', 'EXPIRED'])('that says %s is an end', (status) => {
    expect(found({ ...COMPLETE, status })).toEqual({ kind: 'ended', code: status });
  });

  it('of only four codes is an end; every other code of the catalogue, and unknown ones, tell nothing', () => {
    const sightingOf = (code: string) =>
      readLook({ body: { errors: [{ extensions: { code } }] }, date: null }, 'impersonation');
    const ends = Object.keys(ERROR_CATALOGUE).filter((code) => sightingOf(code).kind === 'ended');
    expect(ends.sort()).toEqual(['IMPERSONATION_ENDED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'UNAUTHENTICATED']);
    for (const code of ['', 'SOMETHING_NEW', 'constructor', '__proto__', 'impersonation_ended']) {
      expect(sightingOf(code)).toEqual({ kind: 'unknown', code: code || null });
    }
  });

  it.each([
    null,
    undefined,
    'text',
    7,
    [],
    {},
    { data: null },
    { data: {} },
    { data: { impersonation: 'ACTIVE' } },
    { data: { impersonation: {} } },
    { data: { impersonation: { ...COMPLETE, status: true } } },
    { data: { impersonation: { ...COMPLETE, status: '' } } },
    { data: { impersonation: { status: 'ACTIVE' } } },
    { data: { impersonation: null }, errors: [{}] },
    { data: { impersonation: COMPLETE }, errors: [{ message: 'IMPERSONATION_ENDED' }] },
    { data: { impersonation: COMPLETE }, errors: [{ extensions: { code: 401 } }] },
  ])('that is not understood tells nothing: %j', (body) => {
    expect(readLook(answer(body), 'impersonation')).toEqual({ kind: 'unknown', code: null });
  });

  it('with an error is not read any further', () => {
    const both = { data: { impersonation: COMPLETE }, errors: [{ extensions: { code: 'IMPERSONATION_ENDED' } }] };
    expect(errorCode(answer(both))).toBe('IMPERSONATION_ENDED');
    expect(readLook(answer(both), 'impersonation').kind).toBe('ended');
  });

  it.each([
    ['read_only', 'READ_ONLY'],
    ['read-only', 'READ_ONLY'],
    ['Full', 'FULL'],
    ['', null],
    ['everything', null],
    [null, null],
  ])('access %j is %j', (text, access) => {
    expect(readAccess(text)).toBe(access);
  });
});

describe('the state after a look', () => {
  const unknown = { kind: 'unknown', code: null } as const;

  it('that was not answered stays on the screen and is unconfirmed, whatever it was', () => {
    expect(afterLook(ACTIVE, unknown, false)).toEqual({ ...ACTIVE, isUnconfirmed: true });
    expect(afterLook(IDLE, unknown, false)).toMatchObject({ phase: 'active', session: null, isUnconfirmed: true });
  });

  it('that was not answered is the end only where the clock says so', () => {
    expect(afterLook(ACTIVE, unknown, true)).toMatchObject({ phase: 'ended', code: 'EXPIRED', session: SESSION });
  });

  it('is confirmed again by the next answer, also after an end by the clock', () => {
    const active = { kind: 'active', session: SESSION } as const;
    for (const before of [afterLook(ACTIVE, unknown, false), afterLook(ACTIVE, unknown, true)]) {
      expect(afterLook(before, active, true)).toEqual(ACTIVE);
    }
  });

  it('that found no impersonation is an end only where there was one', () => {
    const none = { kind: 'ended', code: 'NOT_IMPERSONATING', isNone: true } as const;
    expect(afterLook(IDLE, none, false)).toEqual(IDLE);
    expect(afterLook(ACTIVE, none, false)).toMatchObject({ phase: 'ended', code: 'NOT_IMPERSONATING' });
  });

  it('keeps the first cause of an end', () => {
    const ended = end(ACTIVE, 'IMPERSONATION_ENDED');
    expect(afterLook(ended, { kind: 'ended', code: 'NO_TOKEN', isNone: true }, false)).toBe(ended);
    expect(afterLook(ended, unknown, true)).toBe(ended);
  });

  it('keeps that a stop was not confirmed', () => {
    const failed: State = { ...ACTIVE, stop: 'failed' };
    expect(afterLook(failed, { kind: 'active', session: SESSION }, false).stop).toBe('failed');
  });
});
