import type { Role } from '../../src/domain/role.js';
import { ERROR_CATALOGUE, type ErrorCode } from '../../src/errors/index.js';
import { readTable } from './table.js';

/** Whom a start names. */
export const SUBJECTS = [
  'USER',
  'no role',
  'a foreign role',
  'SUPPORT',
  'AUDITOR',
  'ADMIN',
  'USER and ADMIN',
  'the actor',
  'disabled USER',
  'disabled ADMIN',
  'nobody known',
  'blank',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** The ids behind them; `the actor` is whoever is really signed in. */
export const SUBJECT_IDS: Readonly<Record<Exclude<Subject, 'the actor'>, string>> = {
  USER: 'user_cleo',
  'no role': 'user_0101',
  'a foreign role': 'user_0102',
  SUPPORT: 'user_sam',
  AUDITOR: 'user_audrey',
  ADMIN: 'user_grace',
  'USER and ADMIN': 'user_0103',
  'disabled USER': 'user_dora',
  'disabled ADMIN': 'user_0104',
  'nobody known': 'user_nobody',
  blank: '  ',
};

/** What the directory says of those whom the demo data does not have; and of actors below. */
export const CHANGED_PEOPLE: Readonly<
  Record<string, { readonly roles: readonly Role[]; readonly disabled?: boolean }>
> = {
  user_0101: { roles: [] },
  user_0102: { roles: ['WAREHOUSE'] },
  user_0103: { roles: ['USER', 'ADMIN'] },
  user_0104: { roles: ['ADMIN'], disabled: true },
  user_0105: { roles: [] },
  user_0106: { roles: ['ROOT', 'admin', 'SUPERADMIN'] },
  user_0107: { roles: ['USER', 'ADMIN'] },
};

/** Who asks for a start. The last three are ADMIN user_ada under an impersonation. */
export const ACTORS: Readonly<
  Record<
    string,
    { readonly actorId: string | null; readonly as?: { readonly subjectId: string; readonly access: string } }
  >
> = {
  anonymous: { actorId: null },
  'no role': { actorId: 'user_0105' },
  'a foreign role': { actorId: 'user_0106' },
  USER: { actorId: 'user_carl' },
  SUPPORT: { actorId: 'user_sam' },
  AUDITOR: { actorId: 'user_audrey' },
  ADMIN: { actorId: 'user_ada' },
  'USER and ADMIN': { actorId: 'user_0107' },
  'as USER, read': { actorId: 'user_ada', as: { subjectId: 'user_carl', access: 'READ_ONLY' } },
  'as USER, full': { actorId: 'user_ada', as: { subjectId: 'user_carl', access: 'FULL' } },
  'as SUPPORT, full': { actorId: 'user_ada', as: { subjectId: 'user_sam', access: 'FULL' } },
};

/**
 * Who may impersonate whom. Across: the subject. Down: who asks. `yes`, or the code of the refusal, which is also the code of
 * the event it leaves. Who may not impersonate at all learns nothing about the subject: not even whether there is one.
 */
const TABLE = `
who asks         | USER                 | no role              | a foreign role       | SUPPORT              | AUDITOR              | ADMIN                | USER and ADMIN       | the actor            | disabled USER        | disabled ADMIN       | nobody known         | blank
anonymous        | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED      | UNAUTHENTICATED
no role          | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN
a foreign role   | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN
USER             | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN
SUPPORT          | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN
AUDITOR          | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN            | FORBIDDEN
ADMIN            | yes                  | yes                  | yes                  | yes                  | SUBJECT_PROTECTED    | SUBJECT_PROTECTED    | SUBJECT_PROTECTED    | SELF_IMPERSONATION   | SUBJECT_DISABLED     | SUBJECT_PROTECTED    | USER_NOT_FOUND       | BAD_USER_INPUT
USER and ADMIN   | yes                  | yes                  | yes                  | yes                  | SUBJECT_PROTECTED    | SUBJECT_PROTECTED    | SUBJECT_PROTECTED    | SELF_IMPERSONATION   | SUBJECT_DISABLED     | SUBJECT_PROTECTED    | USER_NOT_FOUND       | BAD_USER_INPUT
as USER, read    | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION
as USER, full    | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION
as SUPPORT, full | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION | NESTED_IMPERSONATION
`;

export const STARTS = readTable(TABLE, SUBJECTS, ['yes', ...(Object.keys(ERROR_CATALOGUE) as ErrorCode[])]);
