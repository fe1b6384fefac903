import type { FaultKind, Limit } from '../../src/audit/verify/index.js';
import type { Copy, RawDatabase } from './raw-database.js';
import type { WrittenTrail } from './written-trail.js';

/** The rows of the attack table of the design; each has to be carried out in every store. */
export const ROWS = [
  'edit a body',
  'edit a projection',
  're-type a projection',
  'delete in the middle',
  'duplicate',
  'reorder',
  'edit and re-chain',
  'forge an event with its own key',
  'cut a sealed tail',
  'drop a whole chain',
  'drop a seal',
  'edit a seal',
  'roll the whole database back',
  'wipe it',
  'edit, re-chain and re-seal with the stolen signing key',
  'cut the unsealed tail',
  'erase or edit details',
] as const;
export type Row = (typeof ROWS)[number];

/** What the attacker works on, and what is known of it. */
export interface Ground<D extends RawDatabase = RawDatabase> {
  readonly db: D;
  readonly trail: WrittenTrail;
  /** The database as it was when that seal had just been made. */
  readonly copyAtSeal: (index: number) => Copy;
  /** The product's own erasure, which is allowed to change the database. */
  readonly eraseByThePort: (personId: string) => Promise<number>;
}

/** One way to carry a row out, and exactly what a verification has to say of it. */
export interface Attack<D extends RawDatabase = RawDatabase> {
  readonly row: Row;
  readonly name: string;
  readonly attack: (ground: Ground<D>) => Promise<void>;
  /**
   * The kinds of fault that verification of the store names, with keys and anchors: these and no others. None: it holds.
   * `NOT_VERIFIABLE`: the store cannot be read; the command says so and exits with 2, which no auditor takes for a verdict.
   */
  readonly online: readonly FaultKind[] | 'NOT_VERIFIABLE';
  /**
   * The same, of an export of that store with keys and anchors. An export holds no projections and no seals, so it is whole where
   * those alone were changed. `NO_EXPORT`: the store cannot be exported any more.
   */
  readonly offline: readonly FaultKind[] | 'NO_EXPORT';
  /** The same, of the store without its anchors, where the difference is the point. */
  readonly withoutAnchors?: readonly FaultKind[];
  /** What a verdict without faults says it does not cover. Default: events that are not sealed yet. */
  readonly limits?: readonly Limit[];
}
