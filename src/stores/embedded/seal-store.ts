import type { StoredSeal } from '../../domain/audit-seal.js';
import type { SealStore } from '../seal-store.js';
import { rowLimit } from './bindable.js';
import type { Connection } from './connection.js';
import { gathered, requiredBytes, rowExpression } from './row.js';
import { INSERT_SEAL, SEAL_ROW, SEAL_TABLE, sealFromRow, sealValues } from './seal-rows.js';

const SELECT = `SELECT ${SEAL_ROW} AS row FROM ${SEAL_TABLE}`;
const HASH_BY_INDEX = gathered(`SELECT ${rowExpression([], ['hash'])} AS row FROM ${SEAL_TABLE} WHERE id = ?`);
const LATEST = gathered(`${SELECT} ORDER BY id DESC LIMIT 1`);
const COVERING = gathered(`${SELECT} WHERE id = (SELECT seal FROM sealedChains WHERE chain = ?)`);
const FROM = gathered(`${SELECT} WHERE id >= ? ORDER BY id LIMIT ?`);
/** Seals may come in any order; the newest counts. */
const NOTE_COVERED =
  'INSERT INTO sealedChains (chain, seal) VALUES (?, ?) ON CONFLICT (chain) DO UPDATE SET seal = excluded.seal WHERE excluded.seal > seal';

/** The seals of the embedded store. */
export class EmbeddedSealStore implements SealStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(seal: StoredSeal): Promise<'stored' | 'taken'> {
    return this.#connection.write(() => {
      if (this.#connection.run(INSERT_SEAL, sealValues(seal)) === 1) {
        for (const chain of seal.chains) this.#connection.run(NOTE_COVERED, [chain, seal.index]);
        return 'stored';
      }
      const [stored] = this.#connection.list(HASH_BY_INDEX, [seal.index])[0] ?? [];
      return Buffer.compare(requiredBytes(stored), seal.hash) === 0 ? 'stored' : 'taken';
    });
  }

  latest(): Promise<StoredSeal | null> {
    return this.#one(LATEST, []);
  }

  covering(chain: string): Promise<StoredSeal | null> {
    return this.#one(COVERING, [chain]);
  }

  from(index: number, limit: number): Promise<readonly StoredSeal[]> {
    return this.#connection.read(() => this.#connection.list(FROM, [index, rowLimit(limit)]).map(sealFromRow));
  }

  settle(): Promise<void> {
    return this.#connection.settle();
  }

  #one(sql: string, values: readonly unknown[]): Promise<StoredSeal | null> {
    return this.#connection.read(() => {
      const [row] = this.#connection.list(sql, values);
      return row === undefined ? null : sealFromRow(row);
    });
  }
}
