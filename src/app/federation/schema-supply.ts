import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Generations } from '../../http/graphql/generations.js';
import type { Clock } from '../../platform/clock.js';
import type { SchemaMetrics } from '../../platform/schema-metrics.js';
import type { ComposedService } from '../../upstreams/composition/compose.js';
import { CompositionError, type CompositionProblem } from '../../upstreams/composition/composition-error.js';
import { type GatewayConfig, schemaFiles } from '../../upstreams/config/gateway-config.js';
import { GatewayConfigError } from '../../upstreams/config/gateway-config-error.js';
import { createFederatedGeneration, type FederatedParts } from './federated-generation.js';
import { FetchedSchemas } from './fetched-schemas.js';
import { loadSchemas } from './load-schemas.js';
import { readGatewayConfig } from './read-gateway-config.js';
import { type WatchedFiles, watchFiles } from './watch-files.js';

export interface SchemaSupplyParts extends Omit<FederatedParts, 'number' | 'config' | 'services' | 'closing'> {
  /** The file that `GATEWAY_CONFIG` names. */
  readonly file: string;
  readonly clock: Clock;
  readonly schemaMetrics: SchemaMetrics;
}

/** What was read, before it is known whether it fits together. */
interface Inputs {
  readonly config: GatewayConfig;
  readonly services: readonly ComposedService[];
  /** Services that did not tell their schema; what they told before is among `services`. */
  readonly unreachable: readonly CompositionProblem[];
  /** What the operator should know of the schemas, though they can be served. */
  readonly notes: readonly CompositionProblem[];
  readonly fingerprint: string;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Where the served schema comes from: the configuration file, the files it names, and the services themselves. It is read anew
 * when a file changes, every `pollSeconds` and on request; what is new is served without a break, and what is bad is not: then
 * the last good schema goes on.
 */
export class SchemaSupply {
  readonly #parts: SchemaSupplyParts;
  readonly #fetched: FetchedSchemas;
  #generations: Generations | null = null;
  /** Of what is served. */
  #served = '';
  /** Of what was refused last: the same is not refused in words again and again. */
  #refused: string | null = null;
  #degraded = false;
  #running: Promise<void> | null = null;
  #next: { fetch: boolean } | null = null;
  #watched: WatchedFiles | null = null;
  #poll: NodeJS.Timeout | null = null;
  readonly #closing = new AbortController();

  constructor(parts: SchemaSupplyParts) {
    this.#parts = parts;
    this.#fetched = new FetchedSchemas(parts.transports, this.#closing.signal);
  }

  /** Whether what is served is not what the sources say now. */
  get degraded(): boolean {
    return this.#degraded;
  }

