import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSessionView, type SessionView } from '../../../src/impersonation/index.js';
import { createLogger } from '../../../src/platform/logger.js';
import { thisMoment } from '../../../src/platform/moment.js';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import type { Store } from '../../../src/stores/index.js';
import { activeSession } from '../../support/store-fixtures.js';
import { TestClock } from '../../support/test-clock.js';

let directory: string;
let store: Store;
let view: SessionView;
let clock: TestClock;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'session-view-'));
  store = createEmbeddedStore({ directory });
  await store.open();
  clock = new TestClock();
  // Not started: only what a request asks for refreshes it, as in the moment a process wakes up again.
  view = createSessionView({ sessions: store.sessions, clock, logger: createLogger({ level: 'silent' }) });
});

afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

function session() {
  return activeSession({ startedAt: clock.now(), expiresAt: clock.now() + 3_600_000 });
}

it('a running session is still one after the process stood still for longer than idle sessions are remembered', async () => {
  const running = session();
  await store.sessions.insert(running, 3);
  view.add(running, thisMoment(clock));
  clock.advance(120_000);
  expect(await view.lookup(running.id)).toEqual(running);
});

it('and one that was ended meanwhile by another replica is seen to have ended', async () => {
  const running = session();
  await store.sessions.insert(running, 3);
  view.add(running, thisMoment(clock));
  const ending = { status: 'REVOKED', endedAt: clock.now(), endedById: 'user_grace', endReason: 'enough' } as const;
  await store.sessions.end(running.id, ending, { by: 'claim', at: clock.now() });
  clock.advance(120_000);
  expect((await view.lookup(running.id))?.status).toBe('REVOKED');
});

it('one that was begun before the process stood still and ended meanwhile is not taken for new', async () => {
  const running = session();
  const asOf = thisMoment(clock);
  await store.sessions.insert(running, 3);
  // The store has it; that it has is what the process hears when it wakes up.
  const ending = { status: 'REVOKED', endedAt: clock.now(), endedById: 'user_grace', endReason: 'enough' } as const;
  await store.sessions.end(running.id, ending, { by: 'claim', at: clock.now() });
  clock.advance(10_000);
  view.add(running, asOf);
  expect(view.fresh(running.id)).toBeNull();
  expect((await view.lookup(running.id))?.status).toBe('REVOKED');
});
