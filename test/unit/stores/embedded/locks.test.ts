import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { createEmbeddedStore } from '../../../../src/stores/embedded/index.js';
import { PROJECT_ROOT } from '../../../support/fresh-build.js';
import { temporaryFolder } from '../../../support/gateway-process.js';

/** Opens the database in a process of its own and closes it, with nothing left behind that would keep it open. */
const OPEN_AND_CLOSE = `
  import Database from 'libsql';
  const database = new Database(process.argv[1], { timeout: 1000 });
  database.exec('BEGIN IMMEDIATE');
  database.exec('COMMIT');
  database.close();
`;

it('opening the store again in one process leaves the first its locks: another process does not take the log away under it', async () => {
  const folder = await temporaryFolder();
  onTestFinished(() => folder.remove());
  const file = `${folder.path}/gateway.db`;
  const first = createEmbeddedStore({ directory: folder.path });
  await first.open();
  onTestFinished(() => first.close());
  const second = createEmbeddedStore({ directory: folder.path });
  await second.open();
  await second.close();
  const log = statSync(`${file}-wal`).ino;

  const other = spawnSync(process.execPath, ['--input-type=module', '-e', OPEN_AND_CLOSE, file], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  expect([other.status, other.stderr]).toEqual([0, '']);
  // Whoever closes as the last removes it. What the first went on writing would be in no file that anybody finds, or in the wrong one.
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.ino).toBe(log);
});
