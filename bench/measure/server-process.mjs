import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned } from './pinning.mjs';

const HOST = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'servers', 'host.mjs');

const STOP_WITHIN_MS = 20_000;

/**
 * Starts a contender in its own process, pinned to the servers' core.
 * @param {string} file of servers/, without its ending
 */
export async function startServer(file, options, flags = []) {
  const [command, args] = pinned('server', process.execPath, [...flags, HOST, file]);
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const waiting = new Map();
  let said = '';
  let asked = 0;
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-4_000);
  });
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(answer);
    else reject(new Error(`${file}: ${error}`));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code}: ${said}`));
  });

  function ask(what, more = {}) {
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ id, do: what, ...more }, (error) => error && reject(error));
    });
  }

  const { port } = await ask('start', { options });
  return {
    port,
    pid: child.pid,
    ask,
    /** Resolves when the process is gone. */
    stop: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          child.kill('SIGKILL');
          reject(new Error(`${file} did not stop`));
        }, STOP_WITHIN_MS);
        child.once('exit', (code) => {
          clearTimeout(late);
          if (code === 0) resolve();
          else reject(new Error(`${file} ended with ${code}: ${said}`));
        });
        // Its answer may be overtaken by its end.
        ask('stop').catch(() => {});
      }),
    kill: () => child.kill('SIGKILL'),
  };
}
