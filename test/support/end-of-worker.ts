/** Set in a process in which several test files are run, each of which loads this anew. */
const LISTENING = Symbol.for('impersonation-gateway.tests.end-of-worker');

/**
 * Loaded before every test file: Vitest ends its processes by SIGTERM, which tells nobody. What is to be done when a process ends, i.e.
 * ending the gateways that a broken-off test has started and removing what several files share, is done nevertheless.
 */
if (!(LISTENING in process)) {
  Object.defineProperty(process, LISTENING, { value: true });
  process.once('SIGTERM', () => {
    process.emit('exit', 143);
    process.kill(process.pid, 'SIGTERM');
  });
}
