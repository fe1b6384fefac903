import { GatewayError } from '../errors/index.js';

/**
 * Why a token was refused, with the sentence the log shows. Never sent to a client: telling a stranger which check
 * failed helps them forge the next one. No sentence quotes the token, a claim or a key.
 */
export const REFUSALS = {
  malformed: 'it is not a compact JWS of a JSON header and a JSON claims set',
  'too-long': 'it is longer than any token this gateway accepts',
  'duplicate-member': 'a JSON member occurs twice, so two parsers could read two tokens',
  crit: 'its header names an extension (crit or b64), and none is supported',
  alg: 'its algorithm is not allowed for this issuer or key',
  typ: 'its typ is not one that is accepted here',
  kid: 'its kid is not a string, or is missing where one is needed',
  'unknown-key': 'no usable key of the issuer matches it',
  'ambiguous-key': 'more than one key of the issuer matches it',
  'keys-unavailable': 'the keys of the issuer could not be had',
  signature: 'its signature does not verify',
  iss: 'its issuer is not trusted',
  aud: 'it is meant for another audience',
  sub: 'its sub is missing or not an acceptable identifier',
  exp: 'its exp is missing or not a time',
  nbf: 'it is not valid yet, or its nbf is not a time',
  iat: 'it was issued in the future, or its iat is not a time',
  act: 'its act claim is missing, malformed, nested or not accepted from this issuer',
  sid: 'its sid is missing or not an acceptable identifier',
  jti: 'its jti is missing or not an acceptable identifier',
  roles: 'its roles claim is missing or not a list of role names',
  access: 'its access claim is missing or unknown',
  auth_time: 'its auth_time is not a time in the past',
  amr: 'its amr is not a list of names',
  cnf: 'its cnf names what cannot be checked here, or is missing where its issuer is held to have one',
  bound: 'it is bound to a key, and came without a proof of it',
  unbound: 'it came with a proof, and is bound to no key',
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** The private cause of a TOKEN_INVALID: a closed reason for logs and metrics, and nothing that was in the token. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, detail?: string) {
    super(`The token is refused: ${REFUSALS[reason]}${detail === undefined ? '' : ` (${detail})`}.`);
    this.reason = reason;
  }
}

/** The private cause of a TOKEN_EXPIRED: the token was right in everything but time. */
export class TokenExpiry extends Error {
  override readonly name = 'TokenExpiry';
  /** Private, without even a getter, so that no serialiser, inspector or reporter shows it. */
  readonly #session: string | null;

  constructor(session: string | null) {
    super('The token is right in everything but its exp, which is past.');
    this.#session = session;
  }

  /** The `sid` of the expired actor token; null for a session token, and for any other error. */
  static sessionOf(error: unknown): string | null {
    return error instanceof TokenExpiry ? error.#session : null;
  }
}

/**
 * A TOKEN_INVALID to throw.
 * @param detail for the log: words of this program only, never of the token or the network.
 */
export function refusal(reason: RefusalReason, detail?: string): GatewayError {
  return new GatewayError('TOKEN_INVALID', { cause: new TokenRefusal(reason, detail) });
}

/**
 * A TOKEN_INVALID to throw where a token was sent in the wrong way: bound to a key and without a proof, or with a proof and bound to none.
 * The client is told: anybody who has the token can read it there.
 */
export function senderRefusal(reason: 'bound' | 'unbound'): GatewayError {
  const message =
    reason === 'bound'
      ? 'The access token is bound to a key: it has to be sent by the scheme DPoP, with a proof.'
      : 'The access token is not bound to a key: it has to be sent by the scheme Bearer.';
  return new GatewayError('TOKEN_INVALID', { message, cause: new TokenRefusal(reason) });
}

/** A TOKEN_EXPIRED to throw. @param session the `sid` of an actor token, null for a session token. */
export function expiry(session: string | null): GatewayError {
  return new GatewayError('TOKEN_EXPIRED', { cause: new TokenExpiry(session) });
}

/** The impersonation session an expired actor token belonged to; null for every other error. */
export function expiredSessionOf(error: unknown): string | null {
  return error instanceof GatewayError ? TokenExpiry.sessionOf(error.cause) : null;
}

/** Why a token was refused; null for every other error. */
export function refusalReasonOf(error: unknown): RefusalReason | null {
  return error instanceof GatewayError && error.cause instanceof TokenRefusal ? error.cause.reason : null;
}
