import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import type { Copy, RawDatabase } from './raw-database.js';

interface FileCopy extends Copy {
  readonly file: string;
}

/** The embedded store's file, opened by a program of the attacker's. */
export interface SqliteFile extends RawDatabase {
  /** Any SQL at all. */
  run(sql: string, values?: readonly unknown[]): void;
  /** Makes the columns of a table take values of any type, which the store's own STRICT tables do not. Indexes stay. */
  loosenTypes(table: 'impersonationEvents' | 'auditSeals'): void;
}

const TABLES = ['impersonationEvents', 'auditSeals', 'sealedChains'] as const;

export function openSqliteFile(directory: string): SqliteFile {
  const database = new Database(path.join(directory, 'gateway.db'));
  // A gateway may have the file open too, and write.
  database.exec('PRAGMA busy_timeout = 5000');
  const folders: string[] = [];

  function run(sql: string, values: readonly unknown[] = []): void {
    const { changes } = database.prepare(sql).run([...values]);
    if (/^(UPDATE|DELETE|INSERT)/.test(sql) && changes === 0) throw new Error(`nothing was changed by: ${sql}`);
  }

  function rows(sql: string): Record<string, unknown>[] {
    return (database.prepare(sql).all([]) as Record<string, unknown>[]).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, bytesAsBuffer(value)])),
    );
  }

  function put(table: string, row: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(', ');
    run(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${marks})`, Object.values(row));
  }

  return {
    run,
    async events() {
      return rows('SELECT * FROM impersonationEvents ORDER BY chain, sequence').map(eventOf);
    },
    async seals() {
      return rows('SELECT * FROM auditSeals ORDER BY id').map(sealOf);
    },
    async setInEvent(id, field, value) {
      run(`UPDATE impersonationEvents SET ${field} = ? WHERE id = ?`, [value, id]);
    },
    async setInSeal(index, field, value) {
      run(`UPDATE auditSeals SET ${field} = ? WHERE id = ?`, [value, index]);
    },
    async deleteEvents(ids) {
      for (const id of ids) run('DELETE FROM impersonationEvents WHERE id = ?', [id]);
    },
    async putEvents(events) {
      for (const { details, previousHash, hash, signature, ...rest } of events) {
        put('impersonationEvents', {
          ...rest,
          previousHash: Buffer.from(previousHash),
          hash: Buffer.from(hash),
          signature: signature && Buffer.from(signature),
          detailsSalt: details && Buffer.from(details.salt),
          detailsText: details?.text ?? null,
        });
      }
    },
    async deleteSeals(indices) {
      for (const index of indices) run('DELETE FROM auditSeals WHERE id = ?', [index]);
    },
    async putSeals(seals) {
      for (const { index, previousHash, hash, signature, chains, kid, ...rest } of seals) {
        put('auditSeals', {
          ...rest,
          id: index,
          previousSealHash: Buffer.from(previousHash),
          hash: Buffer.from(hash),
          signature: Buffer.from(signature),
          chains: JSON.stringify(chains),
          key: kid,
        });
      }
    },
    loosenTypes(table) {
      const columns = rows(`PRAGMA table_info(${table})`).map(({ name }) => String(name));
      const [key, ...others] = columns;
      const indexes = rows(
        `SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = '${table}' AND sql IS NOT NULL`,
      );
      database.exec(`ALTER TABLE ${table} RENAME TO strict_${table}`);
      database.exec(`CREATE TABLE ${table} (${[`${key} NOT NULL PRIMARY KEY`, ...others].join(', ')})`);
      database.exec(`INSERT INTO ${table} SELECT ${columns.join(', ')} FROM strict_${table}`);
      database.exec(`DROP TABLE strict_${table}`);
      for (const { sql } of indexes) database.exec(String(sql));
    },
    async copy() {
      const folder = await mkdtemp(path.join(tmpdir(), 'tampering-copy-'));
      folders.push(folder);
      const file = path.join(folder, 'copy.db');
      database.exec(`VACUUM INTO '${file}'`);
      return { of: 'database', file } satisfies FileCopy;
    },
    async putBack(copy) {
      database.exec(`ATTACH '${(copy as FileCopy).file}' AS earlier`);
      for (const table of TABLES) {
        database.exec(`DELETE FROM ${table}`);
        database.exec(`INSERT INTO ${table} SELECT * FROM earlier.${table}`);
      }
      database.exec('DETACH earlier');
    },
    async close() {
      database.close();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** libsql gives binary values of a row with names as ArrayBuffer. */
function bytesAsBuffer(value: unknown): unknown {
  return value instanceof ArrayBuffer ? Buffer.from(value) : value;
}

function eventOf(row: Record<string, unknown>): StoredEvent {
  const { detailsSalt, detailsText, ...rest } = row;
  const details = detailsSalt === null ? null : { salt: detailsSalt, text: detailsText };
  return { ...rest, details } as unknown as StoredEvent;
}

function sealOf(row: Record<string, unknown>): StoredSeal {
  const { id, previousSealHash, chains, key, ...rest } = row;
  return {
    ...rest,
    index: id,
    previousHash: previousSealHash,
    chains: JSON.parse(String(chains)),
    kid: key,
  } as unknown as StoredSeal;
}
