import type { EventDraft, StoredEvent } from '../domain/audit-event.js';
import { EventConflictError, GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { AuditMetrics } from '../platform/metrics.js';
import type { EventStore } from '../stores/index.js';
import { type Chain, openChain } from './chain.js';
import type { GatewayStamp } from './format.js';
import type { ChainSigner } from './seal/chain-signer.js';
import { isDatable, isTooLate, type WaitingEvent, WaitingEvents } from './waiting-events.js';

export interface AuditTrailOptions {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly gateway: GatewayStamp;
  readonly logger: Logger;
  readonly metrics?: AuditMetrics;
  /** Signs each group of events; see {@link openChain}. */
  readonly signer?: ChainSigner;
  /** Events in one write at most. Default 500. */
  readonly maxBatch?: number;
  /** Events waiting at most; beyond it `record` refuses at once rather than let memory grow. Default 10,000. */
  readonly maxQueue?: number;
  /** How long `record` waits for durability before it refuses, milliseconds. Default 2,000. */
  readonly patienceMs?: number;
}

/** The writing end of the audit trail. */
export interface AuditTrail {
  /**
   * Resolves once the event is durable. Where that does not happen within the patience, or the trail is known to be
   * failing, it rejects: the caller must then refuse what the event was to permit. An event that was already on its
   * way to the store when it was given up may still be written.
   * @throws GatewayError AUDIT_UNAVAILABLE
   */
  record(draft: EventDraft): Promise<void>;
  /**
   * For events of things that have happened and cannot be refused any more: kept and retried until durable, however
   * long the store is down. Resolves once durable.
   * @param validUntil milliseconds since the epoch; an event that could not be sent before is dropped and the promise
   *   resolves to false, because somebody else will by then have taken over the duty to record it. It is not sent again
   *   either, so that what a failed write has left open is settled by the time somebody else looks.
   */
  recordEventually(draft: EventDraft, validUntil?: number): Promise<boolean>;
  /** Since when writes have been failing or unanswered, milliseconds since the epoch; null while they succeed. */
  failingSince(): number | null;
  /** The chains this process has written to. */
  chains(): ReadonlySet<string>;
  /** Calls the listener with each group of events once they are durable. Returns how to stop. */
  onRecorded(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Accepts nothing more, and writes what waits, for at most `timeoutMs`. Resolves to the number of events not known to be written. */
  close(timeoutMs: number): Promise<number>;
}

const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1_000;
const UNDATABLE = 'the event has a time that is none';

/**
 * Creates the trail over one hash chain of its own. Group commit: what queues while a write is in flight goes out as
 * one ordered write after it, so that durability costs one disk or network round trip for all who wait.
 */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const { events, clock, gateway, logger, metrics } = options;
  const maxBatch = options.maxBatch ?? 500;
  const maxQueue = options.maxQueue ?? 10_000;
  const patienceMs = options.patienceMs ?? 2_000;

  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  const signer = options.signer ?? null;
  let chain: Chain = openChain(gateway, signer);
  const written = new Set<string>();
  const queue = new WaitingEvents();
  let beingWritten: readonly WaitingEvent[] = [];
  let pumping: Promise<void> | null = null;
  let failingSince: number | null = null;
  let closed = false;
  let givenUp = false;

  function unavailable(cause: unknown): GatewayError {
    return new GatewayError('AUDIT_UNAVAILABLE', { cause });
  }

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

  /** Writes the events, trying again until it succeeds, is given up, or is too late for them. */
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
            { err: error, waiting: queue.length + pending.length },
            'audit events could not be written; retrying',
          );
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
    if (failingSince !== null) {
      logger.info({ failedForMs: clock.now() - failingSince }, 'audit events are being written again');
      failingSince = null;
    }
    chain.advance(stored);
    written.add(chain.id);
    metrics?.appended(stored.length);
    for (const entry of pending) entry.settle(true);
    announce(stored);
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
    announce(stored.filter((_, index) => durable.has(index)));
  }

  function announce(recorded: readonly StoredEvent[]): void {
    for (const listener of listeners) listener(recorded);
  }

  async function pump(): Promise<void> {
    // One turn of the event loop, so that requests that arrived together share the write.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const batch = queue.takeBatch(maxBatch, clock.now());
      metrics?.waiting(queue.length);
      if (batch.length === 0) continue;
      try {
        await write(batch);
      } catch (error) {
        for (const entry of batch) entry.fail(unavailable(error));
      }
      beingWritten = [];
    }
    // With no write outstanding nothing is known to fail; else nobody would ever try again.
    failingSince = null;
  }

  function enqueue(entry: WaitingEvent): void {
    queue.push(entry);
    metrics?.waiting(queue.length);
    startPump();
  }

  function startPump(): void {
    pumping ??= pump().finally(() => {
      pumping = null;
      // Something may have queued between the pump's last look and this turn.
      if (queue.length > 0) startPump();
    });
  }

  return {
    record(draft) {
      if (closed) return Promise.reject(unavailable('the trail is closed'));
      if (!isDatable(draft)) return Promise.reject(unavailable(UNDATABLE));
      if (queue.length >= maxQueue) return Promise.reject(unavailable('the queue is full'));
      if (failingSince !== null && clock.now() - failingSince > patienceMs) {
        return Promise.reject(unavailable('the store has been failing'));
      }
      return new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          queue.remove(entry);
          metrics?.waiting(queue.length);
          reject(unavailable('the store did not answer in time'));
        }, patienceMs);
        const entry: WaitingEvent = {
          draft,
          validUntil: null,
          settle: () => {
            clearTimeout(timer);
            resolve();
          },
          fail: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        enqueue(entry);
      });
    },

    recordEventually(draft, validUntil) {
      if (closed) return Promise.reject(unavailable('the trail is closed'));
      if (!isDatable(draft)) return Promise.reject(unavailable(UNDATABLE));
      return new Promise<boolean>((resolve, reject) => {
        enqueue({ draft, validUntil: validUntil ?? null, settle: resolve, fail: reject });
      });
    },

    failingSince: () => failingSince,

    chains: () => written,

    onRecorded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async close(timeoutMs) {
      closed = true;
      let timer: NodeJS.Timeout | undefined;
      const expired = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          givenUp = true;
          resolve();
        }, timeoutMs);
      });
      while (pumping !== null && !givenUp) await Promise.race([pumping, expired]);
      givenUp = true;
      clearTimeout(timer);
      const unwritten = [...beingWritten, ...queue.takeAll()];
      for (const entry of unwritten) entry.fail(unavailable('the gateway is stopping'));
      const lost = unwritten.length;
      if (lost > 0) logger.error({ lost }, 'audit events could not be written before the stop');
      return lost;
    },
  };
}
