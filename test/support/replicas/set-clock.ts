import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../gateway-process.js';

const SET_CLOCK = fileURLToPath(new URL('set-clock.mjs', import.meta.url));

/** The wall clock of a process, which shows what it is told to, and stands still in between. */
export interface SetClock {
  /** What a process has to be started with for it to be its clock. */
  readonly settings: Settings;
  /** Milliseconds since the epoch. */
  now(): number;
  set(to: number): void;
}

/** @param file where it is kept; made anew. @param at what it shows first, milliseconds since the epoch */
export function createSetClock(file: string, at: number): SetClock {
  let shown = at;
  const set = (to: number) => {
    shown = to;
    // The file is never cut short meanwhile: a process may be reading it.
    writeFileSync(file, new Uint8Array(Float64Array.of(to).buffer), { flag: 'r+' });
  };
  writeFileSync(file, new Uint8Array(8));
  set(at);
  return { settings: { NODE_OPTIONS: `--import=${SET_CLOCK}`, CLOCK_FILE: file }, now: () => shown, set };
}
