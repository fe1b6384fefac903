import type { ImpersonationSession, SessionEnding } from '../../domain/impersonation-session.js';
import type { PageRequest, Slice } from '../page.js';
import { ERASED_TEXT, type SessionFilter, type SessionStore } from '../session-store.js';
import { rowLimit } from './bindable.js';
import type { Connection } from './connection.js';
import { type PagedList, readPage } from './keyset-page.js';
import { gathered } from './row.js';
import { INSERT_SESSION, SESSION_ROW, SESSION_TABLE, sessionFromRow, sessionValues } from './session-rows.js';

const SELECT = `SELECT ${SESSION_ROW} AS row FROM ${SESSION_TABLE}`;
const RETURNING = `RETURNING CAST(${SESSION_ROW} AS BLOB)`;
const BY_ID = gathered(`${SELECT} WHERE id = ?`);
const BY_IDS = gathered(`${SELECT} WHERE id IN (SELECT value FROM json_each(?))`);
const TAKEN = `SELECT EXISTS (SELECT 1 FROM ${SESSION_TABLE} WHERE id = ?) OR EXISTS (SELECT 1 FROM voidedStarts WHERE id = ?)`;
const COUNT_HELD = `SELECT count(*) FROM ${SESSION_TABLE} INDEXED BY activeSessionsByActor WHERE actorId = ? AND status = 'ACTIVE'`;
const COUNT_ACTIVE = `${COUNT_HELD} AND expiresAt > ?`;
const COUNT_STARTED = `SELECT count(*) FROM ${SESSION_TABLE} INDEXED BY sessionsByActor WHERE actorId = ? AND startedAt >= ?`;
const DUE = gathered(
  `${SELECT} INDEXED BY activeSessionsByExpiry WHERE status = 'ACTIVE' AND expiresAt <= ? ORDER BY expiresAt, id LIMIT ?`,
);
const END = `UPDATE ${SESSION_TABLE} SET status = ?, endedAt = ?, endedById = ?, endReason = ?, endClaimedAt = ? WHERE id = ? AND status = 'ACTIVE' ${RETURNING}`;
const CONFIRM = `UPDATE ${SESSION_TABLE} SET endClaimedAt = NULL WHERE id = ?`;
const CLAIM = `UPDATE ${SESSION_TABLE} SET endClaimedAt = ? WHERE id = (
  SELECT id FROM ${SESSION_TABLE} INDEXED BY unrecordedEnds WHERE endClaimedAt IS NOT NULL AND endClaimedAt < ? ORDER BY endClaimedAt, id LIMIT 1
) ${RETURNING}`;
const VOID = 'INSERT INTO voidedStarts (id, voidedAt) VALUES (?, ?)';
const ERASE_AS = [
  ['actorId', 'sessionsByActor'],
  ['subjectId', 'sessionsBySubject'],
].map(
  ([column, index]) =>
    `UPDATE ${SESSION_TABLE} INDEXED BY ${index} SET reason = ?1, ticket = NULL, endReason = iif(endReason IS NULL, NULL, ?1) WHERE ${column} = ?2 AND (reason <> ?1 OR ticket IS NOT NULL OR endReason <> ?1)`,
);

const SESSION_LIST: PagedList<ImpersonationSession> = {
  table: SESSION_TABLE,
  timeColumn: 'startedAt',
  timeIndex: 'sessionsByTime',
  row: SESSION_ROW,
  decode: sessionFromRow,
};

/** Column and index of each filter, the most selective first as a rule. */
const INDEXES = [
  ['subjectId', 'sessionsBySubject'],
  ['actorId', 'sessionsByActor'],
  ['status', 'sessionsByStatus'],
] as const;

/** The impersonation sessions of the embedded store. */
export class EmbeddedSessionStore implements SessionStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(session: ImpersonationSession, activeLimit: number): Promise<'stored' | 'limit' | 'duplicate'> {
    return this.#connection.write(() => {
      if (this.#isTaken(session.id)) return 'duplicate';
      if (!(this.#connection.number(COUNT_HELD, [session.actorId]) < activeLimit)) return 'limit';
      this.#connection.run(INSERT_SESSION, sessionValues(session));
      return 'stored';
    });
  }

  get(id: string): Promise<ImpersonationSession | null> {
    return this.#connection.read(() => {
      const [row] = this.#connection.list(BY_ID, [id]);
      return row === undefined ? null : sessionFromRow(row);
    });
  }

  getMany(ids: readonly string[]): Promise<readonly ImpersonationSession[]> {
    return this.#connection.read(() => this.#connection.list(BY_IDS, [JSON.stringify(ids)]).map(sessionFromRow));
  }

  end(id: string, ending: SessionEnding, claimedAt: number): Promise<ImpersonationSession | null> {
    const { status, endedAt, endedById, endReason } = ending;
    return this.#connection.write(() => this.#change(END, [status, endedAt, endedById, endReason, claimedAt, id]));
  }

  confirmEndRecorded(id: string): Promise<void> {
    return this.#connection.write(() => {
      this.#connection.run(CONFIRM, [id]);
    });
  }

  claimUnrecordedEnd(now: number, leaseMs: number): Promise<ImpersonationSession | null> {
    return this.#connection.write(() => this.#change(CLAIM, [now, now - leaseMs]));
  }

  dueForExpiry(now: number, limit: number): Promise<readonly ImpersonationSession[]> {
    return this.#connection.read(() => this.#connection.list(DUE, [now, rowLimit(limit)]).map(sessionFromRow));
  }

  countActive(actorId: string, now: number): Promise<number> {
    return this.#connection.read(() => this.#connection.number(COUNT_ACTIVE, [actorId, now]));
  }

  countStartedSince(actorId: string, since: number): Promise<number> {
    return this.#connection.read(() => this.#connection.number(COUNT_STARTED, [actorId, since]));
  }

  page(filter: SessionFilter, page: PageRequest): Promise<Slice<ImpersonationSession>> {
    return this.#connection.read(() => {
      const equalities = INDEXES.flatMap(([column, index]) => {
        const value = filter[column];
        return value === undefined ? [] : [{ column, index, values: [value] }];
      });
      return readPage(this.#connection, SESSION_LIST, { equalities }, page);
    });
  }

  voidStart(id: string, at: number): Promise<boolean> {
    return this.#connection.write(() => {
      if (this.#isTaken(id)) return false;
      this.#connection.run(VOID, [id, at]);
      return true;
    });
  }

  eraseDetails(personId: string): Promise<number> {
    return this.#connection.erase(() =>
      ERASE_AS.reduce((changed, sql) => changed + this.#connection.run(sql, [ERASED_TEXT, personId]), 0),
    );
  }

  #isTaken(id: string): boolean {
    return this.#connection.number(TAKEN, [id, id]) !== 0;
  }

  #change(sql: string, values: readonly unknown[]): ImpersonationSession | null {
    const row = this.#connection.change(sql, values);
    return row === undefined ? null : sessionFromRow(row);
  }
}
