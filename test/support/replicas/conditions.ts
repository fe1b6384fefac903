/** Under what the replicas of a trial work. */
export interface Condition {
  readonly name: string;
  /** How wrong the wall clock of each replica is, milliseconds. */
  readonly clocks: readonly [number, number, number];
  /** Whether the way of each replica to the store has hiccups. */
  readonly hiccups: boolean;
  /** What becomes of one replica, for each so many trials. */
  readonly becomes: 'nothing' | 'paused' | 'killed';
  /** How many of 1,000 trials are under it. */
  readonly share: number;
}

const RIGHT = [0, 0, 0] as const;
const WRONG = [3_000, 0, -3_000] as const;

export const CONDITIONS = {
  quiet: { name: 'quiet', clocks: RIGHT, hiccups: false, becomes: 'nothing', share: 400 },
  hiccups: { name: 'store hiccups', clocks: RIGHT, hiccups: true, becomes: 'nothing', share: 100 },
  skew: { name: 'clocks +3 s, 0, −3 s', clocks: WRONG, hiccups: false, becomes: 'nothing', share: 240 },
  both: { name: 'hiccups and wrong clocks', clocks: WRONG, hiccups: true, becomes: 'nothing', share: 60 },
  paused: { name: 'a replica paused for 10 s', clocks: RIGHT, hiccups: false, becomes: 'paused', share: 120 },
  killed: { name: 'a replica killed as it answers', clocks: RIGHT, hiccups: false, becomes: 'killed', share: 80 },
} as const satisfies Record<string, Condition>;
