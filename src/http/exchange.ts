import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestFacts } from '../domain/request-facts.js';

/** One HTTP request and its answer on their way through the edge. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The path without its query. */
  readonly path: string;
  /** From `?` on; empty where there is none. */
  readonly search: string;
  readonly facts: RequestFacts;
  /** What every answer carries besides the id of its request: header names and values in turn. */
  readonly common: readonly string[];
}

/** Ends an exchange that went wrong, as a coded refusal; by whoever cannot throw, because nobody waits for it. */
export type Refuse = (exchange: Exchange, error: unknown) => void;
