import type { StoredEvent } from '../domain/audit-event.js';
import { EventConflictError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { AuditMetrics } from '../platform/metrics.js';
import type { EventStore } from '../stores/index.js';
import { type Chain, openChain } from './chain.js';
import type { GatewayStamp } from './format.js';
import type { ChainSigner } from './seal/chain-signer.js';
import { isTooLate, type WaitingEvent } from './waiting-events.js';

export interface ChainWriterOptions {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly gateway: GatewayStamp;
  readonly logger: Logger;
  readonly metrics?: AuditMetrics | undefined;
  readonly signer: ChainSigner | null;
  /** Without an answer within this time the store counts as failing, milliseconds. */
  readonly patienceMs: number;
  /** How many events wait besides; for the log. */
  readonly waiting: () => number;
  readonly onDurable: (events: readonly StoredEvent[]) => void;
  /** Of an outage that is over, or of which nothing is outstanding any more. Milliseconds since the epoch. */
  readonly onOutage: (since: number) => void;
  /** An event that the store can never take; its caller has to be told. */
  readonly onPoison: (event: WaitingEvent, cause: unknown) => void;
}

/** Brings events to the store, one write at a time, whatever the store does meanwhile. */
export interface ChainWriter {
  /**
   * Resolves once each of the events is durable, too late, or known to be such as no store takes.
   * @throws what the store threw, once it was told to give up
   */
  write(batch: readonly WaitingEvent[]): Promise<void>;
  /** The events of the write under way; those told of their success before may be among them no more. */
  underWay(): readonly WaitingEvent[];
  /** Since when writes have been failing or unanswered, milliseconds since the epoch; null while they succeed. */
  failingSince(): number | null;
  /** Nothing is outstanding: nothing is known to fail either, else nobody would ever try again. */
  rest(): void;
  /** The chains written to. */
  chains(): ReadonlySet<string>;
  /** No try is repeated from now on. */
  giveUp(): void;
}

const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1_000;
/** A store that cannot encode what it is given is asked this often before the events are tried one by one. */
const TRIES_TOGETHER = 3;

export function createChainWriter(options: ChainWriterOptions): ChainWriter {
  const { events, clock, gateway, logger, metrics, signer, patienceMs } = options;
  let chain: Chain = openChain(gateway, signer);
  const written = new Set<string>();
  let beingWritten: readonly WaitingEvent[] = [];
  /** Of a write that is being carried out event by event. */
  let next: readonly WaitingEvent[] = [];
  let failingSince: number | null = null;
  let givenUp = false;

  /** One write of the store. Without an answer within the patience the store counts as failing, though it may come yet. */
  async function append(stored: readonly StoredEvent[]): Promise<void> {
    const begunAt = clock.now();
    const unanswered = setTimeout(() => {
      failingSince ??= begunAt;
    }, patienceMs);
    try {
      await events.append(stored);
    } catch (error) {
      failingSince ??= begunAt;
      throw error;
    } finally {
      clearTimeout(unanswered);
    }
  }

  async function write(batch: readonly WaitingEvent[]): Promise<void> {
    let pending = batch;
    // Events that may be given up half-way are signed one by one: whichever of them were written can still be sealed.
    const mayBeGivenUp = batch.some(({ validUntil }) => validUntil !== null);
    const extend = () =>
      chain.extend(
        pending.map(({ draft }) => draft),
        mayBeGivenUp,
      );
    let stored = extend();
    let pause = RETRY_FIRST_MS;
    let refusals = 0;
    while (pending.length > 0) {
      beingWritten = pending;
      try {
        // The same ids and hashes on every try: a write whose answer was lost is recognised, not repeated.
        await append(stored);
        break;
      } catch (error) {
        metrics?.appendFailed();
        if (error instanceof EventConflictError) {
          logger.error(
            { err: error, chain: chain.id },
            'audit chain conflict: the chain is closed and a new one opened',
          );
          const survivors = await durableAmong(stored).catch(() => null);
          if (survivors !== null) {
            settleDurable(pending, stored, survivors);
            pending = pending.filter((_, index) => !survivors.has(index));
            chain = openChain(gateway, signer);
            stored = extend();
          }
        } else {
          logger.warn(
            { err: error, waiting: options.waiting() + pending.length },
            'audit events could not be written; retrying',
          );
          if (isAboutTheEvents(error)) refusals += 1;
          if (refusals >= TRIES_TOGETHER && (await isolate(pending, stored, error))) return;
        }
        if (!givenUp) await new Promise((resolve) => setTimeout(resolve, pause));
        if (givenUp) throw error;
        pause = Math.min(pause * 2, RETRY_MOST_MS);
        const now = clock.now();
        if (pending.some((entry) => isTooLate(entry, now))) {
          // The head stays where it was. Should one of the tries turn out to have been carried out after all, the next
          // write meets it as a conflict and opens a new chain; nothing is recorded twice.
          for (const entry of pending) entry.settle(false);
          return;
        }
      }
    }
    recovered();
    chain.advance(stored);
    written.add(chain.id);
    metrics?.appended(stored.length);
    for (const entry of pending) entry.settle(true);
    options.onDurable(stored);
  }

  /**
   * The store is there and will not take these events as they are. One of them alone must not hold up all others for ever:
   * each is tried by itself, and one that is refused even so is given up.
   * @returns false where it cannot be said which of them are stored: then the write goes on as before
   */
  async function isolate(
    pending: readonly WaitingEvent[],
    stored: readonly StoredEvent[],
    error: unknown,
  ): Promise<boolean> {
    const [only] = pending;
    if (only === undefined) return true;
    if (pending.length === 1) {
      logger.error({ err: error, type: only.draft.type }, 'an audit event cannot be stored and is given up');
      options.onPoison(only, error);
      return true;
    }
    const durable = await durableAmong(stored).catch(() => null);
    if (durable === null) return false;
    let prefix = 0;
    while (durable.has(prefix)) prefix += 1;
    settleDurable(pending, stored, new Set([...durable].filter((index) => index < prefix)));
    chain.advance(stored.slice(0, prefix));
    for (let index = prefix; index < pending.length; index += 1) {
      next = pending.slice(index + 1);
      await write(pending.slice(index, index + 1));
    }
    return true;
  }

  function recovered(): void {
    if (failingSince === null) return;
    logger.info({ failedForMs: clock.now() - failingSince }, 'audit events are being written again');
    endOutage();
  }

  function endOutage(): void {
    if (failingSince !== null && clock.now() - failingSince > patienceMs) options.onOutage(failingSince);
    failingSince = null;
  }

  /** Which of a conflicting batch are in the store with the very hash they were given. */
  async function durableAmong(stored: readonly StoredEvent[]): Promise<Set<number>> {
    const found = new Set<number>();
    const first = stored[0];
    if (first === undefined) return found;
    for (const event of await events.chain(first.chain, first.sequence, stored.length)) {
      const index = event.sequence - first.sequence;
      const ours = stored[index];
      if (ours !== undefined && Buffer.compare(ours.hash, event.hash) === 0) found.add(index);
    }
    return found;
  }

  function settleDurable(
    batch: readonly WaitingEvent[],
    stored: readonly StoredEvent[],
    durable: ReadonlySet<number>,
  ): void {
    batch.forEach((entry, index) => {
      if (durable.has(index)) entry.settle(true);
    });
    if (durable.size > 0) written.add(chain.id);
    options.onDurable(stored.filter((_, index) => durable.has(index)));
  }

  return {
    write,
    underWay: () => [...beingWritten, ...next],
    failingSince: () => failingSince,
    rest() {
      beingWritten = [];
      next = [];
      endOutage();
    },
    chains: () => written,
    giveUp() {
      givenUp = true;
    },
  };
}

/** A value that cannot be encoded. Whatever else a store throws may pass, and then everything is kept. */
function isAboutTheEvents(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || (error instanceof Error && /^BSON/.test(error.name))
  );
}
