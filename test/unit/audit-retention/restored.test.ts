import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRollBack, newestAnchored } from '../../../src/audit/seal/roll-back.js';
import { anchorFile, readGatewayKeys, verifyStore } from '../../../src/audit/verify/index.js';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import type { Store } from '../../../src/stores/index.js';
import { writingGateway } from '../../tampering/written-trail.js';
import { openSetting, type RetentionSetting } from './setting.js';

let setting: RetentionSetting;
let restored: Store;

/** A trail of three seals, and a copy of the store from when it had one. */
beforeEach(async () => {
  setting = await openSetting();
  const { clock, tell, store, folder } = setting;
  const writer = setting.writer();
  const seal = async () => {
    await writer.record(tell.read());
    clock.advance(5_000);
    await writer.sealer.seal();
  };
  await seal();
  const directory = path.join(folder, 'restored');
  restored = createEmbeddedStore({ directory });
  await restored.open();
  await restored.close();
  await writeFile(path.join(directory, 'gateway.db-wal'), '');
  const { rm } = await import('node:fs/promises');
  await rm(path.join(directory, 'gateway.db'));
  await store.copyTo?.(path.join(directory, 'gateway.db'));
  restored = createEmbeddedStore({ directory });
  await restored.open();
  await seal();
  await writer.record(tell.read());
  await writer.stop();
  clock.advance(60_000);
});

afterEach(async () => {
  await restored.close();
  await setting.close();
});

const goOn = () => {
  const { keyring, clock, anchors } = setting;
  return writingGateway({ store: restored, keyring, clock, anchors });
};
const verdict = () =>
  verifyStore(
    restored,
    { keys: readGatewayKeys(setting.keyring.publicJwks), anchors: [anchorFile(setting.anchors)] },
    { now: setting.clock.now() },
  );
const rollBack = async (store: Store) =>
  findRollBack(await newestAnchored(setting.anchors, setting.gateway), store.seals, setting.gateway);

describe('a store that is older than its anchor', () => {
  it('is told from one that is not', async () => {
    expect(await rollBack(setting.store)).toBeNull();
    expect(await rollBack(restored)).toMatchObject({ kind: 'EARLIER', anchored: { index: 2 }, newest: { index: 0 } });
  });

  it('is told by seals that the gateway signed alone: nobody stops a gateway by a line of his own', async () => {
    const lines = (await readFile(setting.anchors, 'utf8')).trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
    const forged = { ...last, index: 99, body: String(last.body).replace('"index":2', '"index":99') };
    await writeFile(setting.anchors, [...lines, JSON.stringify(forged), '{"index":', 'nothing'].join('\n'));
    expect((await newestAnchored(setting.anchors, setting.gateway))?.index).toBe(2);
    expect(await rollBack(setting.store)).toBeNull();
    expect(await newestAnchored(path.join(setting.folder, 'none.log'), setting.gateway)).toBeNull();
  });

  it('is faulty, and stays so where it is sealed on as if nothing had been', async () => {
    expect(Object.keys((await verdict()).counts)).toContain('ROLLED_BACK');
    const writer = goOn();
    await writer.record(setting.tell.read());
    await writer.stop();
    expect(Object.keys((await verdict()).counts)).toEqual(expect.arrayContaining(['ANCHOR_CONFLICT', 'ROLLED_BACK']));
  });

  it('holds once its loss is acknowledged, in the store and by its anchors alone, and later seals go on from there', async () => {
    const newest = await newestAnchored(setting.anchors, setting.gateway);
    if (newest === null) throw new Error('no anchor');
    const writer = goOn();
    await writer.record(setting.tell.read());
    writer.sealer.acknowledgeLost(newest);
    await writer.sealer.seal();
    expect((await restored.seals.latest())?.index).toBe(3);
    expect(await rollBack(restored)).toBeNull();
    await writer.record(setting.tell.read());
    await writer.stop();
    expect((await restored.seals.latest())?.index).toBe(4);
    expect(await verdict()).toMatchObject({ verdict: 'HOLDS', lostSeals: 2, limits: ['LOST_SEALS'] });
  });

  it('cannot be passed off as restored by a seal that the gateway did not sign', async () => {
    const [newest] = await setting.store.seals.from(2, 1);
    if (newest === undefined) throw new Error('no seal');
    const lost = { from: 1, to: 2, head: Buffer.from(newest.hash).toString('hex') };
    const body = newest.body.replace('"index":2', '"index":3').replace(/\}$/, `,"lost":${JSON.stringify(lost)}}`);
    await restored.seals.insert({ ...newest, index: 3, body });
    expect(await rollBack(restored)).toMatchObject({ kind: 'OTHER' });
    expect((await verdict()).verdict).toBe('FAULTY');
  });
});
