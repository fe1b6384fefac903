import { describe, expect, it } from 'vitest';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import type { SessionActivity } from '../../../src/impersonation/activity.js';
import { createSessionFault } from '../../../src/impersonation/session-fault.js';
import { NOW, session } from '../policy/people.js';

type Found = ImpersonationSession | null;
const faultOf = (
  found: Found | Promise<Found>,
  now = NOW,
  settle: SessionActivity['settle'] = () => Promise.reject(new Error('not asked')),
) => createSessionFault({ lookup: () => found }, { now: () => now }, settle)('session-1');

describe('why nothing may be done in the name of a session any more', () => {
  const table: readonly [string, Found, number, string | null][] = [
    ['it goes on', session(), NOW, null],
    ['it goes on until its last millisecond', session(), NOW + 599_999, null],
    ['its time is up', session(), NOW + 600_000, 'TOKEN_EXPIRED'],
    ['the time is no number', session(), Number.NaN, 'TOKEN_EXPIRED'],
    ['its expiry is no number', session({ expiresAt: Number.NaN }), NOW, 'TOKEN_EXPIRED'],
    ['it has expired', session({ status: 'EXPIRED' }), NOW, 'TOKEN_EXPIRED'],
    ['it was stopped', session({ status: 'STOPPED' }), NOW, 'IMPERSONATION_ENDED'],
    ['it was revoked, and would be over by now', session({ status: 'REVOKED' }), NOW + 600_000, 'IMPERSONATION_ENDED'],
    ['it is in no state that is known', session({ status: 'PAUSED' as never }), NOW, 'IMPERSONATION_ENDED'],
    ['there is none', null, NOW, 'IMPERSONATION_ENDED'],
  ];
  it.each(table)('%s: told at once where that is known, else when it is', async (_, found, now, fault) => {
    expect(faultOf(found, now)).toBe(fault);
    const later = faultOf(Promise.resolve(found), now);
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toBe(fault);
  });

  it('it cannot be told: never an error', async () => {
    expect(await faultOf(Promise.reject(new Error('down')))).toBe('REVOCATION_UNAVAILABLE');
  });
});
