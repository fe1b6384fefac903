import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

const CORES = { server: '0', load: '1' };

/** Whether server and load generator can be kept on cores of their own. */
export const canPin = cpus().length >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The core that only a server under measurement should use; null: none is set aside. */
export const serverCore = canPin ? CORES.server : null;

/** The command line that runs on the given side's core. */
export function pinned(side, command, args) {
  return canPin ? ['taskset', ['-c', CORES[side], command, ...args]] : [command, args];
}

/** Puts this process, all its threads, on the load generator's core. */
export function pinThisProcess() {
  if (!canPin) return false;
  return spawnSync('taskset', ['-a', '-p', '-c', CORES.load, String(process.pid)]).status === 0;
}
