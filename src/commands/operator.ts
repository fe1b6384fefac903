import { hostname, userInfo } from 'node:os';
import type { Config } from '../config/index.js';

/** The configuration with `gateway.instance` naming who runs a command, as the machine knows them, and on which: `user@host`. */
export function asOperator(config: Config): Config {
  return { ...config, instance: `${userName()}@${hostname()}` };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
