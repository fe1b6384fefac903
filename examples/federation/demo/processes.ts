import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Asked } from '../service.js';

const HOST = '127.0.0.1';
const START = fileURLToPath(new URL('../start.js', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const START_LIMIT_MS = 30_000;

/** A process of this demonstration did not do what it was started for. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';
}

/** An example service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** What it says it was asked, and by whom as it verified. */
  readonly asked: readonly Asked[];
  /** At once, as a crash would: SIGKILL. */
  kill(): Promise<void>;
}

export interface GatewayProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one of the example services. @param port 0: a free one */
export async function startService(name: string, gatewayUrl: string, port = 0): Promise<ServiceProcess> {
  const environment = { GATEWAY_URL: gatewayUrl, [`${name.toUpperCase()}_PORT`]: String(port) };
  const child = launch([START, name], environment);
  const asked: Asked[] = [];
  const url = await listening(child, name, (line) => {
    const said = JSON.parse(line) as { readonly listening?: string; readonly asked?: Asked };
    if (said.asked !== undefined) asked.push(said.asked);
    return said.listening ?? null;
  });
  return { url, asked, kill: () => end(child, 'SIGKILL') };
}

/** Starts the gateway as operators do. */
export async function startGateway(
  port: number,
  dataDir: string,
  configFile: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  const environment = { HOST, PORT: String(port), DATA_DIR: dataDir, GATEWAY_CONFIG: configFile, ...variables };
  const child = launch([MAIN], environment);
  const url = await listening(
    child,
    'the gateway',
    (line) => / is listening on (\S+)\/graphql/.exec(line)?.[1] ?? null,
  );
  return { url, stop: () => end(child, 'SIGTERM') };
}

/** Has the stopped gateway's whole record checked. @returns what the check says, and whether it holds */
export async function verifyRecord(dataDir: string): Promise<{ readonly text: string; readonly holds: boolean }> {
  const child = launch([MAIN, 'audit', 'verify'], { DATA_DIR: dataDir });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [code] = await once(child, 'close');
  return { text, holds: code === 0 };
}

/** Nothing of the environment but what Node needs, so that no setting of the machine plays a part. */
function launch(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  // A demonstration that is interrupted leaves nothing behind.
  const lastResort = () => child.kill('SIGKILL');
  process.once('exit', lastResort);
  child.once('close', () => process.off('exit', lastResort));
  return child;
}

/** Reads what a process prints, for as long as it lives; resolves with what the first line that is one says of its address. */
async function listening(child: ChildProcess, name: string, read: (line: string) => string | null): Promise<string> {
  if (child.stdout === null) throw new ProcessError(`${name} cannot be heard`);
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new ProcessError(`${name} ${why}`));
    const late = setTimeout(() => fail('did not start in time'), START_LIMIT_MS);
    lines.on('line', (line) => {
      const url = read(line);
      if (url === null) return;
      clearTimeout(late);
      resolve(url);
    });
    child.once('close', (code) => {
      clearTimeout(late);
      fail(`ended (${code}) before it listened`);
    });
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'close');
}
