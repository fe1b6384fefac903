import { CONTENDERS, clientsOf } from '../contenders.mjs';
import { alternate } from './alternate.mjs';
import { lineUp } from './line-up.mjs';

/** What a role guard on a list of 20 items and on each item costs: the same process, the two queries in short turns. */
export async function measureGuardedList(plan, means) {
  const contenders = CONTENDERS.filter(({ process }) => process === 'ours-lists');
  const running = await lineUp(contenders, { ...means, say: plan.say });
  try {
    const sides = Object.fromEntries(
      contenders.map((contender) => {
        const { server, means: own } = running.of(contender);
        return [contender.id, { server, clients: () => clientsOf(contender, own, plan.connections) }];
      }),
    );
    const short = {
      rounds: plan.rounds * 3,
      seconds: Math.min(plan.seconds, 2),
      warmUpSeconds: 0.3,
      firstWarmUpSeconds: plan.firstWarmUpSeconds,
    };
    const results = await alternate(sides, { ...plan, ...short });
    await running.stop();
    return results;
  } catch (error) {
    running.kill();
    throw error;
  }
}
