import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { type Acknowledged, loadUntilGone } from './acknowledged-load.js';
import {
  type Exit,
  runGateway,
  type Settings,
  startCommand,
  startGatewayProcess,
  temporaryFolder,
} from './gateway-process.js';
import { KILL_SETTINGS } from './kill-rounds.js';
import { seededRandom } from './seeded-random.js';

export interface KilledTogether {
  readonly rounds: number;
  readonly seed: number;
  /** The address of a MongoDB server; null: the embedded store. */
  readonly mongo: string | null;
  readonly say: (line: string) => void;
}

export interface KilledTogetherResult {
  readonly faults: readonly string[];
  /** How many commands died before their end, of those that were begun. */
  readonly died: number;
  readonly acknowledged: number;
}

interface Surroundings {
  readonly folder: string;
  readonly round: number;
  /** When the round began: what had occurred before may be pruned. */
  readonly before: string;
}

interface KilledCommand {
  readonly name: string;
  readonly argv: (surroundings: Surroundings) => Promise<readonly string[]>;
  /** What a repetition may say instead of being done, because the killed one has done it. */
  readonly done?: RegExp;
  /** Where it is asked anew each time, as for a folder that is not empty. */
  readonly again?: (surroundings: Surroundings) => Promise<readonly string[]>;
  readonly embeddedAlone?: boolean;
}

const KEYS = 'signing-key.EdDSA.jwks.json';
const EVERYTHING_MS = 120_000;

const COMMANDS: readonly KilledCommand[] = [
  {
    name: 'audit prune',
    argv: async ({ folder, round, before }) => [
      ...['audit', 'prune', '--before', before, '--export', archiveOf(folder, round), '--reason', 'yearly', '--yes'],
    ],
  },
  {
    name: 'audit erase',
    argv: async () => ['audit', 'erase', '--user', 'user_cleo', '--reason', 'request 17', '--yes'],
  },
  {
    name: 'audit hold --add',
    argv: async () => ['audit', 'hold', '--add', '--user', 'user_nobody', '--reason', 'case 7'],
  },
  { name: 'sessions end-all', argv: async () => ['sessions', 'end-all', '--reason', 'the end', '--yes'] },
  {
    name: 'keys rotate',
    argv: async ({ folder }) => ['keys', 'rotate', '--file', path.join(folder, KEYS), '--publish-seconds', '0'],
  },
  {
    name: 'keys retire',
    async argv({ folder, round }) {
      const { keys } = JSON.parse(await readFile(path.join(folder, KEYS), 'utf8')) as {
        keys: { kid?: string; d?: string }[];
      };
      const kid = keys.slice(1).find(({ d }) => d !== undefined)?.kid ?? 'none';
      const out = path.join(folder, `retired-${round}.jwks.json`);
      return ['keys', 'retire', '--file', path.join(folder, KEYS), '--kid', kid, '--out', out];
    },
    done: /private half is not there any more|There is no key "none"/,
  },
  {
    name: 'audit backup',
    embeddedAlone: true,
    argv: async ({ folder, round }) => ['audit', 'backup', '--out', path.join(folder, `backup-${round}`)],
    again: async ({ folder, round }) => ['audit', 'backup', '--out', path.join(folder, `backup-${round}-again`)],
  },
];

/**
 * So many times: a gateway under load and a command beside it, each killed (SIGKILL) at a random moment; then both are begun again. The
 * command comes to its end, the trail verifies with anchors and archives, what was acknowledged is in the store or in an archive, and no
 * session is active that was reported ended.
 */
