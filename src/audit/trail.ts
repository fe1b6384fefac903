import type { EventDraft, EventType, StoredEvent } from '../domain/audit-event.js';
import { GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import { gathered } from '../platform/gathering.js';
import type { Logger } from '../platform/logger.js';
import type { AuditMetrics } from '../platform/metrics.js';
import type { EventStore } from '../stores/index.js';
import { createChainWriter } from './chain-writer.js';
import type { GatewayStamp } from './format.js';
import { GapWatch, gapDraft } from './gap-watch.js';
import type { ChainSigner } from './seal/chain-signer.js';
import { isDatable, type WaitingEvent, WaitingEvents } from './waiting-events.js';

export interface AuditTrailOptions {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly gateway: GatewayStamp;
  readonly logger: Logger;
  readonly metrics?: AuditMetrics;
  /** Signs each group of events; without one, as in tests of other things, nothing is signed and nothing can be sealed. */
  readonly signer?: ChainSigner;
  /** Events in one write at most. Default 500. */
  readonly maxBatch?: number;
  /** Events waiting at most; beyond it `record` refuses at once rather than let memory grow. Default 10,000. */
  readonly maxQueue?: number;
  /** Events of `recordEventually` waiting at most: those beyond are lost, and counted in the AUDIT_GAP. Default 100,000. */
  readonly maxKept?: number;
  /** How long `record` waits for durability before it refuses, milliseconds. Default 2,000. */
  readonly patienceMs?: number;
}

/**
 * The writing end of the audit trail. After a time in which it could not be written, the trail itself says so: an AUDIT_GAP
 * event tells from when until when, and how many events were given up.
 */
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
   * long the store is down. Resolves once durable. Memory is bounded: of refusals no more are kept than `record` may
   * have waiting, so that a flood of them cannot displace what happened; beyond `maxKept` nothing is.
   * @param validUntil milliseconds since the epoch; an event that could not be sent before is dropped and the promise
   *   resolves to false, because somebody else will by then have taken over the duty to record it. It is not sent again
   *   either, so that what a failed write has left open is settled by the time somebody else looks.
   * @throws GatewayError AUDIT_UNAVAILABLE: the event is lost, and counted in the AUDIT_GAP
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

const UNDATABLE = 'the event has a time that is none';
const REFUSALS: ReadonlySet<EventType> = new Set(['IMPERSONATION_DENIED', 'OPERATION_DENIED']);

/**
 * Creates the trail over one hash chain of its own. Group commit: what queues while a write is in flight goes out as
 * one ordered write after it, so that durability costs one disk or network round trip for all who wait.
 */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const { events, clock, gateway, logger, metrics } = options;
  const maxBatch = options.maxBatch ?? 500;
  const maxQueue = options.maxQueue ?? 10_000;
  const maxKept = Math.max(maxQueue, options.maxKept ?? 100_000);
  const patienceMs = options.patienceMs ?? 2_000;

  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  const queue = new WaitingEvents();
  const gap = new GapWatch();
  const writer = createChainWriter({
    events,
    clock,
    gateway,
    logger,
    metrics,
    signer: options.signer ?? null,
    patienceMs,
    waiting: () => queue.length,
    onDurable(recorded) {
      for (const listener of listeners) listener(recorded);
    },
    onOutage: (since) => gap.failed(since),
    onPoison(event, cause) {
      lose();
      event.fail(unavailable(cause));
    },
  });
  let pumping: Promise<void> | null = null;
  let closed = false;
  let givenUp = false;

  function unavailable(cause: unknown): GatewayError {
    return new GatewayError('AUDIT_UNAVAILABLE', { cause });
  }

  /** One event will never be written. */
  function lose(): void {
    gap.lost(writer.failingSince() ?? clock.now());
    metrics?.lost();
  }

  async function pump(): Promise<void> {
    do {
      // What is about to be recorded shares the write.
      await gathered(() => queue.length, maxBatch);
      const batch = queue.takeBatch(maxBatch, clock.now());
      metrics?.waiting(queue.length);
      if (batch.length === 0) continue;
      try {
        await writer.write(batch);
      } catch (error) {
        for (const entry of batch) entry.fail(unavailable(error));
      }
      reportGap();
    } while (queue.length > 0);
    writer.rest();
  }

  function reportGap(): void {
    if (givenUp || writer.failingSince() !== null) return;
    const behind = gap.close(clock.now(), queue.length === 0);
    if (behind === null) return;
    metrics?.gap();
    logger.error(behind, 'for a time the audit trail could not be written; an AUDIT_GAP event says so');
    queue.push({ draft: gapDraft(behind), validUntil: null, settle: () => {}, fail: () => {} });
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
      const failing = writer.failingSince();
      if (queue.length >= maxQueue) {
        lose();
        return Promise.reject(unavailable('the queue is full'));
      }
      if (failing !== null && clock.now() - failing > patienceMs) {
        lose();
        return Promise.reject(unavailable('the store has been failing'));
      }
      return new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          // One that is under way already is written as soon as the store takes it: nothing is lost then.
          if (queue.remove(entry)) lose();
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
      if (queue.length >= (REFUSALS.has(draft.type) ? maxQueue : maxKept)) {
        lose();
        return Promise.reject(unavailable('the queue is full'));
      }
      return new Promise<boolean>((resolve, reject) => {
        enqueue({ draft, validUntil: validUntil ?? null, settle: resolve, fail: reject });
      });
    },

    failingSince: () => writer.failingSince(),

    chains: () => writer.chains(),

    onRecorded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async close(timeoutMs) {
      closed = true;
      let timer: NodeJS.Timeout | undefined;
      const expired = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          giveUp();
          resolve();
        }, timeoutMs);
      });
      while (pumping !== null && !givenUp) await Promise.race([pumping, expired]);
      giveUp();
      clearTimeout(timer);
      const unwritten = [...writer.underWay(), ...queue.takeAll()];
      for (const entry of unwritten) entry.fail(unavailable('the gateway is stopping'));
      const lost = unwritten.length;
      if (lost > 0) logger.error({ lost }, 'audit events could not be written before the stop');
      return lost;
    },
  };

  function giveUp(): void {
    givenUp = true;
    writer.giveUp();
  }
}
