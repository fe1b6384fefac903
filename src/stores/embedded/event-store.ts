import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from '../../domain/audit-event.js';
import { EventConflictError } from '../../errors/index.js';
import type {
  ChainHead,
  CountRequest,
  EventCount,
  EventFilter,
  EventImprints,
  EventStore,
  EventWatch,
} from '../event-store.js';
import type { PageRequest, Slice } from '../page.js';
import { rowLimit } from './bindable.js';
import type { Connection } from './connection.js';
import { eventQuery } from './event-query.js';
import { EVENT_ROW, EVENT_TABLE, eventFromRow, eventValues, INSERT_EVENT } from './event-rows.js';
import { IMPRINTED, imprintOf, imprintOfBytes } from './imprint.js';
import { type PagedList, readPage } from './keyset-page.js';
import { gathered, requiredBytes, requiredInteger, requiredText, rowExpression } from './row.js';
import { watchDatabase } from './watch.js';

const SELECT = `SELECT ${EVENT_ROW} AS row FROM ${EVENT_TABLE}`;
const BY_ID = gathered(`${SELECT} WHERE id = ?`);
const HASH_BY_ID = gathered(`SELECT ${rowExpression([], ['hash'])} AS row FROM ${EVENT_TABLE} WHERE id = ?`);
const CHAIN = gathered(
  `${SELECT} INDEXED BY eventsByChain WHERE chain = ? AND sequence >= ? ORDER BY sequence, rowid LIMIT ?`,
);
/** Hops from chain to chain in the index: the cost is that of the chains, not of the events. */
const HOPS = `WITH RECURSIVE hop (chain) AS (
  SELECT min(chain) FROM ${EVENT_TABLE}
  UNION ALL
  SELECT (SELECT min(chain) FROM ${EVENT_TABLE} WHERE chain > hop.chain) FROM hop WHERE hop.chain IS NOT NULL
)`;
const CHAINS = `${HOPS} ${gathered('SELECT json_array(chain) AS row FROM hop WHERE chain IS NOT NULL')}`;
const HEADS = `${HOPS} ${gathered(`SELECT (
  SELECT json_array(chain, sequence, occurredAt) FROM ${EVENT_TABLE} INDEXED BY eventsByChain
  WHERE chain = hop.chain ORDER BY sequence DESC LIMIT 1
) AS row FROM hop WHERE chain IS NOT NULL`)}`;
const BEYOND_CHAIN = `SELECT ${['sequence < 0', 'sequence IS NULL']
  .map((where) => `EXISTS (SELECT 1 FROM ${EVENT_TABLE} INDEXED BY eventsByChain WHERE chain = ?1 AND ${where})`)
  .join(' OR ')}`;
/** To be asked with NULL: the column is NOT NULL, but whoever has the file can have made it another one. */
const OF_NO_CHAIN = `SELECT EXISTS (SELECT 1 FROM ${EVENT_TABLE} INDEXED BY eventsByChain WHERE chain IS ?)`;
const EXISTING = gathered(
  `SELECT json_array(id) AS row FROM ${EVENT_TABLE} WHERE id IN (SELECT value FROM json_each(?))`,
);
const CHAINS_SINCE = gathered(
  `SELECT DISTINCT json_array(chain) AS row FROM ${EVENT_TABLE} INDEXED BY eventsByTime WHERE occurredAt >= ? ORDER BY chain`,
);
const OPENED_SINCE = gathered(
  `SELECT DISTINCT json_array(chain) AS row FROM ${EVENT_TABLE} INDEXED BY openingsByTime WHERE sequence = 0 AND occurredAt >= ? ORDER BY chain`,
);
const COUNT = `SELECT count(*) FROM ${EVENT_TABLE} INDEXED BY eventsByType WHERE type = ? AND occurredAt >= ? AND occurredAt < ?`;
const ERASE_AS = [
  ['actorId', 'eventsByActor'],
  ['subjectId', 'eventsBySubject'],
].map(
  ([column, index]) =>
    `UPDATE ${EVENT_TABLE} INDEXED BY ${index} SET detailsSalt = NULL, detailsText = NULL WHERE ${column} = ? AND detailsSalt IS NOT NULL`,
);

const PRUNE = `DELETE FROM ${EVENT_TABLE} WHERE rowid IN (SELECT rowid FROM ${EVENT_TABLE} INDEXED BY eventsByChain WHERE chain = ? AND sequence >= ? AND sequence <= ? ORDER BY sequence LIMIT ?)`;

