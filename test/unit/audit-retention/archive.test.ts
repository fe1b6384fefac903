import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasArchive, nameArchive, verifyArchive, writeArchive } from '../../../src/audit/retention/archive.js';
import { type PrunePlan, planPrune } from '../../../src/audit/retention/plan-prune.js';
import { anchorFile, readGatewayKeys, storedSeals } from '../../../src/audit/verify/index.js';
import { openSetting, type RetentionSetting } from './setting.js';

let setting: RetentionSetting;
let plan: PrunePlan;
let file: string;
const ignore = (): void => undefined;

beforeEach(async () => {
  setting = await openSetting();
  const { tell, clock, store, folder } = setting;
  for (const id of ['session-1', 'session-2']) {
    const writer = setting.writer();
    const session = tell.session(id);
    await writer.record(tell.start(session));
    await writer.record(tell.query(session));
    await writer.record(tell.stop(session));
    clock.advance(5_000);
    await writer.stop();
    clock.advance(5_000);
  }
  plan = await planPrune(clock.now(), { ...store, holds: [] });
  file = path.join(folder, 'archive.ndjson');
});

afterEach(() => setting.close());

const write = () => writeArchive(file, plan, setting.store.events, setting.clock.now(), ignore);
const trust = () => ({
  keys: readGatewayKeys(setting.keyring.publicJwks),
  anchors: [anchorFile(setting.anchors)],
  seals: storedSeals(setting.store.seals),
});

describe('an archive', () => {
  it('holds exactly what was planned, is verified from the disk, and gets its name last', async () => {
    const written = await write();
    expect(written.archive.events).toBe(6);
    await expect(readFile(file)).rejects.toThrow();
    await verifyArchive(written, plan, trust(), ignore);
    await nameArchive(written, file);
    const text = await readFile(file, 'utf8');
    expect(text.length).toBe(written.archive.bytes);
    await expect(readFile(written.part)).rejects.toThrow();
    expect(text.trimEnd().split('\n')).toHaveLength(7);
    await expect(write()).rejects.toThrow(/is not overwritten/);
  });

  it('is found by its record, also where a crash came before it got its name', async () => {
    const { archive } = await write();
    expect(await hasArchive(file, { ...archive, sha256: '00'.repeat(32) })).toBe(false);
    expect(await hasArchive(file, archive)).toBe(true);
    expect(await hasArchive(file, archive)).toBe(true);
    await writeFile(file, (await readFile(file, 'utf8')).replace('user_cleo', 'user_carl'));
    expect(await hasArchive(file, archive)).toBe(false);
    expect(await hasArchive(`${file}.other`, archive)).toBe(false);
  });

  it('is written by nobody else, and takes the place of no file that came meanwhile: prunings beside one another spoil nothing', async () => {
    const [one, other] = [await write(), await write()];
    await verifyArchive(one, plan, trust(), ignore);
    await verifyArchive(other, plan, trust(), ignore);
    await nameArchive(one, file);
    const text = await readFile(file, 'utf8');
    await expect(nameArchive(other, file)).rejects.toThrow(/is not overwritten/);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await hasArchive(file, one.archive)).toBe(true);
  });

  it('that is half written is none, under its name or before it has it', async () => {
    const { part, archive } = await write();
    const text = await readFile(part, 'utf8');
    for (const place of [part, file]) {
      await writeFile(part, text.slice(0, -1));
      if (place === file) await writeFile(file, text.slice(0, -1));
      expect(await hasArchive(file, archive)).toBe(false);
    }
    await expect(nameArchive({ part, archive }, `${file}.2`)).rejects.toThrow(/is not what was written/);
    expect(await readFile(part, 'utf8')).toBe(text.slice(0, -1));
  });

  it('holds nothing that was erased', async () => {
    await setting.store.events.eraseDetails('user_cleo');
    const written = await write();
    await verifyArchive(written, plan, trust(), ignore);
    expect(await readFile(written.part, 'utf8')).not.toContain('Case 4711');
  });

  it.each([
    [
      'bytes other than those written',
      (text: string) => text.replace('user_cleo', 'user_carl'),
      /is not what was written/,
    ],
    ['less than was planned', (text: string) => text.slice(text.indexOf('\n') + 1), /is not what was written/],
  ])('is refused with %s', async (_what, edit, refusal) => {
    const written = await write();
    await writeFile(written.part, edit(await readFile(written.part, 'utf8')));
    await expect(verifyArchive(written, plan, trust(), ignore)).rejects.toThrow(refusal);
  });

  it('is refused where it is another than was planned, though whole and signed', async () => {
    const written = await write();
    const [first, ...rest] = plan.ranges;
    if (first === undefined) throw new Error('nothing is planned');
    for (const other of [
      { ...plan, ranges: rest, events: 3 },
      { ...plan, ranges: [{ ...first, to: first.to + 1 }, ...rest] },
      { ...plan, ranges: [{ ...first, head: '00'.repeat(32) }, ...rest] },
      { ...plan, ranges: [{ ...first, previousHash: '00'.repeat(32) }, ...rest] },
    ]) {
      await expect(verifyArchive(written, other, trust(), ignore)).rejects.toThrow(/does not hold exactly/);
    }
  });

  it('is not written where an event of the plan is gone', async () => {
    const [range] = plan.ranges;
    await setting.store.events.prune({ chain: range?.chain ?? '', from: 1, to: 1 }, 1);
    await expect(write()).rejects.toThrow(/not as they were planned/);
  });
});
