import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Answer, ask } from './ask.js';
import { freshBuild, PROJECT_ROOT } from './fresh-build.js';
import { keepOutput, notePrivateKeysIn, noteSecret } from './record.js';

const MAIN = path.join(PROJECT_ROOT, 'dist/src/main.js');
const START_LIMIT_MS = 25_000;
const STOP_LIMIT_MS = 12_000;

/** How a process ended. `code` is null where a signal ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the moment the process was spawned, or a signal was sent by `stop`, to its end. */
  readonly afterMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A gateway as operators run it: the built program in a process of its own. */
export interface GatewayProcess {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  /** Everything it has printed so far. */
  printed(): { readonly stdout: string; readonly stderr: string };
  /**
   * What the pattern's group stands for, once it is printed: the greeting, the log and standard error reach a reader in any order.
   * @throws Error where it ends, or the time of a start passes, without it
   */
  said(on: 'stdout' | 'stderr', pattern: RegExp): Promise<string>;
  /** A session token by way of `POST /dev/session`. */
  signIn(userId: string): Promise<string>;
  graphql<T = Record<string, unknown>>(
    token: string | null,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** SIGTERM; resolves when it is gone. Its folder stays. */
  stop(): Promise<Exit>;
  /** SIGKILL: what it has not made durable is lost. Its folder stays. */
  kill(): Promise<Exit>;
}

export type Settings = Readonly<Record<string, string>>;

interface Spawned {
  readonly child: ChildProcess;
  readonly printed: { stdout: string; stderr: string };
  readonly exited: Promise<Exit>;
}

/** Nothing of the test's own environment but what Node needs, so that no setting of the machine plays a part. */
function spawnMain(args: readonly string[], environment: Settings, cwd: string): Spawned {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  // Tests that are interrupted must leave no gateway behind.
  const lastResort = () => child.kill('SIGKILL');
  process.once('exit', lastResort);
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    process.removeListener('exit', lastResort);
    keep(args, environment, printed);
    return { code, signal, afterMs: performance.now() - startedAt, ...printed };
  });
  return { child, printed, exited };
}

/** What was printed, without what its caller was meant to get. */
function keep(args: readonly string[], environment: Settings, printed: Spawned['printed']): void {
  const [command = 'serve', what = ''] = args;
  const isMeant = command === 'token' || (command === 'keys' && what === 'generate' && !args.includes('--out'));
  if (isMeant) noteSecret('token', printed.stdout.trim());
  else keepOutput(`${command}-out`, printed.stdout.replaceAll(/TOKEN='([^']+)'/g, meantForWhoeverStarts));
  keepOutput(`${command}-err`, printed.stderr);
  notePrivateKeysIn(environment.DATA_DIR ?? '');
  noteSecret('password', /:\/\/[^/:@]+:([^/@]+)@/.exec(environment.MONGODB_URI ?? '')?.[1]);
}

/** A start in development greets with a token to be pasted. */
function meantForWhoeverStarts(_: string, token: string): string {
  noteSecret('token', token);
  return 'TOKEN=(left out)';
}

/** Runs the program to its end, e.g. a command or a start that must fail; it is killed, and the test failed, after `limitMs`. */
export async function runGateway(
  args: readonly string[],
  environment: Settings = {},
  { cwd = tmpdir(), limitMs = 20_000 }: { readonly cwd?: string; readonly limitMs?: number } = {},
): Promise<Exit> {
  await freshBuild();
  const { child, exited } = spawnMain(args, environment, cwd);
  const late = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const exit = await exited;
  clearTimeout(late);
  if (exit.code === null) {
    throw new Error(`the program did not end within ${limitMs} ms:\n${exit.stdout}${exit.stderr}`);
  }
  return exit;
}

/** A command of the program under way. */
export interface RunningCommand {
  readonly exited: Promise<Exit>;
  /** SIGKILL, where it has not come to its end. */
  kill(): void;
}

/** Starts a command of the program in a process of its own. */
export async function startCommand(args: readonly string[], environment: Settings): Promise<RunningCommand> {
  await freshBuild();
  const { child, exited } = spawnMain(args, environment, tmpdir());
  return { exited, kill: () => void child.kill('SIGKILL') };
}

/** A folder of its own for a gateway's data. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gateway-e2e-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Starts the gateway on a free port, with its data in `directory`; resolves once it says where it listens.
 * @throws Error with what it printed where it ends before that, or takes too long
 */
export async function startGatewayProcess(directory: string, environment: Settings = {}): Promise<GatewayProcess> {
  await freshBuild();
  const { child, printed, exited } = spawnMain([], { PORT: '0', DATA_DIR: directory, ...environment }, directory);
  const said = (on: 'stdout' | 'stderr', pattern: RegExp) =>
    Promise.race([
      whenSaid(child, printed, on, pattern),
      exited.then((exit) => {
        throw new Error(`the gateway ended (${exit.code}) before it said ${pattern}:\n${exit.stdout}${exit.stderr}`);
      }),
    ]);
  const url = await said('stdout', /is listening on (http:\/\/\S+)\/graphql/);

  async function end(signal: NodeJS.Signals): Promise<Exit> {
    const sentAt = performance.now();
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    const exit = await exited;
    clearTimeout(late);
    return { ...exit, afterMs: performance.now() - sentAt };
  }

  return {
    url,
    pid: child.pid ?? 0,
    directory,
    printed: () => ({ ...printed }),
    said,
    graphql: (token, query, variables, headers) => ask(`${url}/graphql`, token, query, variables, headers),
    signIn: (userId) => signInAt(url, userId),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** A session token of a gateway's development issuer. */
export async function signInAt(url: string, userId: string): Promise<string> {
  const response = await fetch(`${url}/dev/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  const body = (await response.json()) as { token?: string };
  if (body.token === undefined) throw new Error(`${userId} could not sign in: ${response.status}`);
  noteSecret('token', body.token);
  return body.token;
}

/** Never resolves where the process ends before: how it ended is told by `exited`. */
async function whenSaid(
  child: ChildProcess,
  printed: Readonly<Record<'stdout' | 'stderr', string>>,
  on: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<string> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    const said = pattern.exec(printed[on])?.[1];
    if (said !== undefined) return said;
    const stream = child[on];
    if (stream === null || child.exitCode !== null) return new Promise<never>(() => undefined);
    await once(stream, 'data', { signal: limit });
  }
}
