import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { eventHash } from '../../src/audit/format.js';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const EVENTS = `query($session: ID!) {
  impersonationEvents(first: 500, filter: { sessionId: $session }) { nodes { id integrity { chain sequence status } } }
}`;
const SOON = { timeout: 30_000, interval: 200 };

let directory: string;
let running: RunningGateway;
let file: Database.Database;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'recheck-e2e-'));
  running = await startGateway({ directory, environment: { AUDIT_RECHECK_PAUSE_SECONDS: '1' } });
  file = new Database(path.join(directory, 'gateway.db'), { timeout: 2_000 });
});

afterAll(async () => {
  file.close();
  await running.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Shown {
  readonly id: string;
  readonly integrity: { readonly chain: string; readonly sequence: number; readonly status: string };
}

async function eventsOf(session: string): Promise<Shown[]> {
  const { data } = await running.graphql(await running.token('user_audrey'), EVENTS, { session });
  return data.impersonationEvents.nodes;
}

/** The statuses that the events of a session have, each once. */
const statusesOf = async (session: string) => [
  ...new Set((await eventsOf(session)).map(({ integrity }) => integrity.status)),
];

/** A session that was started and stopped, and sealed. */
async function sealedSession(): Promise<string> {
  const { actorToken, sessionId } = await running.impersonate('user_ada', 'user_cleo');
  await running.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
  await vi.waitFor(async () => expect(await statusesOf(sessionId)).toEqual(['SEALED']), SOON);
  return sessionId;
}

function store(event: Pick<StoredEvent, 'id' | 'body' | 'previousHash' | 'hash'>): void {
  file
    .prepare('UPDATE impersonationEvents SET body = ?, previousHash = ?, hash = ? WHERE id = ?')
    .run([event.body, Buffer.from(event.previousHash), Buffer.from(event.hash), event.id]);
}

const metric = async (name: string) => {
  const text = await (await fetch(`${running.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

it('an event that was sealed, then edited and re-chained in the file, shows as FAILED until it is restored', {
  timeout: 100_000,
}, async () => {
  const before = await sealedSession();
  const edited = await sealedSession();
  const [{ integrity }] = (await eventsOf(edited)) as [Shown];
  const start = Math.min(...(await eventsOf(edited)).map((event) => event.integrity.sequence));
  const originals = await running.store.events.chain(integrity.chain, start, 10_000);
  const [first] = originals as [StoredEvent];

  let { previousHash } = first;
  for (const event of originals) {
    const body = event === first ? event.body.replace('"access":"READ_ONLY"', '"access":"FULL"') : event.body;
    const hash = eventHash(previousHash, body);
    store({ id: event.id, body, previousHash, hash });
    previousHash = hash;
  }
  await vi.waitFor(async () => expect(await statusesOf(edited)).toEqual(['FAILED']), SOON);
  expect(await statusesOf(before)).toEqual(['SEALED']);
  await vi.waitFor(
    async () => expect(await metric('gateway_audit_recheck_faults\\{kind="SEAL_HEAD"\\}')).toBeGreaterThan(0),
    SOON,
  );
  const alarms = running
    .logged()
    .split('\n')
    .filter((line) => line.includes('the audit trail has a fault'));
  expect(
    alarms.filter((line) => line.includes('"SEAL_HEAD"') && line.includes(integrity.chain)).length,
  ).toBeGreaterThan(0);
  // Each place once, however often it is found.
  expect(new Set(alarms.map((line) => line.replace(/"time":"[^"]*"/, ''))).size).toBe(alarms.length);
  // An attacker's edit must not take the service down.
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200);

  for (const event of originals) store(event);
  await vi.waitFor(async () => expect(await statusesOf(edited)).toEqual(['SEALED']), SOON);
  expect(running.logged()).toContain('faults found in the audit trail before are no longer there');
});
