import type { FaultKind, ReportFault } from './fault.js';
import type { SessionLedger } from './session-ledger.js';
import type { Moment, SessionSummary } from './session-summary.js';

export interface SessionCheckOptions {
  readonly report: ReportFault;
  readonly chainName: (chain: number) => string;
  /** How far clocks of replicas, and the view that a replica has of sessions, may be apart, milliseconds. */
  readonly toleranceMs: number;
  /** Sessions that expired up to here must have ended; see {@link LivenessWatch}. NaN for none. */
  readonly endedBy: number;
  /** Sessions of which something happened up to here must have been started; milliseconds since the epoch. */
  readonly startedBy: number;
  /** Of sessions that began before, events may have been pruned as recorded; milliseconds since the epoch. */
  readonly prunedBefore: number;
  /** Awaited after each lot of sessions. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** A fraction of a millisecond's work. */
const SESSIONS_AT_A_TIME = 100;

/** What the events of each session mean together: started once and first, ended once, nothing begun afterwards. */
export async function checkSessions(ledger: SessionLedger, options: SessionCheckOptions): Promise<void> {
  let checked = 0;
  for (const [session, summary] of ledger.sessions()) {
    checkSession(session, summary, options);
    checked += 1;
    if (checked % SESSIONS_AT_A_TIME === 0) await options.breathe?.();
  }
}

function checkSession(session: string, summary: SessionSummary, options: SessionCheckOptions): void {
  const { report, chainName, toleranceMs, endedBy, startedBy, prunedBefore } = options;
  const mayBePruned = summary.startedAt < prunedBefore;
  const { start, secondStart, end, secondEnd, firstOperation, lastOperation, expiresAt } = summary;
  const fault = (kind: FaultKind, { chain, sequence }: Moment, why: string): void =>
    report(kind, { chain: chainName(chain), sequence }, `Session ${session}: ${why}.`);

  const some = [firstOperation, summary.other, end].find((moment) => moment !== null && moment.at <= startedBy) ?? null;
  if (start === null) {
    if (some !== null && !mayBePruned)
      fault('SESSION_NOT_STARTED', some, 'there are events of it, but none that it was started');
  } else if (firstOperation !== null && isBefore(firstOperation, start, toleranceMs)) {
    fault('OPERATION_BEFORE_START', firstOperation, 'an operation began before the session was started');
  }
  if (secondStart !== null) fault('SESSION_STARTED_TWICE', secondStart, 'it was started before');
  if (secondEnd !== null) fault('SESSION_ENDED_TWICE', secondEnd, 'it had ended before');
  if (start !== null && end === null && expiresAt <= endedBy && !mayBePruned) {
    fault('SESSION_NOT_ENDED', start, 'it expired long ago, and no event says that it ended');
  }
  const over = Math.min(end?.at ?? Number.POSITIVE_INFINITY, expiresAt);
  if (lastOperation !== null && lastOperation.at > over + toleranceMs) {
    fault('OPERATION_AFTER_END', lastOperation, 'an operation began after the session was over');
  }
}

/** Within one chain the sequence says what came first; between chains only the time, and that within the tolerance. */
function isBefore(operation: Moment, start: Moment, toleranceMs: number): boolean {
  if (operation.chain === start.chain && operation.sequence < start.sequence) return true;
  return operation.at < start.at - toleranceMs;
}

/**
 * Finds the moment up to which sessions that had expired must have ended: a process that wrote an event after that, and
 * another a good while later, was alive to end them. Nothing is held against a trail whose gateways were down.
 */
export class LivenessWatch {
  readonly #graceMs: number;
  readonly #until: number;
  #settledAt = Number.NaN;
  #chain = -1;
  #candidate = Number.NaN;

  /** @param until events after this moment prove nothing: those of other chains may have been read before it */
  constructor(graceMs: number, until: number) {
    this.#graceMs = graceMs;
    this.#until = until;
  }

  /** Milliseconds since the epoch; NaN where there is no such moment. */
  get settledAt(): number {
    return this.#settledAt;
  }

  /** Takes the events of one chain after the other. */
  event(occurredAt: number, chain: number): void {
    if (occurredAt > this.#until) return;
    if (chain !== this.#chain) {
      this.#chain = chain;
      this.#candidate = occurredAt;
    } else if (occurredAt >= this.#candidate + this.#graceMs) {
      if (!(this.#settledAt >= this.#candidate)) this.#settledAt = this.#candidate;
      this.#candidate = occurredAt;
    }
  }
}
