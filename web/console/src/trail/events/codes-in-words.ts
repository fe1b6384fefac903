/**
 * Why something on record was refused or failed, as the end of a sentence about a third person. One entry for each code of the gateway;
 * a test holds the list equal to its catalogue.
 */
const BECAUSE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'nobody was signed in',
  FORBIDDEN: 'a role that is needed was missing',
  NESTED_IMPERSONATION: 'it was tried from inside another impersonation',
  SELF_IMPERSONATION: 'nobody may impersonate themselves',
  USER_NOT_FOUND: 'the directory does not know the person',
  SUBJECT_PROTECTED: 'the subject holds a protected role',
  SUBJECT_DISABLED: 'the subject was disabled',
  STEP_UP_REQUIRED: 'the sign-in was not fresh or strong enough',
  SESSION_LIMIT: 'the actor had as many active sessions as are allowed',
  RATE_LIMITED: 'there had been too many in a short time, or at once',
  BAD_USER_INPUT: 'what was sent was not acceptable',
  AUDIT_UNAVAILABLE: 'the audit trail could not be written',
  TOKEN_INVALID: 'the token was not valid',
  TOKEN_EXPIRED: 'the token had expired',
  IMPERSONATION_ENDED: 'the session had already ended',
  NOT_IMPERSONATING: 'there was no impersonation',
  SESSION_NOT_FOUND: 'there was no such session',
  READ_ONLY_SESSION: 'the session was read-only',
  BLOCKED_WHILE_IMPERSONATING: 'only the person themselves may do this',
  SENSITIVE_FIELD: 'it asked for something that is hidden from actors',
  REVOCATION_UNAVAILABLE: 'it could not be checked whether the session was still active',
  UPSTREAM_UNAVAILABLE: 'a service behind the gateway did not answer',
  PAYLOAD_TOO_LARGE: 'the request was too large',
  QUERY_TOO_COMPLEX: 'it asked for too much at once, or took too long',
  GRAPHQL_PARSE_FAILED: 'it was not a GraphQL document',
  GRAPHQL_VALIDATION_FAILED: 'it did not fit the schema',
  INTERNAL_SERVER_ERROR: 'something went wrong in the gateway',
};

export const EXPLAINED_CODES: readonly string[] = Object.keys(BECAUSE);

/** Why, in words; a code this console does not know is shown as it is. */
export function because(code: string): string {
  return Object.hasOwn(BECAUSE, code) ? (BECAUSE[code] ?? code) : `of ${code}`;
}
