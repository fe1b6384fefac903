import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { freePort } from '../../examples/federation/demo/free-port.js';
import { type ServerProcess, startServerProcess, temporaryDirectory } from './mongo-peer-process.js';

/** What a test may need of a server beyond what the store itself needs. */
export type MongoAbility =
  | 'explain'
  | 'explain-or'
  | 'explain-distinct'
  | 'explain-sort'
  | 'explain-update'
  | 'explain-id-range'
  | 'explain-not'
  | 'one-number'
  | 'bson-symbol'
  | 'atomic-updates'
  | 'index-conflict'
  | 'authentication'
  | 'fail-points'
  | 'change-streams'
  | 'own-process'
  | 'durable';

/** A server the suite can run against, not started yet. */
export interface MongoPeerKind {
  readonly name: string;
  /** Ability → why the tests that need it are not run on this server. */
  readonly lacks: Readonly<Partial<Record<MongoAbility, string>>>;
  start(): Promise<MongoPeer>;
}

export interface MongoPeer {
  readonly name: string;
  readonly uri: string;
  /** SIGKILL; null where the server is not ours. */
  readonly kill: (() => Promise<void>) | null;
  /** Starts again, after a kill, on the same port and data. */
  readonly restart: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JONGODB = join(ROOT, 'test/peers/node_modules/@jongodb/memory-server-bin-linux-x64-gnu/bin/jongodb');
const SECANTUS = join(ROOT, '.peers/secantusdb');

const NO_TEST_COMMANDS = 'the server was not started with enableTestCommands=1';

/**
 * Every server that can be had here, the most faithful first: the one `MONGODB_URI` names, SecantusDB where
 * scripts/mongo-peer-install.mjs has put it, jongodb (which this installs where only the npm registry can be reached).
 */
export async function findMongoPeers(): Promise<MongoPeerKind[]> {
  const kinds: MongoPeerKind[] = [];
  const uri = process.env.MONGODB_URI;
  if (uri !== undefined && uri !== '') kinds.push(await namedServer(uri));
  if (existsSync(join(SECANTUS, 'installed.json'))) kinds.push(secantusdb());
  if (!existsSync(JONGODB)) await installJongodb();
  if (existsSync(JONGODB)) kinds.push(jongodb());
  if (kinds.length === 0) {
    console.error(
      '\n!!! NO MONGODB-COMPATIBLE SERVER: set MONGODB_URI or run scripts/mongo-peer-install.mjs. MONGODB TESTS ARE NOT RUN.\n',
    );
  }
  return kinds;
}

/** Starts the most faithful server there is and says which; null, after a loud line, where there is none. */
export async function startMongoPeer(): Promise<MongoPeer | null> {
  const [best] = await findMongoPeers();
  if (best === undefined) return null;
  console.log(`MongoDB tests run against ${best.name}`);
  return best.start();
}

async function namedServer(uri: string): Promise<MongoPeerKind> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    const { version } = await client.db('admin').command({ buildInfo: 1 });
    const testCommands = await client
      .db('admin')
      .command({ configureFailPoint: 'failCommand', mode: 'off' })
      .then(() => true)
      .catch(() => false);
    const { setName } = await client.db('admin').command({ hello: 1 });
    const name = `the server of MONGODB_URI (version ${String(version)})`;
    return {
      name,
      lacks: {
        ...(!testCommands && { 'fail-points': NO_TEST_COMMANDS }),
        ...(setName === undefined && { 'change-streams': 'it is not a member of a replica set' }),
        'own-process': 'the tests have not started it, so they do not kill it',
        durable: 'the tests have not started it, so they do not kill it',
      },
      start: async () => ({ name, uri, kill: null, restart: null, stop: async () => undefined }),
    };
  } finally {
    await client.close();
  }
}

function secantusdb(): MongoPeerKind {
  const { python } = JSON.parse(readFileSync(join(SECANTUS, 'installed.json'), 'utf8')) as { python: string };
  return ownServer({
    name: 'SecantusDB 0.7.0b3',
    lacks: {
      'explain-or': 'its planner uses no index for $or, nor for $in beside a range',
      'explain-distinct': 'its planner uses no index for distinct',
      'explain-sort': 'its planner never takes the order from an index below a range',
      'explain-update': 'it explains every update as a scan',
      'explain-id-range': 'its planner uses no index for a range of _id',
      'explain-not': 'its planner uses no index beside a negation',
      'bson-symbol': 'it stores a symbol as a string',
    },
    start: (port, directory) =>
      startServerProcess(
        python,
        [
          '-m',
          'secantus',
          '--host',
          '127.0.0.1',
          '--port',
          `${port}`,
          '--storage-path',
          join(directory, 'data'),
        ].concat(['--enable-test-commands', '--sync-on-commit', '--cache-size', '256M', '--log-level', 'ERROR']),
        { port, directory, env: { PYTHONPATH: join(SECANTUS, 'packages') } },
      ),
  });
}

function jongodb(): MongoPeerKind {
  const noExplain = 'it has no explain command';
  return ownServer({
    name: 'jongodb 0.1.6',
    lacks: {
      explain: noExplain,
      'change-streams': 'it has no change streams',
      'atomic-updates': 'over several connections its findAndModify lets more than one caller win',
      'one-number': 'it takes one number as an int and as a double for two ids',
      'index-conflict': 'it accepts an index of a name that exists with another definition',
      authentication: 'it knows no users',
      'fail-points': 'it has no fail points',
      durable: 'it keeps its data in memory alone',
    },
    start: (port, directory) =>
      startServerProcess(JONGODB, ['--host=127.0.0.1', `--port=${port}`], { port, directory }),
  });
}

function ownServer({
  name,
  lacks,
  start,
}: Pick<MongoPeerKind, 'name' | 'lacks'> & {
  start: (port: number, directory: string) => Promise<ServerProcess>;
}): MongoPeerKind {
  return {
    name,
    lacks,
    async start() {
      const port = await freePort();
      const { path, remove } = await temporaryDirectory();
      let server: ServerProcess = await start(port, path);
      return {
        name,
        // Over one connection even a server whose updates are not atomic carries them out one after the other.
        uri: `mongodb://127.0.0.1:${port}/${lacks['atomic-updates'] === undefined ? '' : '?maxPoolSize=1'}`,
        kill: () => server.kill(),
        async restart() {
          server = await start(port, path);
        },
        async stop() {
          await server.kill();
          await remove();
        },
      };
    },
  };
}

async function installJongodb(): Promise<void> {
  const script = join(ROOT, 'scripts/mongo-peer-install.mjs');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--npm-only']);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
}
