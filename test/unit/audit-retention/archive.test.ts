import fs from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hasArchive, nameArchive, verifyArchive, writeArchive } from '../../../src/audit/retention/archive.js';
import { type PrunePlan, planPrune } from '../../../src/audit/retention/plan-prune.js';
import { anchorFile, readGatewayKeys, storedSeals } from '../../../src/audit/verify/index.js';
import { powerCuts } from '../../support/power-cuts.js';
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

  it('holds a range of one event, and nothing of what follows a range in its chain', async () => {
    const [one, other] = plan.ranges;
    if (one === undefined || other === undefined) throw new Error('two ranges are planned');
    const hashOf = async (chain: string, sequence: number) =>
      Buffer.from((await setting.store.events.chain(chain, sequence, 1))[0]?.hash ?? []).toString('hex');
    const ranges = [
      { ...one, to: 0, head: await hashOf(one.chain, 0) },
      { ...other, to: 1, head: await hashOf(other.chain, 1) },
    ];
    const smaller = { ...plan, ranges, events: 3 };
    const written = await writeArchive(file, smaller, setting.store.events, setting.clock.now(), ignore);
    const lines = (await readFile(written.part, 'utf8')).trimEnd().split('\n').slice(0, -1);
    const places = lines.map((line) => JSON.parse(line) as { chain: string; sequence: number });
    expect(places.map(({ chain, sequence }) => [chain, sequence])).toEqual([
      [one.chain, 0],
      [other.chain, 0],
      [other.chain, 1],
    ]);
  });
});

/** A file system that knows no links, as many of those for archives: what is copied there may be cut off. */
function withoutLinks(copyFile: typeof fs.promises.copyFile = fs.promises.copyFile): void {
  const { promises } = fs;
  const original = { link: promises.link, copyFile: promises.copyFile };
  promises.link = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'ENOTSUP' }));
  promises.copyFile = copyFile;
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(promises, original);
    syncBuiltinESMExports();
  });
}

describe('an archive where the file system knows no links', () => {
  it('is copied to its name, and only the name is left', async () => {
    const written = await write();
    withoutLinks();
    await nameArchive(written, file);
    expect((await readFile(file)).length).toBe(written.archive.bytes);
    expect((await readdir(setting.folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(await hasArchive(file, written.archive)).toBe(true);
  });

  it('takes the place of no file that has its name', async () => {
    const written = await write();
    withoutLinks();
    await writeFile(file, 'the only copy of something else');
    await expect(nameArchive(written, file)).rejects.toThrow(/exists and is not overwritten/);
    expect(await readFile(file, 'utf8')).toBe('the only copy of something else');
    expect((await readFile(written.part)).length).toBe(written.archive.bytes);
  });

  it('is on disk under its name before it loses the other, whatever a power cut leaves', async () => {
    withoutLinks();
    const archives = path.join(setting.folder, 'archives');
    await mkdir(archives);
    const name = path.join(archives, 'archive.ndjson');
    const cuts = await powerCuts(
      archives,
      () => 0.4,
      async () => nameArchive(await writeArchive(name, plan, setting.store.events, setting.clock.now(), ignore), name),
    );
    const text = await readFile(name, 'utf8');
    const found: number[] = [];
    for (const [at, cut] of cuts.entries()) {
      const left = path.join(setting.folder, `left-${at}`);
      cut.leaveIn(left);
      const whole = [];
      for (const each of await readdir(left)) whole.push((await readFile(path.join(left, each), 'utf8')) === text);
      found.push(whole.filter(Boolean).length);
    }
    // Once it was there it never goes; at the end it is under its name, with nothing beside it.
    const first = found.findIndex((one, at) => one > 0 && cuts[at]?.kind === 'least');
    expect(first).toBeGreaterThan(0);
    expect(found.slice(first).filter((one) => one === 0)).toEqual([]);
    const last = path.join(setting.folder, 'last');
    cuts.findLast(({ kind }) => kind === 'least')?.leaveIn(last);
    expect(await readFile(path.join(last, 'archive.ndjson'), 'utf8')).toBe(text);
  });

  it('says why where it cannot be copied', async () => {
    const written = await write();
    withoutLinks(() => Promise.reject(Object.assign(new Error('no space is left'), { code: 'ENOSPC' })));
    await expect(nameArchive(written, file)).rejects.toThrow('no space is left');
    expect(await hasArchive(written.part, written.archive)).toBe(true);
  });

  it('of which a crash has left half a copy under its name is named by its part, which is told, and nothing is overwritten', async () => {
    const written = await write();
    const text = await readFile(written.part, 'utf8');
    const half = text.slice(0, text.length / 2);
    withoutLinks(async (from, to) => {
      await writeFile(String(to), half);
      throw new Error(`killed while ${String(from)} was copied`);
    });
    await expect(nameArchive(written, file)).rejects.toThrow(/killed/);

    const refused = `The archive is ${written.part}: another file has the name ${file}. Name the former with --export.`;
    await expect(hasArchive(file, written.archive)).rejects.toThrow(refused);
    expect(await readFile(file, 'utf8')).toBe(half);
    expect(await hasArchive(written.part, written.archive)).toBe(true);
    expect(await readFile(written.part, 'utf8')).toBe(text);
  });

  it('is not given up for a part that is not whole: what is on record stays to be found elsewhere', async () => {
    const written = await write();
    withoutLinks(async (_from, to) => writeFile(String(to), 'half'));
    await expect(nameArchive(written, file)).rejects.toThrow(/is not what was written/);
    expect((await readFile(written.part)).length).toBe(written.archive.bytes);
  });
});
