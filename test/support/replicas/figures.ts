import { CONDITIONS, type Condition } from './conditions.js';
import type { Measured } from './measure.js';

/** What the trials of one condition came to, in milliseconds; also kept as JSON. */
export interface Figures {
  readonly condition: string;
  readonly trials: number;
  /** How long after the answer the last replica began to refuse, of each trial whose answer promised it; ascending. */
  readonly refusedAfterMs: readonly number[];
  /** How long after it each stream was over; ascending. */
  readonly streamsAfterMs: readonly number[];
  /** Answers that said themselves that the store had not taken the end. */
  readonly unstored: number;
  readonly faults: readonly string[];
}

export function figuresOf({ condition, results }: Measured): Figures {
  const promised = results.filter(({ unstored }) => !unstored);
  const ascending = (all: readonly number[]) => all.map(Math.round).toSorted((a, b) => a - b);
  return {
    condition: condition.name,
    trials: results.length,
    refusedAfterMs: ascending(promised.map(({ refusedAfterMs }) => refusedAfterMs)),
    streamsAfterMs: ascending(promised.flatMap(({ streamsAfterMs }) => streamsAfterMs)),
    unstored: results.length - promised.length,
    faults: results.flatMap(({ faults }) => faults),
  };
}

/** Those of all conditions in their order; newer figures of a condition take the place of older ones. */
export function joined(older: readonly Figures[], newer: readonly Figures[]): Figures[] {
  const all = new Map([...older, ...newer].map((figures) => [figures.condition, figures]));
  return Object.values<Condition>(CONDITIONS).flatMap(({ name }) => all.get(name) ?? []);
}

/** The smallest value that so much (of 1) does not exceed; null where there are none. */
export function quantile(ascending: readonly number[], part: number): number | null {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? null;
}

/** A table in Markdown. */
export function tableOf(all: readonly Figures[]): string {
  const told = (value: number | null) => (value === null ? '–' : value.toLocaleString('en'));
  const row = (name: string, of: Omit<Figures, 'condition'>) =>
    `| ${[
      name,
      told(of.trials),
      ...[0.5, 0.99, 1].map((part) => told(quantile(of.refusedAfterMs, part))),
      ...[0.5, 1].map((part) => told(quantile(of.streamsAfterMs, part))),
      told(of.unstored),
      told(of.faults.length),
    ].join(' | ')} |`;
  const sum = {
    trials: all.reduce((sum, { trials }) => sum + trials, 0),
    refusedAfterMs: all.flatMap((each) => each.refusedAfterMs).toSorted((a, b) => a - b),
    streamsAfterMs: all.flatMap((each) => each.streamsAfterMs).toSorted((a, b) => a - b),
    unstored: all.reduce((sum, { unstored }) => sum + unstored, 0),
    faults: all.flatMap(({ faults }) => faults),
  };
  return [
    '| condition | trials | refused by all after: p50, ms | p99 | max | streams over after: p50, ms | max | answered as not stored | honoured late |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...all.map((figures) => row(figures.condition, figures)),
    row('**all**', sum),
  ].join('\n');
}
