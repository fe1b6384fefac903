import { ERROR_CATALOGUE, type ErrorCode } from '../../src/errors/index.js';
import { readTable } from './table.js';

/**
 * Who gets what under a delegation (RFC 8693 `act` in the session token of an issuer that is trusted for it): an
 * impersonation without a session here. ADMIN user_ada acts for a customer or for support staff; the token says which access
 * it is, or does not say. Cells and rows as in the field matrix.
 */
const TABLE = `
field                                              | USER, read                  | USER, full                  | USER, unsaid                | SUPPORT, full
Query.viewer                                       | yes                         | yes                         | yes                         | yes
Query.actor                                        | yes                         | yes                         | yes                         | yes
Query.impersonation                                | null                        | null                        | null                        | null
Query.user                                         | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN                   | yes
Query.users                                        | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN                   | yes
Query.impersonationSessions                        | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.impersonationEvents                          | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Query.orders                                       | yes                         | yes                         | yes                         | yes
Mutation.startImpersonation                        | NESTED_IMPERSONATION        | NESTED_IMPERSONATION        | NESTED_IMPERSONATION        | NESTED_IMPERSONATION
Mutation.stopImpersonation of the current session  | NOT_IMPERSONATING           | NOT_IMPERSONATING           | NOT_IMPERSONATING           | NOT_IMPERSONATING
Mutation.stopImpersonation of an unknown session   | SESSION_NOT_FOUND           | SESSION_NOT_FOUND           | SESSION_NOT_FOUND           | SESSION_NOT_FOUND
Mutation.revokeImpersonation of an unknown session | READ_ONLY_SESSION           | FORBIDDEN                   | READ_ONLY_SESSION           | FORBIDDEN
Mutation.updateDeliveryNote                        | READ_ONLY_SESSION           | yes                         | READ_ONLY_SESSION           | yes
Mutation.changePassword                            | BLOCKED_WHILE_IMPERSONATING | BLOCKED_WHILE_IMPERSONATING | BLOCKED_WHILE_IMPERSONATING | BLOCKED_WHILE_IMPERSONATING
Subscription.impersonationEventRecorded            | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN                   | FORBIDDEN
Order.cardLast4 in Query.orders                    | null                        | null                        | null                        | null
`;

export const DELEGATED = ['USER, read', 'USER, full', 'USER, unsaid', 'SUPPORT, full'] as const;

/** The claims of the columns, beside those of any session token. */
export const DELEGATED_CLAIMS: Readonly<Record<(typeof DELEGATED)[number], Readonly<Record<string, unknown>>>> = {
  'USER, read': { sub: 'user_cleo', act: { sub: 'user_ada' }, access: 'read_only' },
  'USER, full': { sub: 'user_cleo', act: { sub: 'user_ada' }, access: 'full' },
  'USER, unsaid': { sub: 'user_cleo', act: { sub: 'user_ada' } },
  'SUPPORT, full': { sub: 'user_sam', act: { sub: 'user_ada' }, access: 'full' },
};

export const DELEGATED_FIELDS = readTable(TABLE, DELEGATED, [
  'yes',
  'null',
  ...(Object.keys(ERROR_CATALOGUE) as ErrorCode[]),
]);

/** Delegations that are not honoured: the whole request is refused with TOKEN_INVALID. */
export const REFUSED_DELEGATIONS: readonly [
  why: string,
  issuer: 'trusted for it' | 'not trusted for it',
  claims: object,
][] = [
  ['by an issuer that is not trusted for it', 'not trusted for it', { sub: 'user_cleo', act: { sub: 'user_ada' } }],
  ['that says null', 'not trusted for it', { sub: 'user_ada', act: null }],
  ['that says null, by an issuer trusted for it', 'trusted for it', { sub: 'user_ada', act: null }],
  ['of a delegation', 'trusted for it', { sub: 'user_cleo', act: { sub: 'user_ada', act: { sub: 'user_grace' } } }],
  ['to oneself', 'trusted for it', { sub: 'user_ada', act: { sub: 'user_ada' } }],
  ['to SUPPORT', 'trusted for it', { sub: 'user_cleo', act: { sub: 'user_sam' } }],
  ['to AUDITOR', 'trusted for it', { sub: 'user_cleo', act: { sub: 'user_audrey' } }],
  ['to somebody disabled', 'trusted for it', { sub: 'user_cleo', act: { sub: 'user_0001' } }],
  ['to somebody unknown', 'trusted for it', { sub: 'user_cleo', act: { sub: 'user_nobody' } }],
  ['to nobody', 'trusted for it', { sub: 'user_cleo', act: {} }],
  ['for ADMIN', 'trusted for it', { sub: 'user_grace', act: { sub: 'user_ada' } }],
  ['for AUDITOR', 'trusted for it', { sub: 'user_audrey', act: { sub: 'user_ada' } }],
  ['for somebody disabled', 'trusted for it', { sub: 'user_dora', act: { sub: 'user_ada' } }],
  ['for somebody unknown', 'trusted for it', { sub: 'user_nobody', act: { sub: 'user_ada' } }],
];

/**
 * Delegations where a sign-in of the last five minutes with `mfa` is demanded of impersonators; claims by how long ago the sign-in was, in
 * seconds. `act` is what the issuer says of the actor; what stands outside it is the subject's.
 */
export const DEMANDING_DELEGATIONS: readonly [
  why: string,
  code: ErrorCode | 'yes',
  claims: (ago: (seconds: number) => number) => object,
][] = [
  ['of somebody who signed in just now', 'yes', (ago) => delegation({ auth_time: ago(10), amr: ['pwd', 'mfa'] })],
  ['of an hour ago', 'STEP_UP_REQUIRED', (ago) => delegation({ auth_time: ago(3_600), amr: ['mfa'] })],
  ['without the second factor', 'STEP_UP_REQUIRED', (ago) => delegation({ auth_time: ago(10), amr: ['pwd'] })],
  ['that does not say when', 'STEP_UP_REQUIRED', () => delegation({ amr: ['mfa'] })],
  ['that does not say how', 'STEP_UP_REQUIRED', (ago) => delegation({ auth_time: ago(10) })],
  ['that says nothing', 'STEP_UP_REQUIRED', () => delegation({})],
  [
    'with the sign-in of the subject alone',
    'STEP_UP_REQUIRED',
    (ago) => ({ ...delegation({}), auth_time: ago(10), amr: ['pwd', 'mfa'] }),
  ],
  ['with a sign-in that is no time', 'TOKEN_INVALID', () => delegation({ auth_time: 'now', amr: ['mfa'] })],
];

function delegation(signIn: object): object {
  return { sub: 'user_cleo', act: { sub: 'user_ada', ...signIn } };
}
