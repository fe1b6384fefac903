import type fc from 'fast-check';

/** How many times as much as in the share of every test run: FUZZ_RUNS. */
const TIMES = Number(process.env.FUZZ_RUNS ?? 1);

/**
 * The share of every test run tries the same cases each time: what fails a change is then what it changed. Others are looked for by
 * `npm run fuzz`, which gives each round a TEST_SEED of its own.
 */
const SEED = Number(process.env.TEST_SEED ?? 1);

/** Whether every kind of answer has to come up: in the share of every test run, and where much is tried; else it is luck. */
export const MEETS_ALL = SEED === 1 || TIMES >= 5;

/** The parameters of a property that is tried `often` times, or as many times more as FUZZ_RUNS says. TEST_SEED repeats a run. */
export function tried(often: number): fc.Parameters<unknown> & { readonly numRuns: number } {
  return { seed: SEED, numRuns: Math.ceil(often * TIMES) };
}

/** How long all of it may take, milliseconds: a bound on hanging, which says nothing of speed. */
export const PATIENCE_MS = 60_000 + TIMES * 60_000;

/** Says what is repeated by which seed, and afterwards what was met: a generator that goes stale would be found out. */
export class Tally {
  readonly #name: string;
  readonly #met = new Map<string, number>();

  constructor(name: string) {
    this.#name = name;
    console.log(`${name}: TEST_SEED=${SEED} FUZZ_RUNS=${TIMES}`);
  }

  met(what: string, times = 1): void {
    this.#met.set(what, (this.#met.get(what) ?? 0) + times);
  }

  times(what: string): number {
    return this.#met.get(what) ?? 0;
  }

  tell(): void {
    const sorted = [...this.#met].sort(([one], [other]) => (one < other ? -1 : 1));
    console.log(`${this.#name}: ${sorted.map(([what, times]) => `${what} ${times}`).join(', ')}`);
  }
}
