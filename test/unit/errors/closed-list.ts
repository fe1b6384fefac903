/**
 * The closed list of error codes, as the public contract names them: said here a second time so that a code can be
 * neither added to the catalogue nor dropped from it without somebody deciding that clients may see it.
 */
export const CLOSED_LIST: readonly string[] = [
  // Refusals of a start.
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NESTED_IMPERSONATION',
  'SELF_IMPERSONATION',
  'USER_NOT_FOUND',
  'SUBJECT_PROTECTED',
  'SUBJECT_DISABLED',
  'STEP_UP_REQUIRED',
  'SESSION_LIMIT',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'AUDIT_UNAVAILABLE',
  // Everything else.
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'IMPERSONATION_ENDED',
  'NOT_IMPERSONATING',
  'SESSION_NOT_FOUND',
  'READ_ONLY_SESSION',
  'BLOCKED_WHILE_IMPERSONATING',
  'SENSITIVE_FIELD',
  'REVOCATION_UNAVAILABLE',
  'UPSTREAM_UNAVAILABLE',
  'PAYLOAD_TOO_LARGE',
  'QUERY_TOO_COMPLEX',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTERNAL_SERVER_ERROR',
];
