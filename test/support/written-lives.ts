import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImpersonationSession } from '../../src/domain/impersonation-session.js';
import type { Store } from '../../src/stores/index.js';
import { generateSigningKeys, loadKeyring } from '../../src/tokens/index.js';
import { StoryClock, storyDrafts, writingGateway } from '../tampering/written-trail.js';

/**
 * A trail of three gateways that have lived and ended, with a session each, and of one that goes on: nine events that may be pruned,
 * and one that may not. Keys and anchors are in the folder, where a configuration with this DATA_DIR finds them.
 * @returns when the newest seal was made: what is older may go
 */
export async function writeLives(store: Store, folder: string): Promise<{ readonly before: string }> {
  await mkdir(folder, { recursive: true });
  const jwks = await generateSigningKeys('EdDSA');
  await writeFile(path.join(folder, 'signing-key.EdDSA.jwks.json'), JSON.stringify(jwks), { mode: 0o600 });
  const keyring = await loadKeyring(jwks, { algorithm: 'EdDSA' });
  const clock = new StoryClock(Date.now() - 86_400_000);
  const tell = storyDrafts(clock);
  const anchors = path.join(folder, 'anchors.log');
  for (const id of ['session-1', 'session-2', 'session-3']) {
    const writer = writingGateway({ store, keyring, clock, anchors });
    const session = tell.session(id);
    for (const draft of [tell.start(session), tell.query(session), tell.stop(session)]) await writer.record(draft);
    clock.advance(5_000);
    await writer.stop();
    clock.advance(5_000);
  }
  const last = writingGateway({ store, keyring, clock, anchors });
  await last.record(tell.read());
  await last.sealer.seal();
  return { before: new Date((await store.seals.latest())?.sealedAt ?? 0).toISOString() };
}

/** A session that is still active, by a process that has died since: its start is on record. */
export async function writeActiveSession(store: Store, folder: string, sessionId: string) {
  const jwks: unknown = JSON.parse(await readFile(path.join(folder, 'signing-key.EdDSA.jwks.json'), 'utf8'));
  const keyring = await loadKeyring(jwks, { algorithm: 'EdDSA' });
  const clock = new StoryClock(Date.now());
  const writer = writingGateway({ store, keyring, clock, anchors: path.join(folder, 'anchors.log') });
  const tell = storyDrafts(clock);
  const session = tell.session(sessionId);
  await writer.record(tell.start(session));
  const stored: ImpersonationSession = {
    ...session,
    status: 'ACTIVE',
    actorId: 'user_ada',
    authentication: { issuer: 'https://issuer.example', authTime: 1_767_225_000, amr: ['pwd'] },
    subjectId: 'user_cleo',
    reason: 'Case 4711',
    ticket: 'CASE-4711',
    endedAt: null,
    endedById: null,
    endReason: null,
  };
  await store.sessions.insert(stored, 10);
  return { seal: () => writer.sealer.seal() };
}
