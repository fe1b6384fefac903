import type { GraphQLSchema } from 'graphql';
import type { GraphQLEngine } from './engine.js';
import type { Prepare } from './prepare.js';

/** One schema as it is served, with everything that was made for it. */
export interface Generation {
  /** 1 for the one that the gateway began with. */
  readonly number: number;
  readonly schema: GraphQLSchema;
  readonly engine: GraphQLEngine;
  readonly prepare: Prepare;
  /** Called once, when it has been replaced and nothing that began with it is under way. */
  stop(): Promise<void>;
}

/** A generation that will not be stopped before {@link Held.release}. */
export interface Held {
  readonly generation: Generation;
  /** Once. */
  release(): void;
}

/**
 * Which generation is served. Every request is worked out from beginning to end by the one that was current when it began; one
 * that was replaced is stopped when the last request that began with it is done.
 */
export class Generations {
  #current: Counted;
  readonly #stopping = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();

  constructor(first: Generation) {
    this.#current = new Counted(first);
  }

  get current(): Generation {
    return this.#current.generation;
  }

  /** The current one, for a request that begins now. */
  hold(): Held {
    this.#current.users += 1;
    return this.#current;
  }

  /** Serves the next one from now on. */
  replace(next: Generation): void {
    const old = this.#current;
    this.#current = new Counted(next);
    old.onIdle = () => this.#stop(old.generation);
    if (old.users === 0) old.onIdle();
    for (const tell of this.#listeners) tell();
  }

  /** Calls the listener after each replacement, until what it returns is called. */
  onReplaced(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops the current one too, and waits for all that were to be stopped. Nothing may begin any more. */
  async close(): Promise<void> {
    this.#stop(this.#current.generation);
    await Promise.all(this.#stopping);
  }

  #stop(generation: Generation): void {
    const stopped = generation.stop().catch(() => undefined);
    this.#stopping.add(stopped);
    void stopped.then(() => this.#stopping.delete(stopped));
  }
}

class Counted implements Held {
  readonly generation: Generation;
  users = 0;
  onIdle: (() => void) | null = null;

  constructor(generation: Generation) {
    this.generation = generation;
  }

  release(): void {
    this.users -= 1;
    if (this.users === 0) this.onIdle?.();
  }
}
