import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { endAllSessions } from '../../../src/impersonation/index.js';
import { collectedLog, EPOCH } from '../audit/drafts.js';
import { session } from '../policy/people.js';
import { pass } from './replicas.js';
import { open, RUNNING } from './running-session.js';

beforeEach(() => void vi.useFakeTimers({ now: EPOCH }));
afterEach(() => void vi.useRealTimers());

const many = (count: number) =>
  Array.from({ length: count }, (_, n) => session({ ...RUNNING, id: `s${n}`, actorId: `actor-${n}` }));

function setting(sessions: readonly ImpersonationSession[]) {
  const gateway = open(sessions);
  const { logger } = collectedLog();
  const deps = { ...gateway.replica, sessions: gateway.sessions, events: gateway.events.port, logger };
  const endAll = async () => {
    const ending = endAllSessions('restored', deps).catch((error: unknown) => error);
    await pass(60_000);
    return ending;
  };
  const stored = () => [...gateway.sessions.sessions.values()];
  return { gateway, endAll, stored };
}

describe('the end of all sessions', () => {
  it('ends each that is active, however many, by nobody and for the reason given, and tells how many', async () => {
    const { gateway, endAll, stored } = setting(many(450));
    expect(await endAll()).toBe(450);
    for (const one of stored()) {
      expect(one).toMatchObject({ status: 'REVOKED', endedById: null, endReason: 'restored' });
    }
    expect(new Set(gateway.events.stored.map(({ sessionId, type }) => `${type} ${sessionId}`)).size).toBe(450);
    expect(gateway.events.stored.map(({ type }) => type)).toEqual(Array(450).fill('IMPERSONATION_REVOKED'));
  });

  it('leaves those alone that had ended, and finds expired what time had ended', async () => {
    const stopped = session({ id: 'stopped', status: 'STOPPED', endedAt: EPOCH - 1, endedById: 'user_ada' });
    const { endAll, stored } = setting([stopped, session({ id: 'over', expiresAt: EPOCH - 1 }), RUNNING]);
    expect(await endAll()).toBe(2);
    expect(stored().map(({ id, status }) => [id, status])).toEqual([
      ['stopped', 'STOPPED'],
      ['over', 'EXPIRED'],
      ['s', 'REVOKED'],
    ]);
    expect(stored()[0]).toEqual(stopped);
  });

  it('is none where there is nothing to end', async () => {
    expect(await setting([]).endAll()).toBe(0);
  });

  it('says so where none of them could be ended: it is to be called again', async () => {
    const { gateway, endAll, stored } = setting(many(3));
    gateway.sessions.behaviours.end = 'refuse';
    expect(await endAll()).toBeInstanceOf(StoreUnavailableError);
    expect(stored().every(({ status }) => status === 'ACTIVE')).toBe(true);
    gateway.sessions.behaviours.end = 'ok';
    expect(await endAll()).toBe(3);
    expect(stored().every(({ status }) => status === 'REVOKED')).toBe(true);
  });

  it('says so where one of them could not be ended, and the next call ends that one alone', async () => {
    const { gateway, endAll, stored } = setting(many(3));
    gateway.sessions.scripts.end = ['refuse'];
    expect(await endAll()).toBeInstanceOf(StoreUnavailableError);
    expect(stored().map(({ status }) => status)).toEqual(['ACTIVE', 'REVOKED', 'REVOKED']);
    expect(await endAll()).toBe(1);
    expect(gateway.stores.told()).toEqual(Array(3).fill('IMPERSONATION_REVOKED -'));
  });
});
