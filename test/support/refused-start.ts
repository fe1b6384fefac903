import { expect } from 'vitest';
import { type Exit, runGateway, type Settings } from './gateway-process.js';

/** Stands wherever a setting or a file could hold a secret; it must never be printed. */
export const SECRET = 'hunter2-s3cr3t';

/** Starts the gateway with these settings, which it must refuse: exit 1, a sentence, no stack, no secret. */
export async function refusedStart(folder: string, settings: Settings): Promise<Exit> {
  const exit = await runGateway([], { PORT: '0', DATA_DIR: folder, ...settings }, { cwd: folder });
  const printed = exit.stdout + exit.stderr;
  expect(exit.code, printed).toBe(1);
  expect(exit.stderr.trim()).not.toBe('');
  expect(exit.stderr).not.toMatch(/^\s+at /m);
  expect(printed).not.toContain(SECRET);
  expect(exit.stdout).not.toContain('listening');
  return exit;
}
