import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Name } from '../../../examples/federation/addresses.js';
import { freshBuild, PROJECT_ROOT } from '../fresh-build.js';

const START = path.join(PROJECT_ROOT, 'dist/examples/federation/start.js');
const START_LIMIT_MS = 25_000;

/** An example service as its operators run it: the built program in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** @param port 0: a free one */
export async function startServiceProcess(
  name: Name,
  gateway: { readonly issuer: string; readonly jwks: string },
  port = 0,
): Promise<ServiceProcess> {
  await freshBuild();
  const child = spawn(process.execPath, [START, name], {
    env: {
      PATH: process.env.PATH,
      GATEWAY_URL: gateway.issuer,
      GATEWAY_JWKS: gateway.jwks,
      [`${name.toUpperCase()}_PORT`]: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Tests that are interrupted must leave no service behind.
  const lastResort = () => child.kill('SIGKILL');
  process.once('exit', lastResort);
  child.once('close', () => process.off('exit', lastResort));
  const url = await listening(child, name);
  return {
    url,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

async function listening(child: ChildProcess, name: string): Promise<string> {
  if (child.stdout === null) throw new Error(`${name} cannot be heard`);
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} did not start in time`)), START_LIMIT_MS);
    lines.on('line', (line) => {
      const { listening: url } = JSON.parse(line) as { readonly listening?: string };
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
    child.once('close', (code) => {
      clearTimeout(late);
      reject(new Error(`${name} ended (${code}) before it listened`));
    });
  });
}
