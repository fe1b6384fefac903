import { describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { RecordedEvent } from '../../../src/audit/recorded-event.js';
import type { EventOperation } from '../../../src/domain/audit-event.js';
import type { Identity } from '../../../src/domain/identity.js';
import type { ImpersonationSession, SessionEnding } from '../../../src/domain/impersonation-session.js';
import { announcedSession, codeOfEnd, endEvent, endingInTime } from '../../../src/impersonation/end-event.js';
import { draft } from '../audit/drafts.js';
import { ada, cleo, direct, impersonated, NOW, session } from '../policy/people.js';
import { grace, REQUEST } from './replicas.js';

const stopped: SessionEnding = { status: 'STOPPED', endedAt: NOW, endedById: ada.id, endReason: null };
const revoked: SessionEnding = { status: 'REVOKED', endedAt: NOW, endedById: grace.id, endReason: 'enough' };
const OPERATION: EventOperation = {
  name: 'End',
  type: 'MUTATION',
  fields: ['Mutation.stopImpersonation'],
  documentHash: 'hash',
  errorCodes: [],
  durationMs: null,
};

const eventOf = (ending: SessionEnding, cause: Parameters<typeof endEvent>[1] = null) =>
  endEvent({ ...session(), ...ending } as ImpersonationSession & SessionEnding, cause, null);
/** In whose request it ended. */
const by = (identity: Identity) => ({ identity, request: REQUEST, operation: OPERATION });
const SIGN_IN = { issuer: 'https://other.example', authTime: 7, amr: ['hwk'] };
const OWN = session().authentication;

describe('the event of an end', () => {
  it.each([
    ['STOPPED', stopped],
    ['REVOKED', revoked],
    ['EXPIRED', { status: 'EXPIRED', endedAt: NOW, endedById: null, endReason: null }],
  ] as const)('tells what it was: %s', (status, ending) => {
    expect(eventOf(ending)).toMatchObject({
      type: `IMPERSONATION_${status}`,
      outcome: 'SUCCESS',
      occurredAt: NOW,
      subjectId: cleo.id,
      session: { id: 'session-1', access: 'READ_ONLY' },
      operation: null,
    });
  });

  it('tells in whose request and by which operation', () => {
    expect(eventOf(revoked, by(direct(grace)))).toMatchObject({ operation: OPERATION, request: { id: REQUEST.id } });
    expect(eventOf(revoked).request.id).not.toBe(REQUEST.id);
  });

  it('holds the reason where there is one, and nothing in its place', () => {
    expect(eventOf(revoked).details).toEqual({ reason: 'enough' });
    expect(eventOf(stopped).details).toEqual({});
  });

  it.each<[string, ReturnType<typeof eventOf>, unknown]>([
    [
      'whoever ended it, as they are signed in now',
      eventOf(revoked, by(direct(grace, { authentication: SIGN_IN }))),
      { id: grace.id, ...SIGN_IN },
    ],
    [
      'its actor, as they are signed in now',
      eventOf(stopped, by(direct(ada, { authentication: SIGN_IN }))),
      { id: ada.id, ...SIGN_IN },
    ],
    ['its actor, as they were when it began, where nobody knows the request', eventOf(stopped), { id: ada.id, ...OWN }],
    [
      'another person by the id alone, where nobody knows the request',
      eventOf(revoked),
      { id: grace.id, issuer: '', authTime: null, amr: [] },
    ],
    [
      'the one who is stored, not somebody whose request it came with',
      eventOf(revoked, by(direct(cleo))),
      { id: grace.id, issuer: '', authTime: null, amr: [] },
    ],
    ['nobody where nobody ended it', eventOf({ ...revoked, endedById: null }), null],
    ['nobody even where a request was the cause', eventOf({ ...revoked, endedById: null }, by(direct(grace))), null],
    [
      'its own actor where time did',
      eventOf({ status: 'EXPIRED', endedAt: NOW, endedById: null, endReason: null }, by(direct(grace))),
      { id: ada.id, ...OWN },
    ],
    ['the person really acting under it', eventOf(stopped, by(impersonated(ada, cleo))), { id: ada.id, ...OWN }],
  ])('is filed under %s', (_, event, actor) => {
    expect(event.actor).toEqual(actor);
  });
});

describe('an end', () => {
  it.each([
    ['that comes in time is what was wanted', NOW + 599_999, 'REVOKED'],
    ['that comes at the moment it expires is an expiry', NOW + 600_000, 'EXPIRED'],
    ['that comes at no time is an expiry', Number.NaN, 'EXPIRED'],
  ])('%s', (_, endedAt, status) => {
    const ending = endingInTime(session(), { ...revoked, endedAt });
    expect(ending.status).toBe(status);
    if (status === 'EXPIRED') {
      expect(ending).toEqual({ status, endedAt: NOW + 600_000, endedById: null, endReason: null });
    }
  });

  it.each<[string, Partial<ImpersonationSession>, string | null]>([
    ['by the gateway, for what somebody has become', { endReason: 'ACTOR_DEMOTED' }, 'FORBIDDEN'],
    ['by the gateway, for a start that failed', { endReason: 'AUDIT_UNAVAILABLE' }, 'AUDIT_UNAVAILABLE'],
    ['by the gateway, for a reason in words', { endReason: 'all of them' }, null],
    ['by the gateway, for nothing', { endReason: null }, null],
    ['by a person whose words are a code', { endedById: grace.id, endReason: 'FORBIDDEN' }, null],
    ['by a person whose words are a fault', { endedById: grace.id, endReason: 'ACTOR_GONE' }, null],
    ['by time', { status: 'EXPIRED', endReason: 'FORBIDDEN' }, null],
    ['by a stop', { status: 'STOPPED', endReason: 'FORBIDDEN' }, null],
    ['for a member of every object', { endReason: 'constructor' }, null],
  ])('%s has the code that it stands for', (_, more, code) => {
    expect(codeOfEnd(session({ status: 'REVOKED', endedById: null, ...more }))).toBe(code);
  });
});

describe('the session that a start announced', () => {
  const of = (more: Parameters<typeof draft>[1]) => {
    const [stored] = openChain({ instance: 'i', version: '1' }).extend([
      draft('start', { type: 'IMPERSONATION_STARTED', ...more }),
    ]);
    if (stored === undefined) throw new Error('no event');
    return announcedSession(new RecordedEvent(stored));
  };
  const announced = { id: 's', access: 'FULL', startedAt: NOW, expiresAt: NOW + 1 } as const;
  const actor = { id: ada.id, ...SIGN_IN };

  it('is read with everything that an end of it is filed under, and is not active', () => {
    expect(of({ actor, subjectId: cleo.id, session: announced })).toEqual({
      ...session({ ...announced, status: 'REVOKED', actorId: ada.id, authentication: SIGN_IN, subjectId: cleo.id }),
      reason: '',
    });
  });

  it.each([
    ['actor', { actor: null, subjectId: cleo.id, session: announced }],
    ['subject', { actor, subjectId: null, session: announced }],
    ['session', { actor, subjectId: cleo.id, session: null }],
  ])('is none where there is no %s', (_, more) => {
    expect(of(more)).toBeNull();
  });
});