export async function killedTogether({ rounds, seed, mongo, say }: KilledTogether): Promise<KilledTogetherResult> {
  const random = seededRandom(seed);
  const { path: folder, remove } = await temporaryFolder();
  const database = `killed_${process.pid}_${seed}`;
  const settings: Settings = {
    ...KILL_SETTINGS,
    DATA_DIR: folder,
    AUDIT_RETENTION_MIN_DAYS: '0',
    ...(mongo === null ? {} : { MONGODB_URI: mongo, MONGODB_DB: database }),
  };
  const openStore = (): Store =>
    mongo === null ? createEmbeddedStore({ directory: folder }) : createMongoStore({ uri: mongo, database });
  const commands = COMMANDS.filter(({ embeddedAlone }) => mongo === null || embeddedAlone !== true);
  const faults: string[] = [];
  let died = 0;
  let total = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const before = new Date(Date.now() - 1_000).toISOString();
      const surroundings = { folder, round, before };
      const command = commands[Math.floor(random() * commands.length)] as KilledCommand;
      const [lifeMs, commandMs] = [1_000 + random() * 1_500, 150 + random() * 900];
      const gateway = await startGatewayProcess(folder, settings);
      const load = loadUntilGone(gateway, { workers: 4, random });
      await pause(300);
      const argv = await command.argv(surroundings);
      const running = await startCommand(argv, settings);
      const [{ acknowledged, unexpected }, exit] = await Promise.all([
        load,
        running.exited,
        pause(commandMs).then(() => running.kill()),
        pause(lifeMs - 300).then(() => gateway.kill()),
      ]);
      if (exit.signal === 'SIGKILL') died += 1;
      total += acknowledged.length;
      const found = unexpected.map((answer) => `an answer nobody expected: ${answer}`);

      const next = await startGatewayProcess(folder, settings);
      const repeated = await runGateway(
        exit.code === 0 ? argv : await (command.again ?? (async () => argv))(surroundings),
        settings,
        {
          limitMs: EVERYTHING_MS,
        },
      );
      if (exit.signal === 'SIGKILL') found.push(...notDone(command, repeated));
      await next.kill();
      const archives = (await readdir(folder)).filter((name) => name.endsWith('.ndjson'));
      const verified = await runGateway(
        [
          'audit',
          'verify',
          '--max-unsealed-seconds',
          '3600',
          ...archives.flatMap((name) => ['--archive', path.join(folder, name)]),
        ],
        settings,
        { limitMs: EVERYTHING_MS },
      );
      if (verified.code !== 0)
        found.push(`audit verify exits with ${verified.code}: ${verified.stdout}${verified.stderr}`);
      if (verified.stdout.includes('PRUNED_EVENTS')) found.push('the archives do not hold all that was pruned');
      found.push(...(await missing(acknowledged, openStore(), folder, archives)));
      faults.push(...found.map((fault) => `round ${round}, ${command.name}: ${fault}`));
      const how = exit.signal === 'SIGKILL' ? 'killed' : `ended with ${exit.code}`;
      say(
        `round ${round}/${rounds}: ${command.name} ${how}, ${acknowledged.length} acknowledged, ${faults.length} faults so far`,
      );
      if (faults.length > 20) break;
    }
    return { faults, died, acknowledged: total };
  } finally {
    await remove();
  }
}

function notDone({ name, done }: KilledCommand, { code, stdout, stderr }: Exit): readonly string[] {
  return code === 0 || done?.test(stderr) === true ? [] : [`${name} run again exits with ${code}: ${stdout}${stderr}`];
}

function archiveOf(folder: string, round: number): string {
  return path.join(folder, `archive-${round}.ndjson`);
}

async function missing(
  acknowledged: readonly Acknowledged[],
  store: Store,
  folder: string,
  archives: readonly string[],
): Promise<readonly string[]> {
  const archived = (await Promise.all(archives.map((name) => readFile(path.join(folder, name), 'utf8')))).join('');
  const found: string[] = [];
  await store.open();
  try {
    for (const { type, requestId, sessionId } of acknowledged) {
      const { items } = await store.events.page({ requestId }, { limit: 9, direction: 'forward' });
      const times = items.filter((event) => event.type === type).length;
      if (times !== 1 && !archived.includes(requestId)) {
        found.push(`${type} of request ${requestId} was acknowledged and is there ${times} times`);
      }
      if (sessionId === null || (type !== 'IMPERSONATION_STOPPED' && type !== 'IMPERSONATION_REVOKED')) continue;
      const session = await store.sessions.get(sessionId);
      if (session === null || session.status === 'ACTIVE')
        found.push(`session ${sessionId} was reported ended and is not`);
    }
  } finally {
    await store.close();
  }
  return found;
}
