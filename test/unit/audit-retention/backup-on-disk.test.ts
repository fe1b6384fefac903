import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import { powerCuts } from '../../support/power-cuts.js';
import { runCommand } from '../../support/run-command.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'backup-on-disk-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What is wrong with a backup that a power cut has left; nothing where it does not call itself one. */
function faultsOf(backup: string): readonly string[] {
  const manifest = path.join(backup, 'manifest.json');
  if (!existsSync(manifest)) return [];
  const text = readFileSync(manifest, 'utf8');
  if (!text.endsWith('}\n')) return [`half a manifest of ${text.length} characters`];
  const { files } = JSON.parse(text) as { files: { name: string; bytes: number; sha256: string }[] };
  return files
    .filter(({ name, bytes, sha256 }) => {
      const file = path.join(backup, name);
      const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      return content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256;
    })
    .map(({ name }) => `${name} is not what the manifest says`);
}

// With 0.4 all that was not synced is left, and the last part of each file torn; with 0.9 nothing of it.
it.each([0.4, 0.9])(
  'a backup that has a manifest is whole, at whatever moment the power is cut (%d)',
  async (number) => {
    const data = path.join(folder, 'data');
    const store = createEmbeddedStore({ directory: data });
    await store.open();
    await store.close();
    const scene = path.join(folder, 'scene');
    await mkdir(scene);
    const cuts = await powerCuts(
      scene,
      () => number,
      async (acknowledge) => {
        const exit = await runCommand(['audit', 'backup', '--out', path.join(scene, 'new', 'backup')], {
          DATA_DIR: data,
        });
        if (exit.code === 0) acknowledge('the backup');
      },
    );
    const faults = cuts.flatMap((cut, at) => {
      const left = path.join(folder, `left-${at}`);
      cut.leaveIn(left);
      const backup = path.join(left, 'new', 'backup');
      const isMissing = cut.acknowledged.length > 0 && !existsSync(path.join(backup, 'manifest.json'));
      return [...faultsOf(backup), ...(isMissing ? ['the backup was acknowledged, and has no manifest'] : [])];
    });
    expect(faults).toEqual([]);
    expect(cuts.at(-1)?.acknowledged).toEqual(['the backup']);
  },
);
