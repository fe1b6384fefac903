import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for everybody who reads /proc/stat. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that the living threads of a process have used; null where the system does not tell. */
export function cpuSeconds(pid) {
  if (pid === undefined) return null;
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map(
      (thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0],
    );
    return nanoseconds.reduce((sum, each) => sum + Number(each), 0) / 1e9;
  } catch {
    return null;
  }
}

/** Seconds that processes have used one core, and that the host took it away; null where the system does not tell. */
export function coreSeconds(core) {
  if (core === null) return null;
  try {
    const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'));
    const [user, nice, system, , , , , steal] = line[1].split(' ').map(Number);
    return (user + nice + system + steal) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

/** Resident memory in bytes; null where the system does not tell. */
export function residentBytes(pid) {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return kilobytes === null ? null : Number(kilobytes[1]) * 1_024;
  } catch {
    return null;
  }
}
