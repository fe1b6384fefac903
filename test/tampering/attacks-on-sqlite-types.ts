import type { Attack } from './attack.js';
import { idOf } from './raw-database.js';
import type { SqliteFile } from './raw-sqlite.js';

type Types = 'TEXT' | 'REAL' | 'BLOB' | 'hex';
type Retyping = readonly [field: string, to: Types, Pick<Attack, 'online' | 'offline'>];

/** The store reads neither this event nor a page with it: it is named by its place, and the store cannot be exported. */
const UNREADABLE = { online: ['EVENT_MISSING', 'UNREADABLE'], offline: 'NO_EXPORT' } as const;
const NOT_VERIFIABLE = { online: 'NOT_VERIFIABLE', offline: 'NO_EXPORT' } as const;
/**
 * The same number as REAL and the same bytes as TEXT: NOT named. Neither the store nor an index of SQLite can tell them from the
 * INTEGER or BLOB that was there, so that nothing anybody reads is changed by it.
 */
const EQUAL_TO_EVERY_READER = { online: [], offline: [] } as const;

const OF_EVENTS: readonly Retyping[] = [
  ['occurredAt', 'TEXT', UNREADABLE],
  ['occurredAt', 'BLOB', UNREADABLE],
  ['sequence', 'TEXT', UNREADABLE],
  ['chain', 'BLOB', NOT_VERIFIABLE],
  ...['id', 'type', 'outcome', 'actorId', 'subjectId', 'sessionId', 'requestId', 'operationName'].map(
    (field): Retyping => [field, 'BLOB', UNREADABLE],
  ),
  ['body', 'BLOB', UNREADABLE],
  ['detailsText', 'BLOB', UNREADABLE],
  ['hash', 'hex', { online: ['CONTENT', 'LINK'], offline: ['CONTENT', 'LINK'] }],
  ['previousHash', 'hex', { online: ['CONTENT', 'LINK'], offline: ['CONTENT', 'LINK'] }],
  ['detailsSalt', 'hex', { online: ['DETAILS'], offline: ['EVENT_MISSING', 'LINE'] }],
  ['occurredAt', 'REAL', EQUAL_TO_EVERY_READER],
  ['sequence', 'REAL', EQUAL_TO_EVERY_READER],
  ['hash', 'TEXT', EQUAL_TO_EVERY_READER],
  ['previousHash', 'TEXT', EQUAL_TO_EVERY_READER],
];

const OF_SEALS: readonly Retyping[] = [
  ['sealedAt', 'TEXT', { online: 'NOT_VERIFIABLE', offline: [] }],
  ['chains', 'BLOB', { online: 'NOT_VERIFIABLE', offline: [] }],
  ['id', 'TEXT', { online: 'NOT_VERIFIABLE', offline: [] }],
  ['hash', 'hex', { online: ['ANCHOR_MISMATCH', 'SEAL_HASH'], offline: [] }],
  ['sealedAt', 'REAL', EQUAL_TO_EVERY_READER],
];

/** The same value in another type, which the columns take once they are no longer STRICT. */
function cast(field: string, to: Types): string {
  return to === 'hex' ? `hex(${field})` : `CAST(${field} AS ${to})`;
}

export const SQLITE_TYPES: readonly Attack<SqliteFile>[] = [
  ...['sequence', 'chain'].map(
    (field): Attack<SqliteFile> => ({
      row: 're-type a projection',
      name: `${field} as NULL`,
      async attack({ db, trail }) {
        db.loosenTypes('impersonationEvents');
        db.run(`UPDATE impersonationEvents SET ${field} = NULL WHERE id = ?`, [idOf(trail.one, 1)]);
      },
      online: ['EVENT_MISSING', 'UNREADABLE'],
      offline: ['EVENT_MISSING'],
    }),
  ),
  ...OF_EVENTS.map(
    ([field, to, expected]): Attack<SqliteFile> => ({
      row: 're-type a projection',
      name: `${field} as ${to}`,
      async attack({ db, trail }) {
        db.loosenTypes('impersonationEvents');
        db.run(`UPDATE impersonationEvents SET ${field} = ${cast(field, to)} WHERE id = ?`, [idOf(trail.one, 1)]);
      },
      ...expected,
    }),
  ),
  ...OF_SEALS.map(
    ([field, to, expected]): Attack<SqliteFile> => ({
      row: 're-type a projection',
      name: `${field} of a seal as ${to}`,
      async attack({ db }) {
        db.loosenTypes('auditSeals');
        db.run(`UPDATE auditSeals SET ${field} = ${cast(field, to)} WHERE id = 1`);
      },
      ...expected,
    }),
  ),
];
