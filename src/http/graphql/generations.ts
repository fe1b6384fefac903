import type { GraphQLSchema } from 'graphql';
import type { Identity } from '../../domain/identity.js';
import type { ErrorCode } from '../../errors/index.js';
import type { GraphQLEngine } from './engine.js';
import type { Prepare, PreparedOperation } from './prepare.js';

/** One schema as it is served, with everything that was made for it. */
export interface Generation {
  /** 1 for the one that the gateway began with. */
  readonly number: number;
  readonly schema: GraphQLSchema;
  readonly engine: GraphQLEngine;
  readonly prepare: Prepare;
  /** The ways to its upstreams, by name: a text that is another one where the way is. */
  readonly upstreams: ReadonlyMap<string, string>;
  /** Whether a schema that operations of this generation are executed by is the gateway's own, which asks no upstream. */
  isOwn(schema: GraphQLSchema): boolean;
  /** What of an operation is denied to somebody, by coordinate, with the codes of the refusals. */
  deniedIn(
    prepared: PreparedOperation,
    variables: Readonly<Record<string, unknown>> | null,
    identity: Identity,
  ): ReadonlyMap<string, ErrorCode>;
  /** Called once, when it has been replaced and nothing that began with it is under way. */
  stop(): Promise<void>;
}

/** A generation that will not be stopped before {@link Held.release}. */
export interface Held {
  readonly generation: Generation;
  /** Once. */
  release(): void;
}

/** Generations that were replaced and have streams left. Schemas and plans are large, and streams may stay for days. */
const MOST_REPLACED = 4;

/**
 * Which generation is served. Every request is worked out from beginning to end by the one that was current when it began; one
 * that was replaced is stopped when the last request that began with it is done.
 */
export class Generations {
  #current: Counted;
  /** Replaced, and not idle; oldest first. */
  readonly #replaced: Counted[] = [];
  readonly #retired = new WeakSet<Generation>();
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
    this.#replaced.push(old);
    old.onIdle = () => {
      this.#replaced.splice(this.#replaced.indexOf(old), 1);
      this.#stop(old.generation);
    };
    if (old.users === 0) old.onIdle();
    for (const { generation } of this.#replaced.slice(0, -MOST_REPLACED)) this.#retired.add(generation);
    for (const tell of this.#listeners) tell();
  }

  /** Whether streams that were opened with it have to end, as too many others have been served since. */
  isRetired(generation: Generation): boolean {
    return this.#retired.has(generation);
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
