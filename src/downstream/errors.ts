/**
 * Why an assertion was refused, for the service's own log. Never send it to a client: telling a stranger which check failed
 * helps them forge the next one.
 */
export type AssertionFault =
  | 'header'
  | 'malformed'
  | 'alg'
  | 'typ'
  | 'crit'
  | 'kid'
  | 'unknown-key'
  | 'signature'
  | 'iss'
  | 'aud'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'sub'
  | 'jti'
  | 'roles'
  | 'act'
  | 'sid'
  | 'access'
  | 'keys';

/**
 * `TOKEN_INVALID`, `TOKEN_EXPIRED`: refuse the request. `KEYS_UNAVAILABLE`: nothing can be said just now, as the keys cannot
 * be had or, with `singleUse`, nothing more be remembered; try again later.
 */
export type IdentityErrorCode = 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'KEYS_UNAVAILABLE';

const STATUS = { TOKEN_INVALID: 401, TOKEN_EXPIRED: 401, KEYS_UNAVAILABLE: 503 } as const;
const SENTENCE = {
  TOKEN_INVALID: 'The identity of this request is not valid.',
  TOKEN_EXPIRED: 'The identity of this request has expired.',
  KEYS_UNAVAILABLE: 'The identity of this request cannot be checked at the moment.',
} as const;

/**
 * An identity that must not be relied on: refuse the whole request, and never go on as anonymous. The message may be shown to a
 * client; it holds nothing of the assertion, and neither does `fault`.
 */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code: IdentityErrorCode;
  /** The HTTP status that fits: 401 or 503. */
  readonly status: 401 | 503;
  readonly fault: AssertionFault;
  /** What GraphQL servers make of it: the code for the client, and Apollo Server the HTTP status. */
  readonly extensions: { readonly code: IdentityErrorCode; readonly http: { readonly status: 401 | 503 } };

  constructor(code: IdentityErrorCode, fault: AssertionFault) {
    super(SENTENCE[code]);
    this.code = code;
    this.status = STATUS[code];
    this.fault = fault;
    this.extensions = Object.freeze({ code, http: Object.freeze({ status: this.status }) });
  }
}

/** An error to throw for an assertion that is not valid. */
export function invalid(fault: AssertionFault): IdentityError {
  return new IdentityError('TOKEN_INVALID', fault);
}
