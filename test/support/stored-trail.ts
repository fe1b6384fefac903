import { createHash } from 'node:crypto';
import path from 'node:path';
import Database from 'libsql';
import type { Acknowledged } from './acknowledged-load.js';

/**
 * The trail as it is in the embedded store's file, read in SQL past the product, which might be wrong in the same way twice. Formulas
 * are worked out here anew.
 */
export interface StoredTrail {
  /**
   * What is wrong with the events that were written since the last call, one line each: an event that is not whole, a chain with a gap or
   * a broken link, an acknowledged event that is not there.
   */
  check(acknowledged: readonly Acknowledged[]): string[];
  /** Sessions and starts that have not come to exactly one end, one line each. */
  unsettled(): string[];
  /** How many events there are. */
  count(): number;
  seals(): number;
  close(): void;
}

interface Row {
  readonly row: number;
  readonly id: string;
  readonly chain: string;
  readonly sequence: number;
  readonly body: string;
  readonly previousHash: string;
  readonly hash: string;
}

const ENDS: Readonly<Record<string, string>> = {
  STOPPED: 'IMPERSONATION_STOPPED',
  EXPIRED: 'IMPERSONATION_EXPIRED',
  REVOKED: 'IMPERSONATION_REVOKED',
};
const END_TYPES = Object.values(ENDS)
  .map((type) => `'${type}'`)
  .join(', ');

export function openStoredTrail(directory: string): StoredTrail {
  const database = new Database(path.join(directory, 'gateway.db'));
  database.exec('PRAGMA busy_timeout = 5000');
  const heads = new Map<string, { readonly sequence: number; readonly hash: string }>();
  let lastRow = 0;

  function all<T>(sql: string, values: readonly unknown[] = []): T[] {
    return database.prepare(sql).all([...values]) as T[];
  }

  function faultsOf({ id, chain, sequence, body, previousHash, hash }: Row): string[] {
    const faults: string[] = [];
    const head = heads.get(chain) ?? { sequence: -1, hash: genesisOf(chain) };
    if (sequence !== head.sequence + 1) faults.push(`${id} follows ${head.sequence}`);
    if (previousHash !== head.hash) faults.push(`${id} does not link`);
    if (hashOf(previousHash, body) !== hash) faults.push(`${id} is not what was hashed`);
    if (!saysItsPlace(body, chain, sequence)) faults.push(`${id} has a body of another place, or half a body`);
    heads.set(chain, { sequence, hash });
    return faults;
  }

  return {
    check(acknowledged) {
      const rows = all<Row>(
        `SELECT rowid AS row, id, chain, sequence, body, lower(hex(previousHash)) AS previousHash, lower(hex(hash)) AS hash
         FROM impersonationEvents WHERE rowid > ? ORDER BY chain, sequence`,
        [lastRow],
      );
      lastRow = rows.reduce((last, { row }) => Math.max(last, row), lastRow);
      const missing = acknowledged.filter(({ type, requestId, sessionId }) => {
        const found = all<{ sessionId: string | null }>(
          'SELECT sessionId FROM impersonationEvents WHERE requestId = ? AND type = ?',
          [requestId, type],
        );
        return found.length !== 1 || (sessionId !== null && found[0]?.sessionId !== sessionId);
      });
      return [
        ...rows.flatMap(faultsOf),
        ...missing.map(
          ({ type, requestId }) => `${type} of request ${requestId} was acknowledged and is not there once`,
        ),
      ];
    },
    unsettled() {
      const sessions = all<{ id: string; status: string; ends: string | null }>(
        `SELECT id, status, (SELECT group_concat(type) FROM impersonationEvents
           WHERE sessionId = impersonationSessions.id AND type IN (${END_TYPES})) AS ends
         FROM impersonationSessions`,
      );
      const starts = all<{ id: string; voided: number }>(
        `SELECT sessionId AS id, (SELECT count(*) FROM impersonationEvents AS other
           WHERE other.sessionId = started.sessionId AND other.type = 'IMPERSONATION_VOIDED') AS voided
         FROM impersonationEvents AS started WHERE type = 'IMPERSONATION_STARTED'
           AND sessionId NOT IN (SELECT id FROM impersonationSessions)`,
      );
      return [
        ...sessions
          .filter(({ status, ends }) => ends !== ENDS[status])
          .map(({ id, status, ends }) => `session ${id} is ${status}, and its end events are [${ends ?? ''}]`),
        ...starts
          .filter(({ voided }) => voided !== 1)
          .map(({ id, voided }) => `${id} was started and voided ${voided} times`),
      ];
    },
    count: () => all<{ count: number }>('SELECT count(*) AS count FROM impersonationEvents')[0]?.count ?? 0,
    seals: () => all<{ count: number }>('SELECT count(*) AS count FROM auditSeals')[0]?.count ?? 0,
    close: () => database.close(),
  };
}

function genesisOf(chain: string): string {
  return createHash('sha256').update(`impersonation-gateway/genesis/v1\n${chain}`).digest('hex');
}

function hashOf(previousHash: string, body: string): string {
  const hash = createHash('sha256').update('impersonation-gateway/event/v1\n');
  return hash.update(previousHash, 'hex').update(body).digest('hex');
}

function saysItsPlace(body: string, chain: string, sequence: number): boolean {
  try {
    const said = JSON.parse(body) as { chain?: unknown; sequence?: unknown };
    return said.chain === chain && said.sequence === sequence;
  } catch {
    return false;
  }
}
