import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';

/** A whole database as it was at some moment. */
export interface Copy {
  readonly of: 'database';
}

/**
 * The database as somebody has it who holds its password, past every gateway: rows as they are, written by the database's own
 * means. Each method is carried out in SQL or by the driver of MongoDB, never by the product's stores.
 */
export interface RawDatabase {
  /** In order of chain and sequence. */
  events(): Promise<StoredEvent[]>;
  seals(): Promise<StoredSeal[]>;
  /** Writes one value over the one that is there, under the name that the field has in the database. */
  setInEvent(id: string, field: string, value: unknown): Promise<void>;
  setInSeal(index: number, field: string, value: unknown): Promise<void>;
  deleteEvents(ids: readonly string[]): Promise<void>;
  /** Inserts rows, or puts them over those that have their ids. */
  putEvents(events: readonly StoredEvent[]): Promise<void>;
  deleteSeals(indices: readonly number[]): Promise<void>;
  putSeals(seals: readonly StoredSeal[]): Promise<void>;
  copy(): Promise<Copy>;
  /** Makes the database what it was. */
  putBack(copy: Copy): Promise<void>;
  close(): Promise<void>;
}

/** The event at a place. @throws Error where there is none: an attack on nothing proves nothing */
export async function eventAt(db: RawDatabase, chain: string, sequence: number): Promise<StoredEvent> {
  const found = (await db.events()).find((event) => event.chain === chain && event.sequence === sequence);
  if (found === undefined) throw new Error(`there is no event ${sequence} of ${chain}`);
  return found;
}

export function idOf(chain: string, sequence: number): string {
  return `${chain}:${String(sequence).padStart(12, '0')}`;
}
