import { ERROR_CATALOGUE, type ErrorCode } from '../../src/errors/index.js';
import { readTable } from './table.js';
import { WHO } from './who.js';

/**
 * Who gets what: every root field and every guarded field, by each way that leads to it, for everybody who may ask.
 *
 *   yes    the field is answered, with a value
 *   null   the field is null, without an error
 *   CODE   refused: this error and no other, and no value
 *
 * "as …" is ADMIN user_ada under an impersonation of a customer or of support staff, with access READ_ONLY or FULL.
 * A field's name may be followed by the way to it: `of …` for the arguments, `in …` for the field that holds it.
 */
const TABLE = `
field                                                       | anonymous       | no role        | USER           | SUPPORT        | AUDITOR        | ADMIN             | as USER, read               | as USER, full               | as SUPPORT, full
Query.viewer                                                | null            | yes            | yes            | yes            | yes            | yes               | yes                         | yes                         | yes
Query.actor                                                 | null            | yes            | yes            | yes            | yes            | yes               | yes                         | yes                         | yes
Query.impersonation                                         | null            | null           | null           | null           | null           | null              | yes                         | yes                         | yes
Query.user                                                  | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | yes            | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | yes
Query.users                                                 | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | yes            | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | yes
Query.impersonationSession                                  | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.impersonationSessions                                 | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.impersonationEvent                                    | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.impersonationEvents                                   | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.impersonationStatistics                               | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.accessHistory                                         | UNAUTHENTICATED | yes            | yes            | yes            | yes            | yes               | yes                         | yes                         | yes
Query.orders                                                | UNAUTHENTICATED | yes            | yes            | yes            | yes            | yes               | yes                         | yes                         | yes
Mutation.startImpersonation                                 | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | NESTED_IMPERSONATION        | NESTED_IMPERSONATION        | NESTED_IMPERSONATION
Mutation.stopImpersonation of the current session           | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | NOT_IMPERSONATING | yes                         | yes                         | yes
Mutation.stopImpersonation of one's own session by id       | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | yes                         | yes                         | yes
Mutation.stopImpersonation of another actor's session       | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | SESSION_NOT_FOUND | SESSION_NOT_FOUND           | SESSION_NOT_FOUND           | SESSION_NOT_FOUND
Mutation.stopImpersonation of an unknown session            | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | SESSION_NOT_FOUND | SESSION_NOT_FOUND           | SESSION_NOT_FOUND           | SESSION_NOT_FOUND
Mutation.revokeImpersonation of another actor's session     | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | READ_ONLY_SESSION           | FORBIDDEN                   | FORBIDDEN
Mutation.revokeImpersonation of one's own session           | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | READ_ONLY_SESSION           | FORBIDDEN                   | FORBIDDEN
Mutation.revokeImpersonation of an unknown session          | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | SESSION_NOT_FOUND | READ_ONLY_SESSION           | FORBIDDEN                   | FORBIDDEN
Mutation.updateDeliveryNote                                 | UNAUTHENTICATED | yes            | yes            | yes            | yes            | yes               | READ_ONLY_SESSION           | yes                         | yes
Mutation.updateDeliveryNote of somebody else's order        | UNAUTHENTICATED | BAD_USER_INPUT | BAD_USER_INPUT | BAD_USER_INPUT | BAD_USER_INPUT | BAD_USER_INPUT    | READ_ONLY_SESSION           | BAD_USER_INPUT              | BAD_USER_INPUT
Mutation.changePassword                                     | UNAUTHENTICATED | yes            | yes            | yes            | yes            | yes               | BLOCKED_WHILE_IMPERSONATING | BLOCKED_WHILE_IMPERSONATING | BLOCKED_WHILE_IMPERSONATING
Subscription.impersonationEventRecorded                     | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Subscription.auditVerification                              | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
ImpersonationSession.events in Query.impersonation          | null            | null           | null           | null           | null           | null              | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
ImpersonationSession.events in Query.accessHistory          | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
ImpersonationSession.events in Query.impersonationSession   | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
ImpersonationSession.events in Query.impersonationSessions  | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes            | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
ImpersonationSession.events in Mutation.startImpersonation  | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | NESTED_IMPERSONATION        | NESTED_IMPERSONATION        | NESTED_IMPERSONATION
ImpersonationSession.events in Mutation.stopImpersonation   | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
ImpersonationSession.events in Mutation.revokeImpersonation | UNAUTHENTICATED | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | FORBIDDEN      | yes               | READ_ONLY_SESSION           | FORBIDDEN                   | FORBIDDEN
Order.cardLast4 in Query.orders                             | UNAUTHENTICATED | yes            | yes            | yes            | yes            | yes               | null                        | null                        | null
Order.cardLast4 in Mutation.updateDeliveryNote              | UNAUTHENTICATED | yes            | yes            | yes            | yes            | yes               | READ_ONLY_SESSION           | null                        | null
`;

/** What a FORBIDDEN names in `extensions.requires`: any one of the roles, of this principal. By the field that was refused. */
export const REQUIRES: Readonly<Record<string, { readonly role: readonly string[]; readonly of: string }>> = {
  user: { role: ['SUPPORT', 'AUDITOR', 'ADMIN'], of: 'VIEWER' },
  users: { role: ['SUPPORT', 'AUDITOR', 'ADMIN'], of: 'VIEWER' },
  impersonationSession: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  impersonationSessions: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  impersonationEvent: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  impersonationEvents: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  impersonationStatistics: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  startImpersonation: { role: ['ADMIN'], of: 'VIEWER' },
  stopImpersonation: { role: ['ADMIN'], of: 'ACTOR' },
  revokeImpersonation: { role: ['ADMIN'], of: 'VIEWER' },
  impersonationEventRecorded: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  auditVerification: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
  events: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
};

export type Cell = 'yes' | 'null' | ErrorCode;

export const FIELDS = readTable(TABLE, WHO, ['yes', 'null', ...(Object.keys(ERROR_CATALOGUE) as ErrorCode[])]).map(
  (row) => ({ ...row, coordinate: row.name.split(' ')[0] ?? '' }),
);

/** The schema coordinates that the matrix is about. */
export const COVERED: ReadonlySet<string> = new Set(FIELDS.map(({ coordinate }) => coordinate));