const EVENT_LIST: PagedList<StoredEvent> = {
  table: EVENT_TABLE,
  timeColumn: 'occurredAt',
  timeIndex: 'eventsByTime',
  row: EVENT_ROW,
  decode: eventFromRow,
};

/** The audit events of the embedded store. */
export class EmbeddedEventStore implements EventStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(events: readonly StoredEvent[]): Promise<void> {
    return this.#connection.write(() => {
      for (const event of events) this.#insert(event);
    });
  }

  #insert(event: StoredEvent): void {
    if (this.#connection.run(INSERT_EVENT, eventValues(event)) === 1) return;
    const [stored] = this.#connection.list(HASH_BY_ID, [event.id])[0] ?? [];
    if (Buffer.compare(requiredBytes(stored), event.hash) !== 0) throw new EventConflictError(event.id);
  }

  get(id: string): Promise<StoredEvent | null> {
    return this.#connection.read(() => {
      const [row] = this.#connection.list(BY_ID, [id]);
      return row === undefined ? null : eventFromRow(row);
    });
  }

  page(filter: EventFilter, page: PageRequest): Promise<Slice<StoredEvent>> {
    return this.#connection.read(() => {
      const query = eventQuery(filter);
      if (query === null) return { items: [], hasMore: false };
      return readPage(this.#connection, EVENT_LIST, query, page);
    });
  }

  async count({ types, from, until, width }: CountRequest): Promise<readonly EventCount[]> {
    const counts: EventCount[] = [];
    for (let stretch = 0, start = from; start < until; stretch += 1, start += width) {
      const end = Math.min(start + width, until);
      await this.#connection.read(() => {
        for (const type of new Set(types)) {
          const count = this.#connection.number(COUNT, [type, start, end]);
          if (count > 0) counts.push({ type, stretch, count });
        }
      });
      // The engine blocks while it counts: others get their turn after each stretch.
      await turn();
    }
    return counts;
  }

  chain(chain: string, fromSequence: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#connection.read(() =>
      this.#connection.list(CHAIN, [chain, fromSequence, rowLimit(limit)]).map(eventFromRow),
    );
  }

  chains(): Promise<readonly string[]> {
    return this.#chainsOf(CHAINS, []);
  }

  hasBeyondChain(chain: string | null): Promise<boolean> {
    const sql = chain === null ? OF_NO_CHAIN : BEYOND_CHAIN;
    return this.#connection.read(() => this.#connection.number(sql, [chain]) !== 0);
  }

  chainsSince(since: number): Promise<readonly string[]> {
    return this.#chainsOf(CHAINS_SINCE, [since]);
  }

  openedSince(since: number): Promise<readonly string[]> {
    return this.#chainsOf(OPENED_SINCE, [since]);
  }

  heads(): Promise<readonly ChainHead[]> {
    return this.#connection.read(() =>
      this.#connection.list(HEADS, []).map(([chain, sequence, occurredAt]) => ({
        chain: requiredText(chain),
        sequence: requiredInteger(sequence),
        occurredAt: requiredInteger(occurredAt),
      })),
    );
  }

  existing(ids: readonly string[]): Promise<readonly string[]> {
    return this.#connection.read(() =>
      this.#connection.list(EXISTING, [JSON.stringify(ids)]).map(([id]) => requiredText(id)),
    );
  }

  readonly imprints: EventImprints = {
    of: imprintOf,
    stored: (chain, from, to) =>
      this.#connection.read(() => {
        const bytes = this.#connection.bytes(IMPRINTED, [chain, from, to]);
        return bytes === null ? null : imprintOfBytes(bytes);
      }),
  };

  watch(onChange: () => void): Promise<EventWatch> {
    return watchDatabase(this.#connection, onChange);
  }

  eraseDetails(personId: string): Promise<number> {
    return this.#connection.erase(() =>
      ERASE_AS.reduce((erased, sql) => erased + this.#connection.run(sql, [personId]), 0),
    );
  }

  prune({ chain, from, to }: Parameters<EventStore['prune']>[0], limit: number): Promise<number> {
    return this.#connection.write(() => this.#connection.run(PRUNE, [chain, from, to, rowLimit(limit)]));
  }

  #chainsOf(sql: string, values: readonly unknown[]): Promise<readonly string[]> {
    return this.#connection.read(() => this.#connection.list(sql, values).map(([chain]) => requiredText(chain)));
  }
}
