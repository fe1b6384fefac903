import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import type { Store } from '../../src/stores/index.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { type Death, openDyingWire } from './dying-wire.js';
import type { Settings } from './gateway-process.js';
import { type CommandExit, runCommand } from './run-command.js';
import { writeActiveSession, writeLives } from './written-lives.js';

/** A command of the program, and the state of the store that it is run on. */
export interface CommandCase {
  readonly name: string;
  /** Which trail it is run on: as it is; or an earlier copy, of which the anchors hold a newer seal. */
  readonly on: 'the trail' | 'an earlier copy';
  /** What comes before, undisturbed. */
  readonly prepare?: (place: Place) => Promise<void>;
  readonly argv: (place: Place) => Promise<readonly string[]>;
  /** What is wrong after it was broken off, one line each. */
  readonly brokenOff?: (place: Place) => Promise<readonly string[]>;
  /** What has to be true after it was broken off, and the same command was run again; what is not, one line each. */
  readonly settled: (again: CommandExit, place: Place) => Promise<readonly string[]>;
}

/** A database with a folder of its own beside it. */
export interface Place {
  readonly database: string;
  readonly folder: string;
  /** What occurred before may be pruned. */
  readonly before: string;
  readonly uri: string;
  readonly settings: Settings;
  withStore<T>(use: (store: Store) => Promise<T>): Promise<T>;
}

export interface DeathOutcome {
  readonly command: string;
  readonly death: Death;
  readonly faults: readonly string[];
}

export const ACTIVE_SESSION = 'session-9';
const WRITES = ['insert', 'update', 'delete', 'findAndModify'];
const COLLECTIONS = ['impersonationEvents', 'impersonationSessions', 'auditSeals', 'users'];

/** Databases to let commands die over, on one server. */
export class MongoDeaths {
  readonly #uri: string;
  readonly #client: MongoClient;
  readonly #names = `deaths_${process.pid}_${Date.now().toString(36)}`;
  #root = '';
  #before = '';
  #count = 0;

  constructor(uri: string) {
    this.#uri = uri;
    this.#client = new MongoClient(uri);
  }

  async prepare(): Promise<void> {
    this.#root = await mkdtemp(path.join(tmpdir(), 'mongo-deaths-'));
    const folder = path.join(this.#root, 'trail');
    await this.withStore('trail', async (store) => {
      this.#before = (await writeLives(store, folder)).before;
      const { seal } = await writeActiveSession(store, folder, ACTIVE_SESSION);
      await this.#copyDatabase('trail', 'earlier');
      await seal();
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  async withStore<T>(database: string, use: (store: Store) => Promise<T>): Promise<T> {
    const store = createMongoStore({ uri: this.#uri, database: this.#nameOf(database) });
    await store.open();
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  /** The names of the commands that the case sends to the server where nothing stops it. */
  async commandsOf({ on, prepare, argv }: CommandCase, writesAlone: boolean): Promise<readonly string[]> {
    const place = await this.place(on);
    await prepare?.(place);
    const wire = await openDyingWire(place.uri, null, countsOf(writesAlone));
    try {
      const exit = await runCommand(await argv(place), { ...place.settings, MONGODB_URI: wire.uri });
      if (exit.code !== 0) throw new Error(`it fails by itself: ${exit.stdout}${exit.stderr}`);
      return [...wire.commands];
    } finally {
      await wire.close();
    }
  }

  /** Lets the case die; then, over the same database and folder: the trail is verified, the case is run again, and the trail is verified. */
  async die(one: CommandCase, death: Death, writesAlone: boolean): Promise<DeathOutcome> {
    const { on, prepare, argv, brokenOff, settled } = one;
    const place = await this.place(on);
    await prepare?.(place);
    const faults: string[] = [];
    const wire = await openDyingWire(place.uri, death, countsOf(writesAlone));
    const acting = runCommand(await argv(place), { ...place.settings, MONGODB_URI: wire.uri });
    // A dead process does nothing any more. This one goes on, but reaches no database: nobody waits for it to give up.
    void acting.catch(() => undefined).finally(() => wire.close());
    const ended = await Promise.race([wire.dead.then(() => null), acting]);
    if (ended !== null) faults.push(`it came to its end before it died: ${ended.stdout}${ended.stderr}`);
    const command = wire.commands.at(-1) ?? 'nothing';

    const isDone = on === 'the trail';
    if (isDone) faults.push(...(await this.verified(place)).map((fault) => `broken off: ${fault}`));
    faults.push(...((await brokenOff?.(place)) ?? []).map((fault) => `broken off: ${fault}`));
    const again = await runCommand(await argv(place), place.settings);
    faults.push(...(await settled(again, place)));
    faults.push(...(await this.verified(place)).map((fault) => `run again: ${fault}`));
    return { command, death, faults };
  }

  async verified({ settings }: Place): Promise<readonly string[]> {
    const { code, stdout, stderr } = await runCommand(['audit', 'verify'], settings);
    return code === 0 && /\nHOLDS: /.test(stdout) ? [] : [`audit verify exits with ${code}: ${stdout}${stderr}`];
  }

  async place(on: CommandCase['on']): Promise<Place> {
    this.#count += 1;
    const database = `copy_${this.#count}`;
    const folder = path.join(this.#root, database);
    await this.#copyDatabase(on === 'the trail' ? 'trail' : 'earlier', database);
    await cp(path.join(this.#root, 'trail'), folder, { recursive: true });
    const settings = {
      DATA_DIR: folder,
      MONGODB_URI: this.#uri,
      MONGODB_DB: this.#nameOf(database),
      AUDIT_RETENTION_MIN_DAYS: '0',
    };
    const withStore: Place['withStore'] = (use) => this.withStore(database, use);
    return { database, folder, before: this.#before, uri: this.#uri, settings, withStore };
  }

  /** With its indexes: who opens the copy only looks at them. */
  async #copyDatabase(from: string, to: string): Promise<void> {
    await this.withStore(to, async () => undefined);
    const [source, target] = [from, to].map((name) => this.#client.db(this.#nameOf(name)));
    for (const name of COLLECTIONS) {
      // Numbers as they are, so that a projection keeps its type.
      const found = await source?.collection(name).find({}, { promoteValues: false }).toArray();
      if (found !== undefined && found.length > 0) await target?.collection(name).insertMany(found);
    }
  }

  #nameOf(database: string): string {
    return `${this.#names}_${database}`;
  }
}

/** At each of the commands, once before the server carries it out and once after. */
export function deathsAt(commands: readonly string[]): readonly Death[] {
  return commands.flatMap((_, index) => [false, true].map((isCarriedOut) => ({ at: index + 1, isCarriedOut })));
}

function countsOf(writesAlone: boolean) {
  return (command: object): boolean => !writesAlone || WRITES.includes(Object.keys(command)[0] ?? '');
}
