/** The schema of version 1, word for word as its gateways made it: what databases out there may hold. Never to be changed. */
export const SCHEMA_1 = `
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
CREATE INDEX IF NOT EXISTS eventsByTime ON impersonationEvents (occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByType ON impersonationEvents (type, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByOutcome ON impersonationEvents (outcome, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByActor ON impersonationEvents (actorId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsBySubject ON impersonationEvents (subjectId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsBySession ON impersonationEvents (sessionId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByRequest ON impersonationEvents (requestId, occurredAt, id);
CREATE INDEX IF NOT EXISTS eventsByOperation ON impersonationEvents (operationName, occurredAt, id);

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
  endClaimedAt INTEGER -- set from the end of the session until its end event is confirmed
) STRICT;
CREATE INDEX IF NOT EXISTS sessionsByTime ON impersonationSessions (startedAt, id);
CREATE INDEX IF NOT EXISTS sessionsByStatus ON impersonationSessions (status, startedAt, id);
CREATE INDEX IF NOT EXISTS sessionsByActor ON impersonationSessions (actorId, startedAt, id);
CREATE INDEX IF NOT EXISTS sessionsBySubject ON impersonationSessions (subjectId, startedAt, id);
CREATE INDEX IF NOT EXISTS activeSessionsByExpiry ON impersonationSessions (expiresAt, id) WHERE status = 'ACTIVE';
CREATE INDEX IF NOT EXISTS activeSessionsByActor ON impersonationSessions (actorId, expiresAt) WHERE status = 'ACTIVE';
CREATE INDEX IF NOT EXISTS unrecordedEnds ON impersonationSessions (endClaimedAt, id) WHERE endClaimedAt IS NOT NULL;

-- Apart from the sessions, so that no query over sessions can show one by mistake.
CREATE TABLE IF NOT EXISTS voidedStarts (
  id TEXT NOT NULL PRIMARY KEY,
  voidedAt INTEGER NOT NULL
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
PRAGMA application_id = 0x49475759;
PRAGMA user_version = 1;
`;
