import { setTimeout as delay } from 'node:timers/promises';
import { CONTENDERS } from '../contenders.mjs';
import { exactly } from '../load/clients.mjs';
import { coreSeconds, cpuSeconds } from '../load/cpu-time.mjs';
import { generateLoad } from '../load/generator.mjs';
import { graphqlBytes } from '../load/request.mjs';
import { median } from '../report/statistics.mjs';
import { lineUp } from './line-up.mjs';
import { serverCore } from './pinning.mjs';

const BLOCK_MS = 200;
/** What was on its way when the sides changed is over by then. */
const SETTLE_MS = 10;
const PAIRS_A_ROUND = 30;
const MOST_SECONDS = 3_600;

/**
 * What a role guard on a list of 20 items and on each item costs. Two percent are less than a machine drifts in a second, so the
 * two queries take turns of 200 ms on the same connections to the same process, the load never stopping; the figure of a round is
 * the median of its blocks.
 * @returns {Promise<Record<string, object[]>>} by contender, one figure a round
 */
export async function measureGuardedList(plan, means) {
  const contenders = CONTENDERS.filter(({ process }) => process === 'ours-lists');
  const running = await lineUp(contenders, { ...means, say: plan.say });
  try {
    const results = await inTurns(contenders, running, plan);
    await running.stop();
    return results;
  } catch (error) {
    running.kill();
    throw error;
  }
}

async function inTurns(contenders, running, { rounds, connections, firstWarmUpSeconds, quick, say }) {
  const { server } = running.of(contenders[0]);
  const requests = contenders.map((one) => graphqlBytes(running.of(one).means.credential, one.operation.body));
  let side = 0;
  let answered = 0;
  let over = false;
  const client = {
    next: () => (over ? null : requests[side]),
    // The answers of both are the same bytes.
    check: exactly(contenders[0].operation.expected),
  };
  const load = generateLoad({
    port: server.port,
    pid: server.pid,
    clients: Array.from({ length: connections }, () => client),
    warmUpSeconds: 0,
    seconds: MOST_SECONDS,
    onAnswered(count) {
      answered = count;
    },
  });

  async function block(which) {
    side = which;
    await delay(SETTLE_MS);
    const before = reading(server.pid, answered);
    await delay(BLOCK_MS);
    return between(before, reading(server.pid, answered));
  }

  async function blocks() {
    for (let passed = 0; passed < firstWarmUpSeconds * 1_000; passed += 2 * BLOCK_MS) {
      await block(0);
      await block(1);
    }
    const results = Object.fromEntries(contenders.map(({ id }) => [id, []]));
    for (let round = 0; round < rounds; round += 1) {
      const measured = contenders.map(() => []);
      for (let pair = 0; pair < (quick ? 5 : PAIRS_A_ROUND); pair += 1) {
        for (const which of pair % 2 === 0 ? [0, 1] : [1, 0]) measured[which].push(await block(which));
      }
      for (const [which, { id }] of contenders.entries()) results[id].push(mediansOf(measured[which]));
      const [open, guarded] = contenders.map(({ id }) => results[id].at(-1).cpuMicroseconds);
      if (open !== null) say(`round ${round + 1}/${rounds}  ${open.toFixed(1)} µs and ${guarded.toFixed(1)} µs`);
    }
    over = true;
    return results;
  }

  // A wrong answer ends the load, and with it the measurement.
  const [results] = await Promise.all([Promise.race([blocks(), load.then(endedEarly)]), load]);
  return results;

  function endedEarly() {
    if (!over) throw new Error('the load ended before its time');
    return new Promise(() => {});
  }
}

function reading(pid, answers) {
  return { at: performance.now(), answers, used: cpuSeconds(pid), core: coreSeconds(serverCore) };
}

function between(before, after) {
  const seconds = (after.at - before.at) / 1_000;
  const answers = after.answers - before.answers;
  const used = before.used === null || after.used === null ? null : after.used - before.used;
  const core = before.core === null || after.core === null ? null : after.core - before.core;
  return {
    perSecond: answers / seconds,
    cpuMicroseconds: used === null ? null : (used / answers) * 1e6,
    othersShare: used === null || core === null ? null : Math.max(0, (core - used) / seconds),
  };
}

function mediansOf(blocks) {
  const of = (name) => (blocks[0][name] === null ? null : median(blocks.map((one) => one[name])));
  return {
    perSecond: of('perSecond'),
    cpuMicroseconds: of('cpuMicroseconds'),
    othersShare: of('othersShare'),
    blocks: blocks.length,
  };
}
