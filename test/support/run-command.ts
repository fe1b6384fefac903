import { audit } from '../../src/commands/audit.js';
import { sessions } from '../../src/commands/sessions.js';
import { readConfig } from '../../src/config/index.js';
import type { Settings } from './gateway-process.js';

/** How a command ended, and what it printed. */
export interface CommandExit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the program in this process: as `main.ts` does, without the second that a process takes to start. */
export async function runCommand([name, ...args]: readonly string[], settings: Settings): Promise<CommandExit> {
  const printed = { stdout: '', stderr: '' };
  const stream = (which: 'stdout' | 'stderr') => ({
    write(text: string, done?: (error?: Error | null) => void) {
      printed[which] += text;
      done?.();
      return true;
    },
  });
  const output = { stdout: stream('stdout'), stderr: stream('stderr') };
  const configure = () => readConfig(settings);
  try {
    const code = name === 'sessions' ? await sessions(args, configure, output) : await audit(args, configure, output);
    return { code, ...printed };
  } catch (error) {
    return {
      code: 1,
      ...printed,
      stderr: `${printed.stderr}${error instanceof Error ? error.message : String(error)}\n`,
    };
  }
}
