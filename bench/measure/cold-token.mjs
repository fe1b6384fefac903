import { CONTENDERS, clientsOf } from '../contenders.mjs';
import { undisturbedLoad } from '../load/undisturbed.mjs';
import { CUSTOMER } from '../workload/people.mjs';
import { lineUp } from './line-up.mjs';
import { startServer } from './server-process.mjs';

/** What a token that was never seen costs over one that was, beside one bare verification of its signature on the same core. */
export async function measureColdToken(plan, means) {
  const { rounds, seconds, connections, tries, say } = plan;
  const [warm, cold] = ['ours-session', 'ours-cold'].map((id) => CONTENDERS.find((contender) => contender.id === id));
  const running = await lineUp([warm, cold], { ...means, say });
  const bare = await startServer('signature', { trust: means.keys.trust });
  const results = { warm: [], cold: [], bareMicroseconds: [] };
  try {
    const token = await means.minter.mint(CUSTOMER);
    await bare.ask('ask', { question: 'microseconds', argument: { token, times: 5_000 } });
    for (let round = 0; round < rounds; round += 1) {
      const warmUpSeconds = round === 0 ? plan.firstWarmUpSeconds : plan.warmUpSeconds;
      for (const [name, contender] of [
        ['warm', warm],
        ['cold', cold],
      ]) {
        const { server, means: own } = running.of(contender);
        const estimate = Math.ceil((results.warm.at(-1)?.perSecond ?? 0) * (warmUpSeconds + seconds));
        const makeClients = () => clientsOf(contender, own, connections, estimate);
        const { port, pid } = server;
        results[name].push(await undisturbedLoad({ port, pid, makeClients, warmUpSeconds, seconds, tries, say }));
      }
      const argument = { token, times: 10_000 };
      results.bareMicroseconds.push(await bare.ask('ask', { question: 'microseconds', argument }));
      say(
        `pair ${round + 1}/${rounds}  warm ${Math.round(results.warm.at(-1).perSecond)} /s  cold ${Math.round(results.cold.at(-1).perSecond)} /s  bare signature ${results.bareMicroseconds.at(-1).toFixed(1)} µs`,
      );
    }
    await Promise.all([running.stop(), bare.stop()]);
  } catch (error) {
    running.kill();
    bare.kill();
    throw error;
  }
  return results;
}
