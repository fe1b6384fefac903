import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { loadKeyring, readOrCreateKeyFile } from '../../src/tokens/index.js';
import { StoryClock, storyDrafts, writingGateway } from '../tampering/written-trail.js';
import type { Settings } from './gateway-process.js';
import { powerCuts } from './power-cuts.js';
import { runCommand } from './run-command.js';
import { writeActiveSession, writeLives } from './written-lives.js';

/** Some work that a power cut comes upon. */
export interface PowerCutCase {
  readonly name: string;
  /** What is in the folder before; resolves to what the work and the look at what is left may need. */
  readonly prepare: (folder: string) => Promise<string>;
  readonly work: (folder: string, acknowledge: (what: string) => void, prepared: string) => Promise<unknown>;
  /** What is wrong with what is left, one line each. */
  readonly look: (folder: string, acknowledged: readonly string[], prepared: string) => Promise<readonly string[]>;
}

const dataIn = (folder: string): string => path.join(folder, 'deep', 'data');
const settingsOf = (folder: string): Settings => ({ DATA_DIR: dataIn(folder), AUDIT_RETENTION_MIN_DAYS: '0' });
const archiveIn = (folder: string): string => path.join(folder, 'archive.ndjson');
const backupIn = (folder: string): string => path.join(folder, 'backups', 'one');

/** What is written, by what is done with it. */
export const POWER_CUT_CASES: readonly PowerCutCase[] = [
  {
    name: 'a gateway that begins in no folder yet, records, seals and stops',
    prepare: async () => '',
    async work(folder, acknowledge) {
      const store = createEmbeddedStore({ directory: dataIn(folder) });
      await store.open();
      const keys = await readOrCreateKeyFile(path.join(dataIn(folder), 'signing-key.EdDSA.jwks.json'), 'EdDSA');
      const keyring = await loadKeyring(keys, { algorithm: 'EdDSA' });
      const clock = new StoryClock(Date.now());
      const tell = storyDrafts(clock);
      const writer = writingGateway({ store, keyring, clock, anchors: path.join(dataIn(folder), 'anchors.log') });
      const session = tell.session('session-1');
      for (const draft of [tell.start(session), tell.query(session), tell.stop(session)]) {
        await writer.record(draft);
        acknowledge('an event');
        if (draft.type !== 'IMPERSONATION_STARTED' && (await writer.sealer.seal())) acknowledge('a seal');
        clock.advance(1_000);
      }
      await writer.stop();
      acknowledge('a seal');
      await store.close();
    },
    async look(folder, acknowledged) {
      const [events, seals] = ['an event', 'a seal'].map((one) => acknowledged.filter((what) => what === one).length);
      if (!existsSync(dataIn(folder))) return acknowledged.length === 0 ? [] : ['the folder is gone'];
      if (acknowledged.length === 0) return [];
      const found = await withStore(folder, async (store) => ({
        events: (await store.events.page({}, { limit: 99, direction: 'forward' })).items.length,
        newest: (await store.seals.latest())?.index ?? -1,
      }));
      return [
        ...(found.events >= (events ?? 0) ? [] : [`${events} events were acknowledged, and ${found.events} are there`]),
        ...(found.newest + 1 >= (seals ?? 0) ? [] : [`${seals} seals were made, the newest there is ${found.newest}`]),
        ...((seals ?? 0) <= anchoredIn(folder) ? [] : [`${seals} seals were anchored, ${anchoredIn(folder)} are`]),
        ...(await verified(folder)),
        ...(await writes(folder)),
      ];
    },
  },
  {
    name: 'audit backup',
    prepare: async (folder) => livesIn(folder),
    async work(folder, acknowledge) {
      const { code } = await runCommand(['audit', 'backup', '--out', backupIn(folder)], settingsOf(folder));
      if (code === 0) acknowledge('the backup');
    },
    async look(folder, acknowledged) {
      const manifest = path.join(backupIn(folder), 'manifest.json');
      if (!existsSync(manifest)) return acknowledged.length === 0 ? [] : ['the backup has no manifest'];
      const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: { name: string; sha256: string }[] };
      return files.flatMap(({ name, sha256 }) => {
        const file = path.join(backupIn(folder), name);
        const digest = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'gone';
        return digest === sha256 ? [] : [`${name} of the backup is ${digest}`];
      });
    },
  },
  {
    name: 'audit prune',
    prepare: async (folder) => livesIn(folder),
    async work(folder, acknowledge, before) {
      if ((await prune(folder, before)).code === 0) acknowledge('the pruning');
    },
    async look(folder, acknowledged, before) {
      const left = await oldEvents(folder, before);
      const faults = acknowledged.length > 0 && left > 0 ? [`${left} events are there that were pruned`] : [];
      // Where it was cut off before its record, a file that has the name already is left as it is.
      const again = await prune(folder, before);
      if (again.code !== 0) faults.push(`run again: ${again.stderr}`);
      const joined = await runCommand(['audit', 'verify', '--archive', archiveIn(folder)], settingsOf(folder));
      if (!/\nHOLDS: /.test(joined.stdout) || joined.stdout.includes('PRUNED_EVENTS')) {
        faults.push(`with its archive: ${joined.stdout}${joined.stderr}`);
      }
      return faults;
    },
  },
  {
    name: 'audit restored',
    async prepare(folder) {
      const data = dataIn(folder);
      mkdirSync(data, { recursive: true });
      const store = createEmbeddedStore({ directory: data });
      await store.open();
      await writeLives(store, data);
      const { seal } = await writeActiveSession(store, data, 'session-9');
      const earlier = path.join(folder, 'earlier.db');
      await store.copyTo?.(earlier);
      await seal();
      await store.close();
      for (const name of ['gateway.db', 'gateway.db-wal', 'gateway.db-shm'])
        rmSync(path.join(data, name), { force: true });
      renameSync(earlier, path.join(data, 'gateway.db'));
      return '';
    },
    async work(folder, acknowledge) {
      const { code } = await runCommand(['audit', 'restored', '--reason', 'disk failure', '--yes'], settingsOf(folder));
      if (code === 0) acknowledge('the restore');
    },
    async look(folder, acknowledged) {
      if (acknowledged.length === 0) {
        await runCommand(['audit', 'restored', '--reason', 'disk failure', '--yes'], settingsOf(folder));
      }
      const session = await withStore(folder, ({ sessions }) => sessions.get('session-9'));
      const ended = session?.status === 'REVOKED' ? [] : [`the session is ${session?.status}`];
      return [...ended, ...(await writes(folder)), ...(await verified(folder))];
    },
  },
];

