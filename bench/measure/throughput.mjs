import { clientsOf } from '../contenders.mjs';
import { undisturbedLoad } from '../load/undisturbed.mjs';
import { lineUp } from './line-up.mjs';

/** For the stock of tokens, before anything is known. */
const FIRST_GUESS_PER_SECOND = 12_000;

/**
 * All contenders in turn, round after round, every other round backwards: what drifts slowly weighs on all alike.
 * @returns {Promise<Record<string, object[]>>} by contender, one measurement a round
 */
export async function measureThroughput(contenders, plan, means) {
  const { rounds, seconds, connections, tries, say } = plan;
  const results = Object.fromEntries(contenders.map(({ id }) => [id, []]));
  const running = await lineUp(contenders, { ...means, say });
  try {
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? contenders : [...contenders].reverse();
      for (const contender of order) {
        const { server, means: own } = running.of(contender);
        const warmUpSeconds = round === 0 ? plan.firstWarmUpSeconds : plan.warmUpSeconds;
        const known = results['ours-session']?.at(-1)?.perSecond ?? FIRST_GUESS_PER_SECOND;
        const estimate = Math.ceil(known * (warmUpSeconds + seconds));
        const makeClients = () => clientsOf(contender, own, connections, estimate);
        const { port, pid } = server;
        const result = await undisturbedLoad({ port, pid, makeClients, warmUpSeconds, seconds, tries, say });
        results[contender.id].push(result);
        say(`round ${round + 1}/${rounds}  ${contender.id.padEnd(22)} ${Math.round(result.perSecond)} /s`);
      }
    }
    await running.stop();
  } catch (error) {
    running.kill();
    throw error;
  }
  return results;
}