  /**
   * Reads everything for the first time, and waits for services that do not answer yet, up to `startWaitSeconds`.
   * @throws GatewayConfigError or CompositionError with every problem.
   */
  async open(): Promise<Generations> {
    const inputs = await this.#firstInputs();
    const generation = await createFederatedGeneration({ ...this.#parts, ...inputs, number: 1 });
    this.#generations = new Generations(generation);
    this.#tellServed(inputs);
    this.#watch(inputs.config);
    return this.#generations;
  }

  /** Reads everything anew. Resolves when the outcome is served, or the last good schema goes on. */
  async reload(): Promise<void> {
    await this.#request(true);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watched?.close();
    if (this.#poll !== null) clearInterval(this.#poll);
    await this.#running;
  }

  async #firstInputs(): Promise<Inputs> {
    const { logger, clock, file } = this.#parts;
    const { startWaitSeconds } = await readGatewayConfig(file);
    const deadline = clock.now() + startWaitSeconds * 1_000;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const inputs = await this.#read(true);
      if (inputs.unreachable.length === 0) return inputs;
      if (clock.now() + pause > deadline) throw new CompositionError(inputs.unreachable);
      for (const { service, message } of inputs.unreachable) {
        logger.warn({ service, problem: message }, 'waiting for the schema of a service');
      }
      await delay(pause, undefined, { signal: this.#closing.signal });
    }
  }

  async #read(fetch: boolean): Promise<Inputs> {
    const config = await readGatewayConfig(this.#parts.file);
    const { services, unreachable, notes } = await loadSchemas(config, (upstream) => this.#fetched.of(upstream, fetch));
    const told = JSON.stringify([config, services], (_, value) => (value instanceof Map ? [...value] : value));
    return { config, services, unreachable, notes, fingerprint: createHash('sha256').update(told).digest('hex') };
  }

  /** One at a time; what is asked for meanwhile is done afterwards, once. */
  #request(fetch: boolean): Promise<void> {
    this.#next = { fetch: fetch || this.#next?.fetch === true };
    this.#running ??= this.#runAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #runAll(): Promise<void> {
    for (let next = this.#next; next !== null && !this.#closing.signal.aborted; next = this.#next) {
      this.#next = null;
      await this.#attempt(next.fetch);
    }
  }

  /** Never rejects. */
  async #attempt(fetch: boolean): Promise<void> {
    let inputs: Inputs | null = null;
    try {
      inputs = await this.#read(fetch);
      if (this.#closing.signal.aborted) return;
      // Without the schema of one of them its part of the whole would go, and clients be told it never was.
      if (inputs.services.length < inputs.config.upstreams.length) throw new CompositionError(inputs.unreachable);
      if (inputs.fingerprint !== this.#served && inputs.fingerprint !== this.#refused) await this.#serve(inputs);
      // Another service may be in trouble, but what is served has just been found to be what there is.
      if (inputs.fingerprint === this.#served) this.#refused = null;
      this.#tellDegraded(inputs.fingerprint !== this.#served || inputs.unreachable.length > 0);
      if (fetch) this.#logUnreachable(inputs.unreachable);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#refuse(inputs, error);
    }
  }

  async #serve(inputs: Inputs): Promise<void> {
    const generations = this.#generations;
    if (generations === null) return;
    const number = generations.current.number + 1;
    const closing = this.#closing.signal;
    const generation = await createFederatedGeneration({ ...this.#parts, ...inputs, number, closing });
    generations.replace(generation);
    this.#tellServed(inputs);
    this.#watch(inputs.config);
    this.#parts.logger.info({ generation: number }, 'a new schema is served');
  }

  #tellServed({ fingerprint, notes }: Inputs): void {
    const { clock, logger, schemaMetrics } = this.#parts;
    this.#served = fingerprint;
    for (const { service, message } of notes)
      logger.warn({ service, problem: message }, 'a schema tells less than it may hold');
    schemaMetrics.served(this.#generations?.current.number ?? 1, clock.now());
    this.#tellDegraded(false);
  }

  #tellDegraded(degraded: boolean): void {
    this.#degraded = degraded;
    this.#parts.schemaMetrics.degraded(degraded);
  }

  /** The last good schema goes on. The problems name service and coordinate, and nothing of the sources' values. */
  #refuse(inputs: Inputs | null, error: unknown): void {
    const problems = problemsOf(error);
    const fingerprint = inputs?.fingerprint ?? createHash('sha256').update(JSON.stringify(problems)).digest('hex');
    const known = fingerprint === this.#refused;
    this.#refused = fingerprint;
    this.#tellDegraded(true);
    if (known) return;
    const { logger, schemaMetrics } = this.#parts;
    schemaMetrics.refused();
    for (const problem of problems) logger.error(problem, 'the new schema is refused; the last good one goes on');
  }

  #logUnreachable(unreachable: readonly CompositionProblem[]): void {
    for (const { service, message } of unreachable) {
      this.#parts.logger.warn({ service, problem: message }, 'the schema of a service is the one it told before');
    }
  }

  #watch(config: GatewayConfig): void {
    const { upstreams, pollSeconds } = config;
    this.#watched?.close();
    this.#watched = watchFiles([this.#parts.file, ...schemaFiles(config)], () => void this.#request(false));
    if (this.#poll !== null) clearInterval(this.#poll);
    this.#poll = null;
    if (pollSeconds === 0 || !upstreams.some(({ schema }) => 'fetch' in schema)) return;
    this.#poll = setInterval(() => void this.#request(true), pollSeconds * 1_000);
    this.#poll.unref();
  }
}

function problemsOf(error: unknown): readonly object[] {
  if (error instanceof CompositionError) {
    return error.problems.map(({ service, coordinate, message }) => ({ service, coordinate, problem: message }));
  }
  if (error instanceof GatewayConfigError) {
    return error.problems.map(({ path, message }) => ({ path, problem: message }));
  }
  return [{ err: error }];
}
