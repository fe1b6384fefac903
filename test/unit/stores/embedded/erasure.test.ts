import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../../src/errors/index.js';
import { activeSession, EPOCH, eventChain } from '../../../support/store-fixtures.js';
import { openFile, openStore, temporaryDirectory } from './temporary-store.js';

const WORDS = 'words-that-must-go';

/** How often the words lie anywhere in the files of the database. */
function occurrences(directory: string): number {
  return ['gateway.db', 'gateway.db-wal']
    .map((name) => join(directory, name))
    .filter((path) => existsSync(path))
    .reduce((sum, path) => sum + readFileSync(path, 'latin1').split(WORDS).length - 1, 0);
}

describe('erasure in the embedded store', () => {
  it('leaves no copy of the details in any file, wherever pages were split and whatever was in the log', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    for (let batch = 0; batch < 30; batch++) {
      const text = `${WORDS} ${'x'.repeat(batch % 5 === 0 ? 9_000 : batch)}`;
      const details = { salt: new Uint8Array(16).fill(batch), text };
      // Chains out of order, so that pages are split in their middle.
      const chain = `chain-${(batch * 17) % 30}`;
      await store.events.append(eventChain(chain, 40, { actorId: 'anna', details }));
    }
    expect(occurrences(directory)).toBeGreaterThan(1_000);
    expect(await store.events.eraseDetails('anna')).toBe(1_200);
    expect(occurrences(directory)).toBe(0);
  });

  it('leaves no copy of reasons and tickets either', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const session = activeSession({ subjectId: 'anna', reason: `${WORDS} 1`, ticket: `${WORDS} 2` });
    await store.sessions.insert(session, 1);
    const ending = { status: 'REVOKED', endedAt: EPOCH, endedById: null, endReason: `${WORDS} 3` } as const;
    await store.sessions.end(session.id, ending, { by: 'claim', at: EPOCH });
    expect(occurrences(directory)).toBeGreaterThan(2);
    expect(await store.sessions.eraseDetails('anna')).toBe(1);
    expect(occurrences(directory)).toBe(0);
  });

  it('does not call itself done while another process reads from a log that still holds them; repeated, it is', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const details = { salt: new Uint8Array(16), text: WORDS };
    await store.events.append(eventChain('a', 3, { actorId: 'anna', details }));
    const reader = openFile(directory);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM impersonationEvents').raw().all([]);
    await expect(store.events.eraseDetails('anna')).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(occurrences(directory)).toBeGreaterThan(0);
    reader.exec('ROLLBACK');
    expect(await store.events.eraseDetails('anna')).toBe(0);
    expect(occurrences(directory)).toBe(0);
  });
});
