import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { spread } from '../report/statistics.mjs';

const TIMES = 100;

/** Milliseconds until 4 KiB are safely on the disk of the folder: the floor of every durable answer. */
export function fsyncMilliseconds(folder) {
  const file = path.join(folder, 'fsync');
  const descriptor = openSync(file, 'w');
  const bytes = Buffer.alloc(4_096, 1);
  const times = [];
  for (let time = 0; time < TIMES; time += 1) {
    const begun = performance.now();
    writeSync(descriptor, bytes, 0, bytes.length, time * bytes.length);
    fdatasyncSync(descriptor);
    times.push(performance.now() - begun);
  }
  closeSync(descriptor);
  rmSync(file);
  return spread(times);
}
