/** Where an event stands, and when: the number of its chain, its sequence, milliseconds since the epoch. */
export interface Moment {
  readonly at: number;
  readonly chain: number;
  readonly sequence: number;
}

/**
 * What is known of one session from some of its events. Summaries of different events of a session add up in any order, so
 * that neither the order of chains nor that of clocks matters, and what does not fit into memory can be added up later.
 */
export interface SessionSummary {
  /** Its IMPERSONATION_STARTED, the earliest where there are several, and one of the others. */
  start: Moment | null;
  secondStart: Moment | null;
  /** Its end event (VOIDED included), the earliest where there are several, and one of the others. */
  end: Moment | null;
  secondEnd: Moment | null;
  /** The first and the last beginning of an operation, by time. */
  firstOperation: Moment | null;
  lastOperation: Moment | null;
  /** The earliest of the events that are neither start nor end nor the beginning of an operation. */
  other: Moment | null;
  /** Milliseconds since the epoch, as its events say. */
  startedAt: number;
  expiresAt: number;
}

export function emptySummary(startedAt: number, expiresAt: number): SessionSummary {
  return {
    start: null,
    secondStart: null,
    end: null,
    secondEnd: null,
    firstOperation: null,
    lastOperation: null,
    other: null,
    startedAt,
    expiresAt,
  };
}

export function addStart(summary: SessionSummary, moment: Moment): void {
  if (summary.start === null) summary.start = moment;
  else {
    summary.secondStart = later(summary.start, moment);
    summary.start = earlier(summary.start, moment);
  }
}

export function addEnd(summary: SessionSummary, moment: Moment): void {
  if (summary.end === null) summary.end = moment;
  else {
    summary.secondEnd = later(summary.end, moment);
    summary.end = earlier(summary.end, moment);
  }
}

/** @param moment its place, and when the operation began */
export function addOperation(summary: SessionSummary, moment: Moment): void {
  summary.firstOperation = summary.firstOperation === null ? moment : earlier(summary.firstOperation, moment);
  summary.lastOperation = summary.lastOperation === null ? moment : later(summary.lastOperation, moment);
}

export function addOther(summary: SessionSummary, moment: Moment): void {
  summary.other = summary.other === null ? moment : earlier(summary.other, moment);
}

/** Adds what `from` knows to `into`. */
export function addSummary(into: SessionSummary, from: SessionSummary): void {
  for (const start of [from.start, from.secondStart]) if (start !== null) addStart(into, start);
  for (const end of [from.end, from.secondEnd]) if (end !== null) addEnd(into, end);
  for (const begun of [from.firstOperation, from.lastOperation]) if (begun !== null) addOperation(into, begun);
  if (from.other !== null) addOther(into, from.other);
}

function earlier(one: Moment, other: Moment): Moment {
  return compare(other, one) < 0 ? other : one;
}

function later(one: Moment, other: Moment): Moment {
  return compare(other, one) > 0 ? other : one;
}

/** By time; events of one chain at one time by their sequence. */
function compare(one: Moment, other: Moment): number {
  if (one.at !== other.at) return one.at - other.at;
  return one.chain === other.chain ? one.sequence - other.sequence : 0;
}
