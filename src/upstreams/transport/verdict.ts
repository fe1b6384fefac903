import type { Permit } from './circuit-breaker.js';
import { UpstreamFailure } from './upstream-failure.js';

/** A refusal that is no answer to what was asked: Request Timeout, Too Many Requests. */
export const ASKS_TO_WAIT: ReadonlySet<number> = new Set([408, 429]);

/** Waits for an answer and tells the breaker of it. */
export async function judged<T>(permit: Permit, answer: Promise<T>): Promise<T> {
  try {
    const value = await answer;
    permit.succeeded();
    return value;
  } catch (error) {
    permit[verdictOf(error)]();
    throw error;
  }
}

/** What a failed call says of the service: that it is unwell, that it is there, or nothing. */
export function verdictOf(error: unknown): keyof Permit {
  if (!(error instanceof UpstreamFailure)) return 'undecided';
  const { reason, status = 0 } = error;
  switch (reason) {
    case 'connection':
    case 'timeout':
    case 'malformed':
      return 'failed';
    case 'stream-refused':
      return 'succeeded';
    case 'status':
      return status >= 500 || ASKS_TO_WAIT.has(status) ? 'failed' : 'succeeded';
    // Who asks for much must not be able to shut the service for others.
    default:
      return 'undecided';
  }
}
