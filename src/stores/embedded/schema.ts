/** Kept in `PRAGMA user_version`; raised with each change of the schema that an older gateway could not work with. */
export const SCHEMA_VERSION = 4;

const END_CLAIMS = `
CREATE TABLE IF NOT EXISTS endClaims (
  id TEXT NOT NULL PRIMARY KEY, -- of the session, or of the start that is void
  claimedAt INTEGER NOT NULL,
  claimedBy TEXT NOT NULL
) STRICT;`;

const SESSIONS = `
CREATE TABLE IF NOT EXISTS impersonationSessions (
  id TEXT NOT NULL PRIMARY KEY,
  status TEXT NOT NULL,
  access TEXT NOT NULL,
  actorId TEXT NOT NULL,
  authentication TEXT NOT NULL,
  subjectId TEXT NOT NULL,
  reason TEXT NOT NULL,
  ticket TEXT,
  startedAt INTEGER NOT NULL,
  expiresAt INTEGER NOT NULL,
  endedAt INTEGER,
  endedById TEXT,
  endReason TEXT,
  endClaimedAt INTEGER, -- set from the end of the session until its end event is confirmed
  idleLimitMs INTEGER, -- null: nothing but its expiry ends it by time
  idleEndsAt INTEGER
) STRICT;`;

const SESSION_COLUMNS_3 =
  'id, status, access, actorId, authentication, subjectId, reason, ticket, startedAt, expiresAt, endedAt, endedById, endReason, endClaimedAt';

/** What is done to a database of a version before the schema itself is applied to it; no version loses data. */
export const MIGRATIONS: ReadonlyMap<number, string> = new Map([
  // The index lacked the chain; the seals' tables and the index of openings are new and need nothing.
  [1, 'DROP INDEX IF EXISTS eventsByTime'],
  // Claims have a table of their own, since void starts have them too. The column stays, empty.
  [
    2,
    `${END_CLAIMS}
    INSERT INTO endClaims SELECT id, endClaimedAt, '' FROM impersonationSessions WHERE endClaimedAt IS NOT NULL;
    UPDATE impersonationSessions SET endClaimedAt = NULL WHERE endClaimedAt IS NOT NULL;
    DROP INDEX IF EXISTS unrecordedEnds`,
  ],
  // Sessions that began before have no limit of inactivity: they end by their fixed time. The table is made anew, so that it is the very
  // one of a new database.
  [
    3,
    `ALTER TABLE impersonationSessions RENAME TO sessionsOfVersion3;
    ${SESSIONS}
    INSERT INTO impersonationSessions (${SESSION_COLUMNS_3}) SELECT ${SESSION_COLUMNS_3} FROM sessionsOfVersion3;
    DROP TABLE sessionsOfVersion3`,
  ],
]);

/** Kept in `PRAGMA application_id`, so that a database of another program is never written to: "IGWY" in ASCII. */
export const APPLICATION_ID = 0x49475759;

/**
 * Column names are those of the documents in MongoDB. STRICT: SQLite would otherwise store any type in any column, and a
 * re-typed projection would go unseen. Every index that serves a page ends in (time, id), the order of all lists.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS impersonationEvents (
  id TEXT NOT NULL PRIMARY KEY,
  chain TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  body TEXT NOT NULL,
  previousHash BLOB NOT NULL,
  hash BLOB NOT NULL,
  signature BLOB,
  detailsSalt BLOB,
  detailsText TEXT,
  occurredAt INTEGER NOT NULL,
  type TEXT NOT NULL,
  outcome TEXT NOT NULL,
  actorId TEXT,
  subjectId TEXT,
  sessionId TEXT,
  requestId TEXT NOT NULL,
  operationName TEXT,
  CHECK ((detailsSalt IS NULL) = (detailsText IS NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS eventsByChain ON impersonationEvents (chain, sequence);
-- With the chain, so that the chains since a moment are read from the index alone.
CREATE INDEX IF NOT EXISTS eventsByTime ON impersonationEvents (occurredAt, id, chain);
CREATE INDEX IF NOT EXISTS openingsByTime ON impersonationEvents (occurredAt, chain) WHERE sequence = 0;
CREATE INDEX IF NOT EXISTS eventsByType ON impersonationEvents (type, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByOutcome ON impersonationEvents (outcome, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByActor ON impersonationEvents (actorId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsBySubject ON impersonationEvents (subjectId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsBySession ON impersonationEvents (sessionId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByRequest ON impersonationEvents (requestId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByOperation ON impersonationEvents (operationName, occurredAt, id);

CREATE TABLE IF NOT EXISTS auditSeals (
  id INTEGER NOT NULL PRIMARY KEY, -- the index of the seal
  sealedAt INTEGER NOT NULL,
  previousSealHash BLOB NOT NULL,
  chains TEXT NOT NULL, -- a JSON list of chain ids
  body TEXT NOT NULL,
  hash BLOB NOT NULL,
  key TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;

-- The newest seal that covers each chain.
CREATE TABLE IF NOT EXISTS sealedChains (
  chain TEXT NOT NULL PRIMARY KEY,
  seal INTEGER NOT NULL
) STRICT;

${SESSIONS}
CREATE INDEX IF NOT EXISTS sessionsByTime ON impersonationSessions (startedAt, id);
CREATE INDEX IF NOT EXISTS sessionsByStatus ON impersonationSessions (status, startedAt, id);
CREATE INDEX IF NOT EXISTS sessionsByActor ON impersonationSessions (actorId, startedAt, id);
CREATE INDEX IF NOT EXISTS sessionsBySubject ON impersonationSessions (subjectId, startedAt, id);
CREATE INDEX IF NOT EXISTS activeSessionsByExpiry ON impersonationSessions (expiresAt, id) WHERE status = 'ACTIVE';
CREATE INDEX IF NOT EXISTS activeSessionsByIdleEnd ON impersonationSessions (idleEndsAt, id) WHERE status = 'ACTIVE';
CREATE INDEX IF NOT EXISTS activeSessionsByActor ON impersonationSessions (actorId, expiresAt) WHERE status = 'ACTIVE';

-- Apart from the sessions, so that no query over sessions can show one by mistake.
CREATE TABLE IF NOT EXISTS voidedStarts (
  id TEXT NOT NULL PRIMARY KEY,
  voidedAt INTEGER NOT NULL
) STRICT;

-- Whose duty it is to record the event of an end; gone once that is durable.
${END_CLAIMS}
CREATE INDEX IF NOT EXISTS endClaimsByTime ON endClaims (claimedAt, id);

-- How far back each of the searches that go through the trail still has to look.
CREATE TABLE IF NOT EXISTS progress (
  name TEXT NOT NULL PRIMARY KEY,
  reachedAt INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS users (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  roles TEXT NOT NULL, -- a JSON list of strings
  disabled INTEGER NOT NULL,
  avatarUrl TEXT,
  nameKey TEXT NOT NULL, -- folded case; see search-key.ts
  emailKey TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS usersByName ON users (nameKey, id);
CREATE INDEX IF NOT EXISTS usersByEmail ON users (emailKey, id);
`;
