import { findMongoPeers } from '../mongo-peer.js';
import { seededRandom } from '../seeded-random.js';
import { CONDITIONS, type Condition } from './conditions.js';
import { type Figures, figuresOf } from './figures.js';
import { measure } from './measure.js';

export interface RunOptions {
  /** Of all conditions together; each has its share. */
  readonly trials: number;
  /** Names of {@link CONDITIONS}; empty: all. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly atOnce: number;
  /** Told how far it is, and each fault as it is found. */
  readonly say: (line: string) => void;
}

const SHARES = 1_000;
const SAY_EVERY_MS = 5_000;

/** Measures how long it takes until an end is refused by all replicas. Null, after a loud line, where there is no fit server. */
export async function runReplicas({ trials, only, seed, atOnce, say }: RunOptions): Promise<Figures[] | null> {
  const kind = (await findMongoPeers()).find(({ lacks }) => lacks['atomic-updates'] === undefined);
  if (kind === undefined) {
    console.error('NOT RUN: replicas over one MongoDB, because no fit MongoDB-compatible server could be had');
    return null;
  }
  const wanted = Object.entries<Condition>(CONDITIONS)
    .filter(([name]) => only.length === 0 || only.includes(name))
    .map(([, condition]) => ({ condition, trials: Math.max(1, Math.round((trials * condition.share) / SHARES)) }));
  const peer = await kind.start();
  say(
    `three replicas over ${kind.name}, ${wanted.reduce((sum, each) => sum + each.trials, 0)} trials, TEST_SEED=${seed}`,
  );
  const random = seededRandom(seed);
  const figures: Figures[] = [];
  let [done, faults, saidAt] = [0, 0, 0];
  try {
    // Conditions with the same clocks share their processes.
    for (const clocks of new Set(wanted.map(({ condition }) => condition.clocks))) {
      const together = wanted.filter(({ condition }) => condition.clocks === clocks);
      const measured = await measure(together, {
        uri: peer.uri,
        database: `replicas_${process.pid}_${figures.length}`,
        random,
        atOnce,
        onTrial(condition, trial) {
          done += 1;
          faults += trial.faults.length;
          for (const fault of trial.faults) say(`FAULT, ${condition.name}: ${fault}`);
          if (performance.now() - saidAt < SAY_EVERY_MS) return;
          saidAt = performance.now();
          say(`${done} trials, now ${condition.name}; ${faults} faults so far`);
        },
      });
      figures.push(...measured.map(figuresOf));
    }
    return figures;
  } finally {
    await peer.stop();
  }
}
