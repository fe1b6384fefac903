import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTabMessage } from '../../../web/console/src/identity/tab-message.js';

const PERSON = { id: 'user_ada', name: 'Ada', email: 'ada@example.com', roles: ['ADMIN'] };
const OWN = { key: 'k1', token: 'own-token', person: PERSON };
const IMPERSONATION = {
  sessionId: 's1',
  actorToken: 'actor-token',
  subject: { ...PERSON, id: 'user_cleo' },
  access: 'READ_ONLY',
  reason: 'Case 4711',
  ticket: null,
  startedAt: 0,
  expiresAt: 600_000,
};
const STATES = [
  { own: null, impersonation: null, notice: null },
  { own: OWN, impersonation: null, notice: null },
  { own: OWN, impersonation: IMPERSONATION, notice: null },
  {
    own: null,
    impersonation: null,
    notice: { kind: 'signed-out', cause: 'TOKEN_EXPIRED', impersonationStopped: true },
  },
  {
    own: OWN,
    impersonation: null,
    notice: { kind: 'impersonation-ended', cause: 'ENDED', impersonation: IMPERSONATION },
  },
];
const changed = (state: unknown, stamp: unknown = { at: 5, tab: 'a' }) => ({
  kind: 'changed',
  tab: 'a',
  told: { stamp, state },
});

describe('what tabs tell each other', () => {
  it.each([{ kind: 'who', tab: 'a' }, { kind: 'gone', tab: 'a' }, ...STATES.map((state) => changed(state))])(
    'is understood: %j',
    (message) => {
      expect(readTabMessage(structuredClone(message))).toEqual(message);
    },
  );

  it.each([
    null,
    'who',
    {},
    { kind: 'who' },
    { kind: 'other', tab: 'a' },
    { kind: 'here', tab: 'a' },
    { kind: 'here', tab: 'a', told: null },
    changed(null),
    changed({}),
    changed(STATES[1], null),
    changed(STATES[1], { at: Number.POSITIVE_INFINITY, tab: 'a' }),
    changed(STATES[1], { at: '9', tab: 'a' }),
    changed(STATES[1], { count: 9, tab: 'a' }),
    changed({ own: null, impersonation: IMPERSONATION, notice: null }),
    changed({ own: {}, impersonation: null, notice: null }),
    changed({ own: { ...OWN, person: { ...PERSON, roles: 'ADMIN' } }, impersonation: null, notice: null }),
    changed({ own: OWN, impersonation: { ...IMPERSONATION, expiresAt: Number.NaN }, notice: null }),
    changed({ own: OWN, impersonation: null, notice: { kind: 'impersonation-ended', cause: 'ENDED' } }),
  ])('of another make is left alone: %j', (message) => {
    expect(readTabMessage(message)).toBeNull();
  });

  it('is never a mistake, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (state, stamp) => {
        readTabMessage(state);
        const read = readTabMessage({ kind: 'here', tab: 'z', told: { stamp, state } });
        expect(read === null || read.kind === 'here').toBe(true);
      }),
    );
  });
});
