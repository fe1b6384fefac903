/**
 * Every error code a client can meet: the closed list. `status` is the HTTP status where the code refuses a whole
 * request; inside a GraphQL result (HTTP 200) it plays no part. `sentence` is all that a client is told in words.
 */
export const ERROR_CATALOGUE = {
  UNAUTHENTICATED: { status: 401, sentence: 'You need to be signed in to do this.' },
  FORBIDDEN: { status: 403, sentence: 'You are not allowed to do this.' },
  NESTED_IMPERSONATION: {
    status: 403,
    sentence: 'An impersonation cannot be started from inside another one. Stop the current one first.',
  },
  SELF_IMPERSONATION: { status: 403, sentence: 'You cannot impersonate yourself.' },
  USER_NOT_FOUND: { status: 404, sentence: 'There is no user with this id.' },
  SUBJECT_PROTECTED: { status: 403, sentence: 'This user holds a protected role and cannot be impersonated.' },
  SUBJECT_DISABLED: { status: 403, sentence: 'This user is disabled and cannot be impersonated.' },
  STEP_UP_REQUIRED: { status: 403, sentence: 'Sign in again, with the required strength, before you impersonate.' },
  SESSION_LIMIT: {
    status: 403,
    sentence: 'You have reached the number of impersonation sessions that may be active at once. Stop one first.',
  },
  RATE_LIMITED: { status: 429, sentence: 'Too many impersonations were started in a short time. Try again later.' },
  BAD_USER_INPUT: { status: 400, sentence: 'The input is not valid.' },
  AUDIT_UNAVAILABLE: {
    status: 503,
    sentence: 'The audit trail cannot be written at the moment, so this is refused. Try again later.',
  },
  TOKEN_INVALID: { status: 401, sentence: 'The access token is not valid.' },
  TOKEN_EXPIRED: { status: 401, sentence: 'The access token has expired.' },
  IMPERSONATION_ENDED: { status: 401, sentence: 'This impersonation session has ended.' },
  NOT_IMPERSONATING: { status: 400, sentence: 'This request does not run under an impersonation session.' },
  SESSION_NOT_FOUND: { status: 404, sentence: 'There is no such impersonation session.' },
  READ_ONLY_SESSION: { status: 403, sentence: 'This impersonation session is read-only: changes are refused.' },
  BLOCKED_WHILE_IMPERSONATING: { status: 403, sentence: 'This cannot be done while impersonating somebody.' },
  SENSITIVE_FIELD: { status: 403, sentence: 'This field is hidden while impersonating somebody.' },
  REVOCATION_UNAVAILABLE: {
    status: 503,
    sentence: 'It cannot be checked at the moment whether this impersonation session is still active. Try again later.',
  },
  UPSTREAM_UNAVAILABLE: { status: 503, sentence: 'A service that is needed for this did not answer. Try again later.' },
  PAYLOAD_TOO_LARGE: { status: 413, sentence: 'The request is too large.' },
  QUERY_TOO_COMPLEX: { status: 400, sentence: 'The query is too complex.' },
  GRAPHQL_PARSE_FAILED: { status: 400, sentence: 'The GraphQL document could not be parsed.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, sentence: 'The GraphQL document is not valid for this schema.' },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    sentence: 'Something went wrong. Quote the request id when you report it.',
  },
} as const satisfies Record<string, { status: number; sentence: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Whether a string is one of the closed list of codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code);
}
