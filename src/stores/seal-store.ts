import type { StoredSeal } from '../domain/audit-seal.js';

/** The seals over the events of all chains. There is deliberately no update and no delete. */
export interface SealStore {
  /**
   * Stores the seal, durably as events are; `taken` where a seal of this index is stored already, by whomever: of any
   * number of concurrent callers exactly one gets `stored`, and repeating a call whose answer was lost gives `stored` where
   * the stored seal is this very one (equal hash).
   * @throws StoreUnavailableError
   */
  insert(seal: StoredSeal): Promise<'stored' | 'taken'>;
  /** The seal with the highest index, or null. @throws StoreUnavailableError */
  latest(): Promise<StoredSeal | null>;
  /** The seal with the highest index that covers events of this chain, or null; served by an index. @throws StoreUnavailableError */
  covering(chain: string): Promise<StoredSeal | null>;
  /** At most `limit` seals, ascending from `index` (inclusive). @throws StoreUnavailableError */
  from(index: number, limit: number): Promise<readonly StoredSeal[]>;
  /**
   * Resolves once every seal that was given so far is durable, whoever stored it: to be asked before one is built upon outside the
   * store. Absent where none is given before it is.
   * @throws StoreUnavailableError
   */
  settle?(): Promise<void>;
}
