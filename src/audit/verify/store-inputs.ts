import { setTimeout as pause } from 'node:timers/promises';
import type { StoredEvent } from '../../domain/audit-event.js';
import type { StoredSeal } from '../../domain/audit-seal.js';
import type { SealStore } from '../../stores/seal-store.js';
import { ChainReader, type StoredEventSource } from './chain-reader.js';
import { DetailsHash, EventHash } from './event-hash.js';
import type { TrailEvent } from './trail-event.js';
import type { EventBatch, Input } from './verify-trail.js';

export type { StoredEventSource };
export type StoredSealSource = Pick<SealStore, 'from'>;

const SEALS = 500;
/** MongoDB may show the first events of a commit before the last, signed one: so long is it taken to be under way. */
const COMMIT_WAITS_MS = [20, 80, 400, 1_500];
/** More than a commit ever holds. */
const MOST_UNSIGNED = 5_000;

export interface StoredEventsOptions {
  /** How many events are read, and handed on, at once. Default 1,000. */
  readonly page?: number;
  /** Gives up waiting for the rest of a commit, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * All events of a store, chain by chain, with their projections as they are stored.
 * @throws StoreUnavailableError while reading, where the store does not answer
 */
export function storedEvents(store: StoredEventSource, options: StoredEventsOptions = {}): Input<EventBatch> {
  return async function* (report) {
    for (const chain of [...(await store.chains())].sort()) {
      if (typeof chain === 'string') {
        yield* settledBatches(new ChainReader(store, chain, report, options.page), options);
        // A page would show it to an auditor, and no hash, link or seal vouches for it.
        if ((await store.hasBeyondChain?.(chain)) === true) {
          report('UNREADABLE', { chain }, `The store holds an event of ${chain} at a place that no chain has.`);
        }
      } else report('UNREADABLE', {}, 'The store holds events whose chain is not text.');
    }
    if ((await store.hasBeyondChain?.(null)) === true)
      report('UNREADABLE', {}, 'The store holds an event of no chain.');
  };
}

/**
 * All seals of a store.
 * @param page how many are read at once
 * @throws StoreUnavailableError while reading, where the store does not answer
 */
export function storedSeals(store: StoredSealSource, page: number = SEALS): Input<StoredSeal> {
  return async function* () {
    for (let from = 0; ; ) {
      const seals = await store.from(from, page);
      yield* seals;
      const last = seals.at(-1);
      if (last === undefined) return;
      from = last.index + 1;
    }
  };
}

/** What follows the last signature of a chain is held back until it is known whether the rest of its commit comes. */
async function* settledBatches(
  reader: ChainReader,
  { page: most = Number.POSITIVE_INFINITY, signal }: StoredEventsOptions,
): AsyncGenerator<EventBatch> {
  const readEvent = storedEventReader();
  let held: readonly StoredEvent[] = [];
  for (let waits = 0; ; ) {
    const page = await reader.next();
    if (page.length === 0) {
      const wait = held.length === 0 ? undefined : COMMIT_WAITS_MS[waits];
      if (wait === undefined) break;
      waits += 1;
      await pause(wait, undefined, { signal });
      continue;
    }
    waits = 0;
    const events = [...held, ...page];
    const signed = events.findLastIndex(({ signature }) => signature !== null) + 1;
    const settled = events.length - signed > MOST_UNSIGNED ? events.length : signed;
    held = events.slice(settled);
    yield* batchesOf(events.slice(0, settled));
  }
  yield* batchesOf(held);

  function* batchesOf(events: readonly StoredEvent[]): Generator<EventBatch> {
    for (let at = 0; at < events.length; at += most) yield { events: events.slice(at, at + most).map(readEvent) };
  }
}

/** Reads stored events as events of a trail. */
function storedEventReader(): (event: StoredEvent) => TrailEvent {
  const ofEvent = new EventHash();
  const ofDetails = new DetailsHash();

  return ({ chain, sequence, previousHash, hash, body, signature, details, ...projections }) => {
    const previous = hex(previousHash);
    return {
      chain,
      sequence,
      previousHash: previous,
      hash: hex(hash),
      body,
      actualHash: ofEvent.ofText(previous, body),
      signature: signature && base64url(signature),
      actualDetailsHash: details && ofDetails.ofText(base64url(details.salt), details.text),
      projections,
    };
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
