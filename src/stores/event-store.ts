import type { EventOutcome, EventType, StoredEvent } from '../domain/audit-event.js';
import type { PageRequest, Slice } from './page.js';

/** Fields that are absent do not restrict. Times are milliseconds since the epoch, half-open: after <= t < before. */
export interface EventFilter {
  readonly types?: readonly EventType[];
  readonly outcome?: EventOutcome;
  readonly actorId?: string;
  readonly subjectId?: string;
  readonly sessionId?: string;
  readonly requestId?: string;
  readonly operationName?: string;
  readonly occurredAfter?: number;
  readonly occurredBefore?: number;
}

/** The newest event of a chain: its number, and when it occurred in milliseconds since the epoch (NaN where that is no time). */
export interface ChainHead {
  readonly chain: string;
  readonly sequence: number;
  readonly occurredAt: number;
}

/** Tells that something was written; never what. */
export interface EventWatch {
  /** Whether it can be relied on just now. While it reconnects it cannot: then one has to look by oneself. */
  alive(): boolean;
  stop(): Promise<void>;
}

/**
 * Tells whether a store holds events to the last byte as they were written, without their being read one by one. An imprint is a
 * digest that no one can find other events for.
 */
export interface EventImprints {
  /** The imprint that the store has to give once it holds exactly these events, in this order. */
  of(events: readonly StoredEvent[]): string;
  /**
   * The imprint of everything that is stored as an event of this chain from one sequence to another, both included; null where
   * nothing is.
   * @throws StoreUnavailableError
   */
  stored(chain: string, from: number, to: number): Promise<string | null>;
}

/** Stretches of equal length that follow one another, half-open; milliseconds since the epoch. */
export interface CountRequest {
  readonly types: readonly EventType[];
  /** Where the first begins; a whole number, as are the others. */
  readonly from: number;
  /** Where the last ends, be it shorter than the others. */
  readonly until: number;
  /** How long each is; at least 1. */
  readonly width: number;
}

/** How many events of one type are in one stretch. */
export interface EventCount {
  readonly type: EventType;
  /** The number of the stretch, from 0. */
  readonly stretch: number;
  readonly count: number;
}

/** The events of all chains. There is deliberately no delete but that of what was archived, and no update but the erasure of details. */
export interface EventStore {
  /**
   * Writes the events in the order given and resolves once all are durable (MongoDB: majority and journal; embedded:
   * fsynced). Repeating a call is safe: an event already stored with an equal hash counts as written.
   * @throws EventConflictError where an id is stored with a different hash.
   * @throws StoreUnavailableError where the store did not answer; any prefix of the events may have been written.
   */
  append(events: readonly StoredEvent[]): Promise<void>;
  /** The event with this id, or null. */
  get(id: string): Promise<StoredEvent | null>;
  /** Newest first by (occurredAt, id); each filter is served by an index. */
  page(filter: EventFilter, page: PageRequest): Promise<Slice<StoredEvent>>;
  /**
   * Counts the events of each type in each stretch, those with any in no order. Read from the index over type and time alone:
   * the cost is one entry of it for each event counted, and a seek for each stretch, whatever else the trail holds.
   * Each stretch is counted by itself: what is written meanwhile may be in the later ones.
   * @throws StoreUnavailableError; also where one stretch has more than can be counted in the time that an operation has.
   */
  count(request: CountRequest): Promise<readonly EventCount[]>;
  /** At most `limit` events of one chain, ascending from `fromSequence` (inclusive). */
  chain(chain: string, fromSequence: number, limit: number): Promise<readonly StoredEvent[]>;
  /** The ids of all chains, ascending. */
  chains(): Promise<readonly string[]>;
  /**
   * Whether an event is stored where nobody who reads the chains by {@link chains} and {@link chain}, from 0 on, ever comes, though a page
   * may show it: in this chain at a sequence below 0 or one that is no number; or, for null, in no chain at all. No gateway writes
   * such an event. Served by an index.
   * @throws StoreUnavailableError
   */
  hasBeyondChain(chain: string | null): Promise<boolean>;
  /**
   * The ids of the chains that have an event with `occurredAt >= since` (milliseconds since the epoch), ascending; served by
   * an index, at the cost of the events since then.
   * @throws StoreUnavailableError
   */
  chainsSince(since: number): Promise<readonly string[]>;
  /**
   * The ids of the chains whose FIRST event (sequence 0) has `occurredAt >= since` (milliseconds since the epoch), ascending;
   * served by an index.
   * @throws StoreUnavailableError
   */
  openedSince(since: number): Promise<readonly string[]>;
  /**
   * The newest event of every chain, in no order; a chain that is written to meanwhile may have gone on. At the cost of the
   * chains, not of the events.
   * @throws StoreUnavailableError
   */
  heads(): Promise<readonly ChainHead[]>;
  /**
   * Those of these ids under which an event is stored, in no order: one look-up, however many there are.
   * @param ids at most 1,000
   * @throws StoreUnavailableError
   */
  existing(ids: readonly string[]): Promise<readonly string[]>;
  /** Absent where the store has no way that is cheaper than giving the events. */
  readonly imprints?: EventImprints;
  /**
   * Calls `onChange` soon after anybody else has written events, and when the watch is lost or found again. A hint: calls may be
   * too many, and some may be missing. This store's own writes need not cause any.
   * Absent, or null, where the store cannot tell.
   * @throws StoreUnavailableError where it could tell, but does not answer.
   */
  watch?(onChange: () => void): Promise<EventWatch | null>;
  /**
   * Destroys the `details` of every event whose actor or subject is the person, durably; nothing else of an event changes, so
   * its chain stays valid. May be repeated: after a failure any part of the events may have lost theirs.
   * @returns how many events lost their details now.
   * @throws StoreUnavailableError
   */
  eraseDetails(personId: string): Promise<number>;
  /**
   * Deletes the first `limit` events of those of one chain that lie between two sequences, both included, durably; no others.
   * Those that are left begin behind those that are gone: where it was broken off, it is to be called again. The caller has put
   * on record, sealed, what it deletes (AUDIT_PRUNED), and holds a verified archive of it.
   * @param limit at least 1
   * @returns how many were deleted; less than `limit` where none are left between the two.
   * @throws StoreUnavailableError: any of those may have been deleted, from the first on
   */
  prune(range: { readonly chain: string; readonly from: number; readonly to: number }, limit: number): Promise<number>;
}
