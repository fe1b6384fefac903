import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { clientsOf } from '../contenders.mjs';
import { generateLoad } from '../load/generator.mjs';
import { readProfile } from '../report/call-tree.mjs';
import { flameGraph } from '../report/flame-graph.mjs';
import { lineUp } from './line-up.mjs';
import { gatewaySide } from './start-stop.mjs';

/** For a stock of tokens. */
const MOST_PER_SECOND = 12_000;

/** What can be profiled besides the contenders. */
export const START_STOP = { id: 'start-stop', label: 'gateway, starting and stopping impersonations' };

/**
 * Runs each server under V8's sampling profiler, warm, and leaves `profile-<id>.svg` and `.md` in the folder.
 * @param {object[]} targets contenders, or {@link START_STOP}
 * @returns the files
 */
export async function profile(targets, plan, means, folder) {
  const files = [];
  for (const target of targets) {
    const { server, clients } = await serve(target, plan, means);
    try {
      const load = async (seconds) => {
        const { port, pid } = server;
        return generateLoad({ port, pid, clients: await clients(seconds), warmUpSeconds: 0, seconds });
      };
      await load(plan.firstWarmUpSeconds + plan.seconds);
      const raw = path.join(folder, `profile-${target.id}.cpuprofile`);
      await server.ask('profileStart');
      const { answers } = await load(plan.seconds);
      await server.ask('profileStop', { file: raw });
      await server.stop();
      files.push(...write(target, raw, answers, folder));
      rmSync(raw);
    } catch (error) {
      server.kill();
      throw error;
    }
  }
  return files;
}

async function serve(target, plan, means) {
  if (target === START_STOP) return gatewaySide(plan, means);
  const running = await lineUp([target], { ...means, say: plan.say });
  const { server, means: own } = running.of(target);
  return { server, clients: (seconds) => clientsOf(target, own, plan.connections, MOST_PER_SECOND * seconds) };
}

function write({ id, label }, raw, answers, folder) {
  const { root, top, inclusive, busyMicroseconds } = readProfile(JSON.parse(readFileSync(raw, 'utf8')));
  const title = `${label}: ${(busyMicroseconds / answers).toFixed(0)} µs a request, ${answers} requests`;
  const svg = path.join(folder, `profile-${id}.svg`);
  writeFileSync(svg, flameGraph(root, title));
  const row = (name, time) =>
    `| ${(time / answers).toFixed(1)} | ${((time / busyMicroseconds) * 100).toFixed(1)} % | \`${name}\` |`;
  const table = (rows) => ['| µs a request | share | function |', '|---:|---:|---|', ...rows].join('\n');
  const own = inclusive.filter(({ name }) => name.includes(' dist/'));
  const text = path.join(folder, `profile-${id}.md`);
  writeFileSync(
    text,
    `# ${title}

Sampled on the server's core, other threads of the server included where they took the core from the main one; the profiler itself
slows the server a little.

## Time in the function itself

${table(top.slice(0, 40).map(({ name, self }) => row(name, self)))}

## The product's functions with all they call

What an asynchronous function does after waiting counts under the event loop, not here.

${table(own.slice(0, 30).map(({ name, total }) => row(name, total)))}
`,
  );
  return [svg, text];
}
