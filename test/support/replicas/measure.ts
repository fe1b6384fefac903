import type { Condition } from './conditions.js';
import { trialsWithKill } from './killed.js';
import { trialsWithPause } from './paused.js';
import { type Replicas, startReplicas } from './replicas.js';
import { runTrial, type Trial } from './trial.js';

export interface Wanted {
  readonly condition: Condition;
  readonly trials: number;
}

export interface Measured extends Wanted {
  readonly results: readonly Trial[];
}

export interface MeasureOptions {
  /** Of the store. */
  readonly uri: string;
  readonly database: string;
  readonly random: () => number;
  /** Sessions that are tried side by side. */
  readonly atOnce: number;
  /** Told of each trial that is over. */
  readonly onTrial?: (condition: Condition, trial: Trial) => void;
}

/** Of so many trials one has a stream open at each replica. */
const STREAMS_EVERY = 3;

/** Runs the trials of conditions that have the same clocks, one condition after the other, over three replicas of their own. */
export async function measure(wanted: readonly Wanted[], options: MeasureOptions): Promise<Measured[]> {
  const [first] = wanted;
  if (first === undefined) return [];
  const { clocks } = first.condition;
  const replicas = await startReplicas({ ...options, clocks });
  try {
    const measured: Measured[] = [];
    for (const each of wanted) {
      if (each.condition.clocks !== clocks) throw new TypeError('these conditions have different clocks');
      measured.push({ ...each, results: await trialsOf(each, replicas, options) });
    }
    return measured;
  } finally {
    await replicas.close();
  }
}

async function trialsOf({ condition, trials }: Wanted, replicas: Replicas, options: MeasureOptions): Promise<Trial[]> {
  const { random, atOnce, onTrial = () => undefined } = options;
  const results: Trial[] = [];
  const keep = (trial: Trial) => {
    results.push(trial);
    onTrial(condition, trial);
  };
  if (condition.becomes !== 'nothing') {
    const together = condition.becomes === 'paused' ? trialsWithPause : trialsWithKill;
    while (results.length < trials) {
      const count = Math.min(2 * atOnce, trials - results.length);
      for (const trial of await together(replicas, count, random)) keep(trial);
    }
    return results;
  }
  let begun = 0;
  if (condition.hiccups) for (const { way } of replicas.all) way.begin();
  try {
    const oneAfterTheOther = async () => {
      while (begun < trials) {
        begun += 1;
        keep(await runTrial(replicas, random, begun % STREAMS_EVERY === 0));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  } finally {
    for (const { way } of replicas.all) way.end();
  }
  return results;
}
