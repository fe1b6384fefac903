import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openKeyring } from '../app/open-keys.js';
import { createStoreOfGateways } from '../app/open-store.js';
import { RetentionError } from '../audit/retention/retention-error.js';
import type { Config } from '../config/index.js';
import { systemClock } from '../platform/clock.js';
import { makeFolder, syncFile, syncFolder } from '../platform/durable-files.js';
import type { Output } from './output.js';

export const AUDIT_BACKUP_USAGE = `Usage: impersonation-gateway audit backup --out DIR

  Copies the embedded store into a new folder, gateways running or not: the database as of one moment, the anchors, the
  public keys, and a manifest with the SHA-256 of each. No private key is among them. A MongoDB database is backed up with
  MongoDB's own tools: docs/backup.md.
`;

const ANCHORS = 'anchors.log';
const DATABASE = 'gateway.db';
const KEYS = 'jwks.json';
const MANIFEST = 'manifest.json';
const PART = '.part';

/**
 * `impersonation-gateway audit backup`. Resolves once all of it is on disk; the manifest is written last, so that a folder without
 * one is no backup.
 * @returns the exit code: 0 done, 2 nothing was done because of the options
 * @throws RetentionError where the store or the folder is not one for it
 */
export async function auditBackup(argv: readonly string[], configure: () => Config, output: Output): Promise<number> {
  const folder = readFolder(argv);
  if (typeof folder !== 'string') {
    output.stderr.write(`${folder.wrong}\n\n${AUDIT_BACKUP_USAGE}`);
    return 2;
  }
  const config = configure();
  const store = await createStoreOfGateways(config);
  if (store.copyTo === undefined) {
    throw new RetentionError(`A store of the kind ${store.kind} is backed up with its own tools: see docs/backup.md.`);
  }
  await makeFolder(folder, 0o700);
  if ((await readdir(folder)).length > 0) throw new RetentionError(`The folder ${folder} is not empty.`);
  const files = [DATABASE, KEYS];
  // The anchors first: what a seal in this copy covers is then in the copy of the database.
  if (existsSync(config.anchorFile)) {
    await copyFile(config.anchorFile, path.join(folder, ANCHORS));
    files.push(ANCHORS);
  }
  await store.open();
  try {
    await store.copyTo(path.join(folder, DATABASE));
  } finally {
    await store.close();
  }
  await writeFile(path.join(folder, KEYS), `${JSON.stringify((await openKeyring(config)).trailJwks)}\n`);
  const contents = await Promise.all(files.sort().map((name) => durableFile(folder, name)));
  const takenAt = new Date(systemClock.now()).toISOString();
  const manifest = { version: 1, takenAt, store: store.kind, files: contents };
  // Whole or not at all, and not before the names of all others are on disk, whatever a power cut takes.
  const draft = `${MANIFEST}${PART}`;
  await writeFile(path.join(folder, draft), `${JSON.stringify(manifest, null, 2)}\n`);
  await durableFile(folder, draft);
  await syncFolder(folder);
  await rename(path.join(folder, draft), path.join(folder, MANIFEST));
  await syncFolder(folder);
  for (const { name, bytes, sha256 } of contents) output.stdout.write(`${sha256}  ${name}  ${bytes} bytes\n`);
  output.stdout.write(`The backup is in ${folder}. Keep the private keys elsewhere.\n`);
  return 0;
}

function readFolder(argv: readonly string[]): string | { readonly wrong: string } {
  try {
    const { out } = parseArgs({ args: [...argv], options: { out: { type: 'string' } } }).values;
    return out === undefined || out === '' ? { wrong: '--out is missing.' } : out;
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'The options cannot be read.' };
  }
}

async function durableFile(folder: string, name: string) {
  const file = path.join(folder, name);
  await chmod(file, 0o600);
  await syncFile(file);
  const digest = createHash('sha256');
  for await (const piece of createReadStream(file)) digest.update(piece as Buffer);
  return { name, bytes: (await stat(file)).size, sha256: digest.digest('hex') };
}
