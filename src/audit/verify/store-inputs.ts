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

/**
 * All events of a store, chain by chain, with their projections as they are stored.
 * @throws StoreUnavailableError while reading, where the store does not answer
 */
export function storedEvents(store: StoredEventSource): Input<EventBatch> {
  return async function* (report) {
    for (const chain of [...(await store.chains())].sort()) {
      if (typeof chain === 'string') yield* settledBatches(new ChainReader(store, chain, report));
      else report('UNREADABLE', {}, 'The store holds events whose chain is not text.');
    }
  };
}

/** All seals of a store. @throws StoreUnavailableError while reading, where the store does not answer */
export function storedSeals(store: StoredSealSource): Input<StoredSeal> {
  return async function* () {
    for (let from = 0; ; ) {
      const seals = await store.from(from, SEALS);
      yield* seals;
      const last = seals.at(-1);
      if (last === undefined) return;
      from = last.index + 1;
    }
  };
}

/** What follows the last signature of a chain is held back until it is known whether the rest of its commit comes. */
async function* settledBatches(reader: ChainReader): AsyncGenerator<EventBatch> {
  const readEvent = storedEventReader();
  let held: readonly StoredEvent[] = [];
  for (let waits = 0; ; ) {
    const page = await reader.next();
    if (page.length === 0) {
      const wait = held.length === 0 ? undefined : COMMIT_WAITS_MS[waits];
      if (wait === undefined) break;
      waits += 1;
      await pause(wait);
      continue;
    }
    waits = 0;
    const events = [...held, ...page];
    const signed = events.findLastIndex(({ signature }) => signature !== null) + 1;
    const settled = events.length - signed > MOST_UNSIGNED ? events.length : signed;
    held = events.slice(settled);
    if (settled > 0) yield { events: events.slice(0, settled).map(readEvent) };
  }
  if (held.length > 0) yield { events: held.map(readEvent) };
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
