import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A server this process started. */
export interface ServerProcess {
  /** SIGKILL: what it has not made durable is lost. Resolves when it is gone. */
  kill(): Promise<void>;
}

interface ServerSetting {
  readonly port: number;
  /** Its working directory. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
}

const START_LIMIT_MS = 30_000;

/** Resolves once the server takes connections; rejects, with what it printed, where it ends or takes too long. */
export async function startServerProcess(
  command: string,
  args: readonly string[],
  { port, directory, env }: ServerSetting,
): Promise<ServerProcess> {
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-4_000);
    });
  }
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended (${code}) before it was ready:\n${printed}`)));
  });
  failed.catch(() => undefined);
  const watchdog = watchdogOf(child);
  const kill = async () => {
    await ended(child);
    watchdog?.kill('SIGKILL');
  };
  try {
    await Promise.race([accepting(port), failed]);
  } catch (error) {
    await kill();
    throw error;
  }
  return { kill };
}

/**
 * Ends the server when this process is gone, however it went: the pipe closes with it. A test run that is killed would leave its
 * servers behind otherwise.
 */
function watchdogOf({ pid }: ChildProcess): ChildProcess | null {
  if (pid === undefined) return null;
  const watchdog = spawn('sh', ['-c', 'cat >/dev/null; kill -9 "$0"', `${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => undefined);
  watchdog.unref();
  return watchdog;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function accepting(port: number): Promise<void> {
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await pause(25)) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
  }
  throw new Error(`the server took no connection on port ${port} within ${START_LIMIT_MS} ms`);
}

export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'mongo-peer-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
