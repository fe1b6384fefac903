import { serverCore } from '../measure/pinning.mjs';
import { coreSeconds, cpuSeconds } from './cpu-time.mjs';

/** Begins to watch who uses the processor. Call what it returns for the figures. */
export function watchUsage(pid) {
  const begun = performance.now();
  const serverBefore = cpuSeconds(pid);
  const coreBefore = coreSeconds(serverCore);
  const ownBefore = process.cpuUsage();

  return (answers) => {
    const elapsed = (performance.now() - begun) / 1_000;
    const own = process.cpuUsage(ownBefore);
    const used = difference(cpuSeconds(pid), serverBefore);
    const core = difference(coreSeconds(serverCore), coreBefore);
    return {
      seconds: elapsed,
      perSecond: answers / elapsed,
      cpuMicroseconds: used === null ? null : (used / answers) * 1e6,
      // Near 1 the generator is the limit, and the server may be faster than it looks.
      generatorShare: (own.user + own.system) / 1e6 / elapsed,
      // What other processes took of the server's core.
      othersShare: used === null || core === null ? null : Math.max(0, (core - used) / elapsed),
    };
  };
}

function difference(after, before) {
  return after === null || before === null ? null : after - before;
}
