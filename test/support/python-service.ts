import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type AskService, asker } from './example-service.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples', 'downstream', 'python');
/** Where scripts/python-example-install.mjs puts the packages; those of the system serve too. */
const PACKAGES = join(ROOT, '.peers', 'python-example', 'packages');
const ENVIRONMENT = {
  ...process.env,
  PYTHONPATH: [PACKAGES, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
  PYTHONDONTWRITEBYTECODE: '1',
};

/** Null where the Python example can run here; otherwise why not. */
export function whyNoPython(): string | null {
  const probe = 'import sys, jwt, cryptography; assert sys.version_info >= (3, 10)';
  const { status, error } = spawnSync('python3', ['-c', probe], { env: ENVIRONMENT, timeout: 20_000 });
  if (error !== undefined) return 'python3 was not found';
  return status === 0 ? null : 'PyJWT and cryptography are not installed (node scripts/python-example-install.mjs)';
}

export interface PythonService {
  readonly ask: AskService;
  stop(): Promise<void>;
}

/** The example service in Python, listening on a free port. @param jwks an address, or a file */
export async function startPythonService(issuer: string, audience: string, jwks: string): Promise<PythonService> {
  const args = ['service.py', '--issuer', issuer, '--audience', audience, '--jwks', jwks];
  const child = spawn('python3', args, { cwd: EXAMPLE, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const listening = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const line = await Promise.race([listening, exit.then(() => 'the Python service ended before it was ready')]);
  const url = /^listening on (\S+)$/.exec(line)?.[1];
  if (url === undefined) throw new Error(line);
  return {
    ask: asker(url),
    async stop() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
