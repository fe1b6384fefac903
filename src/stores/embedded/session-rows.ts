import type { ActorAuthentication, ImpersonationSession, Inactivity } from '../../domain/impersonation-session.js';
import {
  integerOrNull,
  oneOf,
  type Row,
  requiredInteger,
  requiredText,
  rowExpression,
  textList,
  textOrNull,
} from './row.js';

export const SESSION_TABLE = 'impersonationSessions';

const FIELDS = [
  'id',
  'status',
  'access',
  'actorId',
  'authentication',
  'subjectId',
  'reason',
  'ticket',
  'startedAt',
  'expiresAt',
  'endedAt',
  'endedById',
  'endReason',
  'idleLimitMs',
  'idleEndsAt',
];

export const INSERT_SESSION = `INSERT INTO ${SESSION_TABLE} (${FIELDS.join(', ')}) VALUES (${FIELDS.map(() => '?').join(', ')})`;

export function sessionValues(session: ImpersonationSession): unknown[] {
  const { issuer, authTime, amr } = session.authentication;
  return [
    session.id,
    session.status,
    session.access,
    session.actorId,
    JSON.stringify({ issuer, authTime, amr }),
    session.subjectId,
    session.reason,
    session.ticket,
    session.startedAt,
    session.expiresAt,
    session.endedAt,
    session.endedById,
    session.endReason,
    session.inactivity?.limitMs ?? null,
    session.inactivity?.endsAt ?? null,
  ];
}

/** The SQL of one session, which {@link sessionFromRow} reads. */
export const SESSION_ROW = rowExpression(FIELDS);

/** @throws where a field is none of the known values: a session that cannot be understood must grant nothing. */
export function sessionFromRow(row: Row): ImpersonationSession {
  const [id, status, access, actor, authentication, subject, reason, ticket, started, expires, ended, endedBy, why] =
    row;
  const inactivity = inactivityFrom(row[13], row[14]);
  return {
    id: requiredText(id),
    status: oneOf(['ACTIVE', 'STOPPED', 'EXPIRED', 'REVOKED'], status),
    access: oneOf(['READ_ONLY', 'FULL'], access),
    actorId: requiredText(actor),
    authentication: authenticationFrom(requiredText(authentication)),
    subjectId: requiredText(subject),
    reason: requiredText(reason),
    ticket: textOrNull(ticket),
    startedAt: requiredInteger(started),
    expiresAt: requiredInteger(expires),
    ...(inactivity !== null && { inactivity }),
    endedAt: integerOrNull(ended),
    endedById: textOrNull(endedBy),
    endReason: textOrNull(why),
  };
}

function authenticationFrom(json: string): ActorAuthentication {
  const stored: unknown = JSON.parse(json);
  const { issuer, authTime, amr } = Object(stored) as Record<string, unknown>;
  return { issuer: requiredText(issuer), authTime: integerOrNull(authTime), amr: textList(amr) };
}

/** Both or neither: half a limit would be none. */
function inactivityFrom(limitMs: unknown, endsAt: unknown): Inactivity | null {
  if (limitMs === null && endsAt === null) return null;
  return { limitMs: requiredInteger(limitMs), endsAt: requiredInteger(endsAt) };
}
