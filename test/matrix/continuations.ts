import { readTable } from './table.js';

/**
 * What ends a running impersonation, and what does not.
 *
 *   next request  over every transport: `yes`, or the code with which it is refused
 *   open stream   whether it goes on, or the code with which it ends; it ends, too, when either person loses any role
 *   session       how its record stands afterwards
 *   ended by      whom the record names
 *   end event     the one event of its end, and the code that event carries
 *
 * What is undone afterwards never brings the session back: see the tests.
 */
const TABLE = `
change                                    | next request        | open stream         | session | ended by   | end event             | its code
the actor loses the role                  | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | FORBIDDEN
the actor has another role instead        | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | FORBIDDEN
the actor is disabled                     | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | FORBIDDEN
the actor is removed                      | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | FORBIDDEN
the subject becomes ADMIN                 | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | SUBJECT_PROTECTED
the subject becomes AUDITOR too           | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | SUBJECT_PROTECTED
the subject is disabled                   | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | SUBJECT_DISABLED
the subject is removed                    | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | nobody     | IMPERSONATION_REVOKED | USER_NOT_FOUND
it is stopped by its own token            | IMPERSONATION_ENDED | IMPERSONATION_ENDED | STOPPED | the actor  | IMPERSONATION_STOPPED | none
it is stopped from the actor's own token  | IMPERSONATION_ENDED | IMPERSONATION_ENDED | STOPPED | the actor  | IMPERSONATION_STOPPED | none
it is revoked by another ADMIN            | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | user_grace | IMPERSONATION_REVOKED | none
it is revoked by the actor                | IMPERSONATION_ENDED | IMPERSONATION_ENDED | REVOKED | the actor  | IMPERSONATION_REVOKED | none
its time runs out                         | TOKEN_EXPIRED       | TOKEN_EXPIRED       | EXPIRED | nobody     | IMPERSONATION_EXPIRED | none
nobody uses it                            | IMPERSONATION_ENDED | IMPERSONATION_ENDED | EXPIRED | nobody     | IMPERSONATION_EXPIRED | none
the actor gains another role              | yes                 | yes                 | ACTIVE  | nobody     | none                  | none
the subject becomes SUPPORT too           | yes                 | yes                 | ACTIVE  | nobody     | none                  | none
the subject loses every role              | yes                 | FORBIDDEN           | ACTIVE  | nobody     | none                  | none
the subject is renamed                    | yes                 | yes                 | ACTIVE  | nobody     | none                  | none
another session of the actor is stopped   | yes                 | yes                 | ACTIVE  | nobody     | none                  | none
another session on the subject is revoked | yes                 | yes                 | ACTIVE  | nobody     | none                  | none
half of its time passes                   | yes                 | yes                 | ACTIVE  | nobody     | none                  | none
`;

export const CONTINUATIONS = readTable(
  TABLE,
  ['next request', 'open stream', 'session', 'ended by', 'end event', 'its code'],
  [
    ...(['yes', 'IMPERSONATION_ENDED', 'TOKEN_EXPIRED'] as const),
    ...(['ACTIVE', 'STOPPED', 'REVOKED', 'EXPIRED'] as const),
    ...(['nobody', 'the actor', 'user_grace'] as const),
    ...(['none', 'IMPERSONATION_STOPPED', 'IMPERSONATION_REVOKED', 'IMPERSONATION_EXPIRED'] as const),
    ...(['FORBIDDEN', 'SUBJECT_PROTECTED', 'SUBJECT_DISABLED', 'USER_NOT_FOUND'] as const),
  ],
);
