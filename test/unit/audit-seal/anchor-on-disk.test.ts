import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anchorLine, createFileAnchor } from '../../../src/audit/seal/anchor.js';
import type { StoredSeal } from '../../../src/domain/audit-seal.js';
import { powerCuts } from '../../support/power-cuts.js';

const seal = (index: number): StoredSeal => ({
  index,
  sealedAt: 0,
  previousHash: new Uint8Array(32),
  hash: new Uint8Array(32),
  body: `{"index":${index}}`,
  chains: [],
  kid: 'kid',
  algorithm: 'EdDSA',
  signature: new Uint8Array(64),
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'anchor-on-disk-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What is in the file after a power cut that leaves nothing but what was synced. */
async function leftOf(file: string, work: (file: string) => Promise<void>): Promise<string> {
  const scene = path.join(folder, 'scene');
  await mkdir(scene);
  const cuts = await powerCuts(scene, Math.random, () => work(path.join(scene, file)));
  const left = path.join(folder, 'left');
  cuts.findLast(({ kind }) => kind === 'least')?.leaveIn(left);
  return readFile(path.join(left, file), 'utf8');
}

describe('an anchor that was published is there after a power cut', () => {
  it('also the first, in a folder that was not there', async () => {
    const left = await leftOf('deep/down/anchors.log', (file) => createFileAnchor(file).publish(seal(0)));
    expect(left).toBe(`${anchorLine(seal(0))}\n`);
  });

  it('also where a folder that leads to it was made by a process that was killed before its name was on disk', async () => {
    const left = await leftOf('deep/down/anchors.log', async (file) => {
      await mkdir(path.join(file, '..', '..'));
      await createFileAnchor(file).publish(seal(0));
    });
    expect(left).toBe(`${anchorLine(seal(0))}\n`);
  });

  it('also where the file was made by a process that was killed before its name was on disk', async () => {
    const left = await leftOf('anchors.log', async (file) => {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(`${anchorLine(seal(0))}\n`);
      await handle.sync();
      await handle.close();
      await createFileAnchor(file).publish(seal(1));
    });
    expect(left).toBe(`${anchorLine(seal(0))}\n${anchorLine(seal(1))}\n`);
  });

  it('also where the file was taken away since the last, with its folder', async () => {
    const left = await leftOf('down/anchors.log', async (file) => {
      const anchor = createFileAnchor(file);
      await anchor.publish(seal(0));
      await rm(path.dirname(file), { recursive: true });
      await expect(anchor.publish(seal(1))).rejects.toThrow('ENOENT');
      await anchor.publish(seal(1));
    });
    expect(left).toBe(`${anchorLine(seal(1))}\n`);
  });
});
