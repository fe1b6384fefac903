import type { Exchange, Refuse } from '../exchange.js';
import { sendWhole } from './send.js';

/** Answers that are ready, waiting for the end of the turn of the event loop they were made in. */
export interface Departures {
  /** Sends an answer as `sendWhole` does, at the end of this turn or before; not at all where the client has gone. */
  add(answer: DepartingAnswer): void;
}

export interface DepartingAnswer {
  readonly exchange: Exchange;
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
  /** Told where it could not be sent. */
  readonly refuse: Refuse;
}

/** Where a turn takes longer, what is ready does not wait for its end; milliseconds. */
const LONGEST_WAIT_MS = 1;

/**
 * Lets the answers that one turn of the event loop makes leave together. To write to a reader that sleeps costs more than all
 * else of writing, since it has to be woken; written in a row, one waking serves many answers.
 */
export function createDepartures(): Departures {
  let ready: DepartingAnswer[] = [];
  let since = 0;

  function departAll(): void {
    const leaving = ready;
    ready = [];
    for (const answer of leaving) depart(answer);
  }

  return {
    add(answer) {
      const now = performance.now();
      if (ready.length === 0) {
        since = now;
        setImmediate(departAll);
      }
      ready.push(answer);
      if (now - since > LONGEST_WAIT_MS) departAll();
    },
  };
}

function depart({ exchange, status, mediaType, text, refuse }: DepartingAnswer): void {
  if (exchange.res.destroyed) return;
  try {
    sendWhole(exchange, status, mediaType, text);
  } catch (error) {
    refuse(exchange, error);
  }
}