/**
 * Lets a case be done, and looks at what power cuts leave of it.
 * @param most so many of the moments are looked at, by lot, and always the last ones
 */
export async function lookAtPowerCuts(
  { prepare, work, look }: PowerCutCase,
  folder: string,
  random: () => number,
  most: number,
): Promise<{ readonly cuts: number; readonly faults: readonly string[] }> {
  const scene = path.join(folder, 'scene');
  mkdirSync(scene, { recursive: true });
  const prepared = await prepare(scene);
  const cuts = await powerCuts(scene, random, (acknowledge) => work(scene, acknowledge, prepared));
  const chosen = cuts.filter((_, at) => at >= cuts.length - 2 || random() < most / cuts.length);
  const faults: string[] = [];
  for (const [at, cut] of chosen.entries()) {
    const left = path.join(folder, `left-${at}`);
    cut.leaveIn(left);
    const found = await look(left, cut.acknowledged, prepared).catch((error: unknown) => [String(error)]);
    faults.push(...found.map((fault) => `${cut.kind} is left, ${cut.acknowledged.length} acknowledged: ${fault}`));
    rmSync(left, { recursive: true });
  }
  return { cuts: chosen.length, faults };
}

async function livesIn(folder: string): Promise<string> {
  const made = path.join(folder, 'made');
  mkdirSync(made, { recursive: true });
  const store = createEmbeddedStore({ directory: made });
  await store.open();
  const { before } = await writeLives(store, made);
  mkdirSync(dataIn(folder), { recursive: true });
  await store.copyTo?.(path.join(dataIn(folder), 'gateway.db'));
  await store.close();
  for (const name of readdirSync(made)) {
    if (!name.startsWith('gateway.db')) cpSync(path.join(made, name), path.join(dataIn(folder), name));
  }
  rmSync(made, { recursive: true });
  return before;
}

function prune(folder: string, before: string) {
  const what = ['--before', before, '--export', archiveIn(folder), '--reason', 'yearly', '--yes'];
  return runCommand(['audit', 'prune', ...what], settingsOf(folder));
}

async function withStore<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = createEmbeddedStore({ directory: dataIn(folder) });
  await store.open();
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function oldEvents(folder: string, before: string): Promise<number> {
  const page = await withStore(folder, ({ events }) =>
    events.page({ occurredBefore: Date.parse(before) }, { limit: 99, direction: 'forward' }),
  );
  return page.items.filter(({ type }) => type !== 'AUDIT_READ').length;
}

function anchoredIn(folder: string): number {
  const file = path.join(dataIn(folder), 'anchors.log');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(isWhole).length : 0;
}

function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

async function verified(folder: string): Promise<readonly string[]> {
  const { stdout, stderr } = await runCommand(['audit', 'verify'], settingsOf(folder));
  return /(^|\n)HOLDS: /.test(stdout) ? [] : [`audit verify: ${stdout}${stderr}`];
}

/** No command that writes is refused. */
async function writes(folder: string): Promise<readonly string[]> {
  const { code, stderr } = await runCommand(['audit', 'hold', '--list'], settingsOf(folder));
  return code === 0 ? [] : [`audit hold: ${stderr}`];
}
