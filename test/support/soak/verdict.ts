import { beyond, type Counts, type Sample } from './sample.js';

/** What a gateway holds while nobody asks it anything; each count the least of several looks. */
export interface Rest {
  readonly descriptors: Counts | null;
  readonly threads: number | null;
  readonly resources: Counts;
  readonly open: Counts;
  /** Of things that belong to one request or connection, after a collection. */
  readonly liveObjects: Counts;
  /** Impersonations started so far. */
  readonly started: number;
  /** After a collection, bytes. */
  readonly heapUsed: number;
  /** What belongs to objects of the heap and lies outside of it, buffers included; after a collection, bytes. */
  readonly external: number;
  /** Of it the buffers. */
  readonly arrayBuffers: number;
  readonly resident: number;
}

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly holds: boolean;
  /** The figures, or what is wrong. */
  readonly text: string;
}

export interface Bounds {
  /** How much more the heap may hold at rest than at the base, bytes. */
  readonly heapGrowth: number;
  /** And for each impersonation that was started since, bytes: what is remembered of its token has a bound of its own. */
  readonly heapPerSession: number;
  /** How much more may lie outside of the heap at rest than at the base, bytes. */
  readonly externalGrowth: number;
  /** How much the median resident memory of the last quarter may be above that of the quarter before, bytes; null: not judged. */
  readonly residentGrowth: number | null;
  /** So many objects of a kind more are none: what the last requests have touched is let go of by the next. */
  readonly objectSlack: number;
}

const MIB = 1_024 * 1_024;
export const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;

/** Whether everything that was opened is closed again. Pure. */
export function judgeRest(base: Rest, rest: Rest, bounds: Bounds): Finding[] {
  const { objectSlack } = bounds;
  const heapGrowth = bounds.heapGrowth + bounds.heapPerSession * (rest.started - base.started);
  const counts = (name: string, before: Counts | null, after: Counts | null, slack = 0): Finding => {
    if (before === null || after === null) return { name, holds: true, text: 'NOT MEASURED on this system' };
    const more = beyond(before, after, slack);
    return { name, holds: more.length === 0, text: more.length === 0 ? listed(after) : more.join('; ') };
  };
  return [
    counts('file descriptors are back at their base', base.descriptors, rest.descriptors),
    counts('threads are back at their base', threadsOf(base), threadsOf(rest)),
    counts('active resources are back at their base', base.resources, rest.resources),
    counts('streams, connections and requests are back at their base', base.open, rest.open),
    counts('objects of requests are let go of', base.liveObjects, rest.liveObjects, objectSlack),
    grownBy('the heap at rest', base.heapUsed, rest.heapUsed, heapGrowth),
    grownBy(
      'what lies outside of the heap at rest, buffers included,',
      base.external,
      rest.external,
      bounds.externalGrowth,
    ),
  ];
}

function grownBy(what: string, before: number, after: number, bound: number): Finding {
  const grown = after - before;
  return {
    name: `${what} has grown by at most ${mib(bound)}`,
    holds: grown <= bound,
    text: `${mib(before)} at the base, ${mib(after)} afterwards: ${grown < 0 ? '−' : '+'}${mib(Math.abs(grown))}`,
  };
}

const threadsOf = ({ threads }: Rest): Counts | null => (threads === null ? null : { threads });

function listed(counts: Counts): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

/**
 * How much more the last quarter holds than the quarter before it, medians: between two collections memory rises and falls, so single
 * looks tell nothing. Pure.
 */
export function secondHalfGrowth(samples: readonly { readonly at: number; readonly bytes: number }[]): number {
  const last = samples.at(-1)?.at ?? 0;
  const within = (from: number, to: number) =>
    median(samples.filter(({ at }) => at >= from * last && at <= to * last).map(({ bytes }) => bytes));
  return within(0.75, 1) - within(0.5, 0.75);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Whether memory still grows when all has been seen. Pure. */
export function judgeGrowth(samples: readonly Sample[], bound: number): Finding {
  const grown = secondHalfGrowth(samples.map(({ at, memory }) => ({ at, bytes: memory.rss })));
  return {
    name: `resident memory of the last quarter is at most ${mib(bound)} above that of the quarter before`,
    holds: grown <= bound,
    text: `${grown < 0 ? '−' : '+'}${mib(Math.abs(grown))}`,
  };
}

export function nothingOf(name: string, found: readonly string[]): Finding {
  return { name, holds: found.length === 0, text: found.length === 0 ? 'none' : found.join('\n') };
}
