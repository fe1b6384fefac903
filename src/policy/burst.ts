/** How many of something happened within a stretch of time, as far as a burst of them is concerned. Never changed. */
export interface Tally {
  /** Milliseconds since the epoch: when the present stretch began. */
  readonly since: number;
  /** How many in the present stretch, and in the one before it. */
  readonly now: number;
  readonly before: number;
  /** When a burst was last told of; null: never. */
  readonly toldAt: number | null;
}

export interface BurstRule {
  /** So many within the time are a burst; 0: nothing is. */
  readonly threshold: number;
  readonly windowMs: number;
}

export interface Noted {
  readonly tally: Tally;
  /** How many within the time that ends now; an estimate across the border of two stretches. */
  readonly count: number;
  /** Whether this is a burst that has not been told of within the time. */
  readonly burst: boolean;
}

/**
 * Notes that it happened once more.
 * @param now milliseconds since the epoch; a clock that was set back begins a new stretch, and tells of no burst twice for it
 */
export function noteOnce(tally: Tally | undefined, now: number, rule: BurstRule): Noted {
  const moved = movedTo(tally, now, rule.windowMs);
  const count = countOf({ ...moved, now: moved.now + 1 }, now, rule.windowMs);
  const told = moved.toldAt !== null && now - moved.toldAt < rule.windowMs;
  const burst = rule.threshold > 0 && count >= rule.threshold && !told;
  return { tally: { ...moved, now: moved.now + 1, toldAt: burst ? now : moved.toldAt }, count, burst };
}

/** How many happened within the time that ends now. */
export function countAt(tally: Tally | undefined, now: number, windowMs: number): number {
  return countOf(movedTo(tally, now, windowMs), now, windowMs);
}

function movedTo(tally: Tally | undefined, now: number, windowMs: number): Tally {
  if (tally === undefined) return { since: now, now: 0, before: 0, toldAt: null };
  const age = now - tally.since;
  if (age >= 0 && age < windowMs) return tally;
  const next = age >= 0 && age < 2 * windowMs;
  return {
    since: next ? tally.since + windowMs : now,
    now: 0,
    before: next ? tally.now : 0,
    toldAt: tally.toldAt === null ? null : Math.min(tally.toldAt, now),
  };
}

/** What is left of the stretch before counts by how much of it is still within the time. */
function countOf(tally: Tally, now: number, windowMs: number): number {
  const past = Math.min(1, Math.max(0, (now - tally.since) / windowMs));
  return Math.floor(tally.before * (1 - past)) + tally.now;
}
