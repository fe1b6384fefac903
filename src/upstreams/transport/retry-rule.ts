import type { UpstreamFailure } from './upstream-failure.js';

export interface RetryRuleOptions {
  /** How often one query is tried again at most. */
  readonly retries: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export interface RetryRule {
  /** Tells of a call, which earns a part of a retry. */
  called(): void;
  /**
   * How long to wait before a query is tried again, milliseconds; null where it is not.
   * @param attempt the one that failed, from 1
   * @param remainingMs of the whole call's time
   */
  delay(failure: UpstreamFailure, attempt: number, remainingMs: number): number | null;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1_000;
/** What a service says that will pass. */
const PASSING: readonly (number | undefined)[] = [502, 503, 504];
/** Retries are at most this part of all calls, and {@link SAVED} more. */
const EARNED = 0.1;
const SAVED = 10;

/**
 * When a query is tried again: where the connection failed, or the service says that it will pass. The waits are random, so
 * that those who failed together do not come again together, and the retries of a service are a part of its calls, so that
 * one in trouble is not asked several times as much.
 */
export function createRetryRule({ retries, random }: RetryRuleOptions): RetryRule {
  let budget = SAVED;
  return {
    called() {
      budget = Math.min(SAVED, budget + EARNED);
    },
    delay(failure, attempt, remainingMs) {
      if (attempt > retries || !passes(failure) || budget < 1) return null;
      const jittered = random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
      const delay = (failure.retryAfterMs ?? 0) + jittered;
      if (delay >= remainingMs) return null;
      budget -= 1;
      return delay;
    },
  };
}

function passes({ reason, status, retryAfterMs }: UpstreamFailure): boolean {
  if (reason === 'connection') return true;
  return reason === 'status' && (PASSING.includes(status) || (status === 429 && retryAfterMs !== undefined));
}

/** What `Retry-After` says (RFC 9110 §10.2.3), milliseconds from now; undefined where it says nothing. */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
