import { type ImpersonationSession, INACTIVITY, type SessionEnding } from '../../domain/impersonation-session.js';
import { longestDueFirst } from '../longest-due.js';
import type { PageRequest, Slice } from '../page.js';
import {
  type EndClaim,
  ERASED_TEXT,
  type SessionFilter,
  type SessionStore,
  type UnrecordedEnd,
} from '../session-store.js';
import { rowLimit } from './bindable.js';
import type { Connection } from './connection.js';
import { CLAIM, CONFIRM, NEXT_UNRECORDED, RENEW } from './end-claims.js';
import { type PagedList, readPage } from './keyset-page.js';
import { gathered, integerOrNull, requiredText } from './row.js';
import { INSERT_SESSION, SESSION_ROW, SESSION_TABLE, sessionFromRow, sessionValues } from './session-rows.js';

const SELECT = `SELECT ${SESSION_ROW} AS row FROM ${SESSION_TABLE}`;
const RETURNING = `RETURNING CAST(${SESSION_ROW} AS BLOB)`;
const BY_ID = gathered(`${SELECT} WHERE id = ?`);
const BY_IDS = gathered(`${SELECT} WHERE id IN (SELECT value FROM json_each(?))`);
const TAKEN = `SELECT EXISTS (SELECT 1 FROM ${SESSION_TABLE} WHERE id = ?) OR EXISTS (SELECT 1 FROM voidedStarts WHERE id = ?)`;
const COUNT_HELD = `SELECT count(*) FROM ${SESSION_TABLE} INDEXED BY activeSessionsByActor WHERE actorId = ?1 AND status = 'ACTIVE'`;
const COUNT_ACTIVE = `${COUNT_HELD} AND expiresAt > ?2 AND (idleEndsAt IS NULL OR idleEndsAt > ?2)`;
const COUNT_STARTED = `SELECT count(*) FROM ${SESSION_TABLE} INDEXED BY sessionsByActor WHERE actorId = ? AND startedAt >= ?`;
const DUE = gathered(
  `${SELECT} INDEXED BY activeSessionsByExpiry WHERE status = 'ACTIVE' AND expiresAt <= ? ORDER BY expiresAt, id LIMIT ?`,
);
const IDLE = gathered(
  `${SELECT} INDEXED BY activeSessionsByIdleEnd WHERE status = 'ACTIVE' AND idleEndsAt <= ? ORDER BY idleEndsAt, id LIMIT ?`,
);
const SET_END = `UPDATE ${SESSION_TABLE} SET status = ?1, endedAt = ?2, endedById = ?3, endReason = ?4 WHERE id = ?5 AND status = 'ACTIVE'`;
/** The time is part of the condition, so that no clock of another replica can stop what has expired, or expire what has not. */
const END = `${SET_END} AND (?1 = 'EXPIRED') = (expiresAt <= ?2) ${RETURNING}`;
/** So is activity that another replica has seen. */
const END_IDLE = `${SET_END} AND idleEndsAt <= ?2 AND expiresAt > ?2 ${RETURNING}`;
const PROLONG = `UPDATE ${SESSION_TABLE} SET idleEndsAt = max(idleEndsAt, ?3) WHERE id = ?1 AND status = 'ACTIVE' AND idleEndsAt > ?2 AND expiresAt > ?2 ${RETURNING}`;
const VOID = 'INSERT INTO voidedStarts (id, voidedAt) VALUES (?, ?)';
const IS_VOID = 'SELECT count(*) FROM voidedStarts WHERE id = ?';
/** The name of the search for void starts among those of the table `progress`. */
const STARTS_SETTLED = 'starts settled';
const PROGRESS = gathered('SELECT json_array(reachedAt) AS row FROM progress WHERE name = ?');
const SET_PROGRESS =
  'INSERT INTO progress (name, reachedAt) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET reachedAt = ?2';
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

  end(id: string, ending: SessionEnding, claim: EndClaim): Promise<ImpersonationSession | null> {
    const { status, endedAt, endedById, endReason } = ending;
    return this.#connection.write(() => {
      const isIdle = status === 'EXPIRED' && endReason === INACTIVITY;
      const ended = this.#change(isIdle ? END_IDLE : END, [status, endedAt, endedById, endReason, id]);
      if (ended !== null) this.#connection.run(CLAIM, [id, claim.at, claim.by]);
      return ended;
    });
  }

  renewEndClaim(id: string, claim: EndClaim): Promise<boolean> {
    return this.#connection.write(() => this.#connection.run(RENEW, [claim.at, id, claim.by]) === 1);
  }

  confirmEndRecorded(id: string): Promise<void> {
    return this.#connection.write(() => {
      this.#connection.run(CONFIRM, [id]);
    });
  }

  claimUnrecordedEnd(claim: EndClaim, leaseMs: number): Promise<UnrecordedEnd | null> {
    return this.#connection.write(() => {
      const [row] = this.#connection.list(NEXT_UNRECORDED, [claim.at - leaseMs]);
      if (row === undefined) return null;
      const id = requiredText(row[0]);
      this.#connection.run(CLAIM, [id, claim.at, claim.by]);
      const [session] = this.#connection.list(BY_ID, [id]);
      if (session !== undefined) return { kind: 'ended', session: sessionFromRow(session) };
      if (this.#connection.number(IS_VOID, [id]) !== 0) return { kind: 'void', id };
      // Somebody removed the session behind our back: there is nothing left to record, nor to come back to.
      this.#connection.run(CONFIRM, [id]);
      return null;
    });
  }

  prolong(id: string, at: number, until: number): Promise<ImpersonationSession | null> {
    return this.#connection.write(() => this.#change(PROLONG, [id, at, until]));
  }

  dueForExpiry(now: number, limit: number): Promise<readonly ImpersonationSession[]> {
    return this.#connection.read(() => {
      const most = rowLimit(limit);
      const found = [DUE, IDLE].flatMap((sql) => this.#connection.list(sql, [now, most]).map(sessionFromRow));
      return longestDueFirst(found, limit);
    });
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

  voidStart(id: string, claim: EndClaim): Promise<boolean> {
    return this.#connection.write(() => {
      if (this.#isTaken(id)) return false;
      this.#connection.run(VOID, [id, claim.at]);
      this.#connection.run(CLAIM, [id, claim.at, claim.by]);
      return true;
    });
  }

  startsSettledUpTo(): Promise<number | null> {
    return this.#connection.read(() =>
      integerOrNull(this.#connection.list(PROGRESS, [STARTS_SETTLED])[0]?.[0] ?? null),
    );
  }

  setStartsSettledUpTo(at: number): Promise<void> {
    return this.#connection.write(() => {
      this.#connection.run(SET_PROGRESS, [STARTS_SETTLED, at]);
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
