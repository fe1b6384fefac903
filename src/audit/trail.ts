import type { EventDraft, StoredEvent } from '../domain/audit-event.js';
import { EventConflictError, GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { AuditMetrics } from '../platform/metrics.js';
import type { EventStore } from '../stores/index.js';
import { type Chain, openChain } from './chain.js';
import type { GatewayStamp } from './format.js';

export interface AuditTrailOptions {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly gateway: GatewayStamp;
  readonly logger: Logger;
  readonly metrics?: AuditMetrics;
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
   *   resolves to false, because somebody else will by then have taken over the duty to record it.
   */
  recordEventually(draft: EventDraft, validUntil?: number): Promise<boolean>;
  /** Since when writes have been failing, milliseconds since the epoch; null while they succeed. */
  failingSince(): number | null;
  /** Calls the listener with each group of events once they are durable. Returns how to stop. */
  onRecorded(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Writes what waits, for at most `timeoutMs`; then accepts nothing more. Resolves to the number of events lost. */
  close(timeoutMs: number): Promise<number>;
}

interface Waiting {
  readonly draft: EventDraft;
  readonly validUntil: number | null;
  readonly settle: (written: boolean) => void;
  readonly fail: (error: Error) => void;
}

const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1_000;

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
  let chain: Chain = openChain(gateway);
  let queue: Waiting[] = [];
  let pumping: Promise<void> | null = null;
  let failingSince: number | null = null;
  let closed = false;
  let giveUpAt = Number.POSITIVE_INFINITY;

  function unavailable(cause: unknown): GatewayError {
    return new GatewayError('AUDIT_UNAVAILABLE', { cause });
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    let pending = batch;
    let stored = chain.extend(pending.map((entry) => entry.draft));
    let pause = RETRY_FIRST_MS;
    for (;;) {
      try {
        // The same ids and hashes on every try: a write whose answer was lost is recognised, not repeated.
        await events.append(stored);
        break;
      } catch (error) {
        failingSince ??= clock.now();
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
            chain = openChain(gateway);
            stored = chain.extend(pending.map((entry) => entry.draft));
            continue;
          }
        } else {
          logger.warn(
            { err: error, waiting: queue.length + pending.length },
            'audit events could not be written; retrying',
          );
        }
        if (clock.now() >= giveUpAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, RETRY_MOST_MS);
      }
    }
    if (failingSince !== null) {
      logger.info({ failedForMs: clock.now() - failingSince }, 'audit events are being written again');
      failingSince = null;
    }
    chain.advance(stored);
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
    batch: readonly Waiting[],
    stored: readonly StoredEvent[],
    durable: ReadonlySet<number>,
  ): void {
    batch.forEach((entry, index) => {
      if (durable.has(index)) entry.settle(true);
    });
    announce(stored.filter((_, index) => durable.has(index)));
  }

  function announce(recorded: readonly StoredEvent[]): void {
    for (const listener of listeners) listener(recorded);
  }

  async function pump(): Promise<void> {
    // One turn of the event loop, so that requests that arrived together share the write.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const now = clock.now();
      const batch: Waiting[] = [];
      const rest: Waiting[] = [];
      for (const entry of queue) {
        if (entry.validUntil !== null && now > entry.validUntil) entry.settle(false);
        else if (batch.length < maxBatch) batch.push(entry);
        else rest.push(entry);
      }
      queue = rest;
      metrics?.waiting(rest.length);
      if (batch.length === 0) continue;
      try {
        await write(batch);
      } catch (error) {
        for (const entry of batch) entry.fail(unavailable(error));
      }
    }
  }

  function enqueue(entry: Waiting): void {
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
      if (queue.length >= maxQueue) return Promise.reject(unavailable('the queue is full'));
      if (failingSince !== null && clock.now() - failingSince > patienceMs) {
        return Promise.reject(unavailable('the store has been failing'));
      }
      return new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          queue = queue.filter((waiting) => waiting !== entry);
          reject(unavailable('the store did not answer in time'));
        }, patienceMs);
        const entry: Waiting = {
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
      return new Promise<boolean>((resolve, reject) => {
        enqueue({ draft, validUntil: validUntil ?? null, settle: resolve, fail: reject });
      });
    },

    failingSince: () => failingSince,

    onRecorded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async close(timeoutMs) {
      closed = true;
      giveUpAt = clock.now() + timeoutMs;
      let timer: NodeJS.Timeout | undefined;
      const expired = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([pumping ?? Promise.resolve(), expired]);
      clearTimeout(timer);
      const lost = queue.length;
      for (const entry of queue) entry.fail(unavailable('the gateway is stopping'));
      queue = [];
      if (lost > 0) logger.error({ lost }, 'audit events could not be written before the stop');
      return lost;
    },
  };
}
