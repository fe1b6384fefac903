// One contender in one process: `node host.mjs NAME`. Told over IPC what to do; see protocol below.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const [name] = process.argv.slice(2);
const { start } = await import(`./${name}.mjs`);
let running = null;
let profiler = null;

const protocol = {
  async start({ options }) {
    running = await start(options);
    return { port: running.port };
  },
  async memory() {
    globalThis.gc?.();
    return process.memoryUsage();
  },
  /** Whatever the contender has that a measurement asks for by name. */
  async ask({ question, argument }) {
    return running.answers[question](argument);
  },
  async profileStart() {
    profiler = new Session();
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.setSamplingInterval', { interval: 200 });
    await profiler.post('Profiler.start');
  },
  async profileStop({ file }) {
    const { profile } = await profiler.post('Profiler.stop');
    profiler.disconnect();
    writeFileSync(file, JSON.stringify(profile));
  },
  async stop() {
    await running?.stop();
  },
};

process.on('message', async (message) => {
  try {
    const answer = await protocol[message.do](message);
    process.send({ id: message.id, answer }, () => {
      if (message.do === 'stop') process.exit(0);
    });
  } catch (error) {
    process.send({ id: message.id, error: error instanceof Error ? error.stack : String(error) });
  }
});
// Whoever started it is gone: nobody would stop it.
process.on('disconnect', () => process.exit(1));
