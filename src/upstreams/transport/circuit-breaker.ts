import type { Clock } from '../../platform/clock.js';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface CircuitBreakerOptions {
  /** So many calls in a row have to fail before the service is not asked any more. */
  readonly failures: number;
  /** How long it is left alone then, milliseconds. */
  readonly cooldownMs: number;
  readonly clock: Clock;
  readonly onChange: (state: BreakerState) => void;
}

/** The right to make one call. Exactly one of the three is to be said of it, once. */
export interface Permit {
  succeeded(): void;
  failed(): void;
  /** Nothing can be said of the service: the client has gone, for example. */
  undecided(): void;
}

export interface CircuitBreaker {
  readonly state: BreakerState;
  /** Whether a call would be let through just now; takes nothing. */
  admits(): boolean;
  /** Null while the service is left alone. */
  enter(): Permit | null;
}

/**
 * Leaves a service alone that failed so many times in a row. After a while one call is let through to see: if it succeeds,
 * all are again; if it fails, the service is left alone once more; if nothing can be said of it, the next call is the one.
 * Calls that began before the last change say nothing any more.
 *
 * In a row, not as a rate: a service that answers others is well, and nobody can have it shut for all with queries that
 * fail for themselves alone. Nor with many at once, which fail one behind the other when their time is up: a failure counts only
 * where nothing was answered since that call began.
 */
export function createCircuitBreaker({ failures, cooldownMs, clock, onChange }: CircuitBreakerOptions): CircuitBreaker {
  let state: BreakerState = 'closed';
  let inARow = 0;
  let answered = 0;
  let openedAt = 0;
  let probing = false;
  let epoch = 0;

  function change(to: BreakerState): void {
    state = to;
    inARow = 0;
    probing = false;
    epoch += 1;
    if (to === 'open') openedAt = clock.now();
    onChange(to);
  }

  /** A clock set back must not keep the service shut for as long as it was set back. */
  function cooledDown(): boolean {
    const since = clock.now() - openedAt;
    return since >= cooldownMs || since < 0;
  }

  function permit(): Permit {
    const mine = epoch;
    const before = answered;
    const once = (effect: () => void) => () => {
      if (epoch === mine) effect();
    };
    return {
      succeeded: once(() => {
        inARow = 0;
        answered += 1;
        if (state === 'half-open') change('closed');
      }),
      failed: once(() => {
        if (state === 'closed' && answered > before) return;
        inARow += 1;
        if (state === 'half-open' || inARow >= failures) change('open');
      }),
      undecided: once(() => {
        probing = false;
      }),
    };
  }

  return {
    get state() {
      return state;
    },
    admits() {
      return state === 'closed' || (state === 'open' ? cooledDown() : !probing);
    },
    enter() {
      if (state === 'open' && cooledDown()) change('half-open');
      if (state === 'open' || (state === 'half-open' && probing)) return null;
      if (state === 'half-open') probing = true;
      return permit();
    },
  };
}
