// Loaded by `node --import` into a process, before anything of it: its wall clock then shows what stands in CLOCK_FILE, eight bytes that
// are read at every look, and stands still until somebody writes others. Timers and performance.now go on as they are.
import { openSync, readSync } from 'node:fs';

const file = openSync(process.env.CLOCK_FILE ?? '', 'r');
const shown = new Float64Array(1);

const now = () => {
  if (readSync(file, shown, 0, 8, 0) !== 8) throw new Error('CLOCK_FILE is not eight bytes long');
  return shown[0];
};

const RightDate = Date;
globalThis.Date = new Proxy(RightDate, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, made === globalThis.Date ? target : made),
  apply: () => new RightDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
