import { errors, type JWTPayload, jwtVerify } from 'jose';
import { MAX_SECONDS, readIdentity } from './claims.js';
import { type AssertionFault, IdentityError, invalid } from './errors.js';
import type { VerifiedIdentity } from './identity.js';
import { createKeyLookup, type Jwks } from './keys.js';
import { createOnce } from './once.js';
import { type IdentitySource, readAssertion } from './request-headers.js';

export interface VerifyIdentityOptions {
  /** Exactly the gateway's PUBLIC_URL: the `iss` of its assertions. */
  readonly issuer: string;
  /** Exactly this service's name in the gateway's configuration: the `aud` of the assertions that are for it. */
  readonly audience: string;
  /** The address of the gateway's keys (`<PUBLIC_URL>/.well-known/jwks.json`), or the keys themselves. */
  readonly jwks: Jwks | URL | string;
  /** How far the clocks of gateway and service may be apart, seconds, 0 to 60; 5 by default. */
  readonly clockToleranceSeconds?: number;
  /**
   * Whether no assertion is taken twice; false by default. The gateway has to be told, by `assertions: single-use` for this service in its
   * configuration: else it sends one assertion with many calls, and all but the first are refused.
   */
  readonly singleUse?: boolean;
  /** With `singleUse`, how many assertions are remembered at once, 100,000 by default: as many as may come within 65 s. */
  readonly mostRemembered?: number;
  /** How the keys are read; the platform's `fetch` by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** The present, milliseconds since the epoch; the system's clock by default. For tests. */
  readonly now?: () => number;
}

/**
 * Who is in effect and who is acting, as the gateway says. Anonymous (all null) only where the request has no `Authorization`.
 * @throws IdentityError `TOKEN_INVALID` or `TOKEN_EXPIRED`: refuse the request; `KEYS_UNAVAILABLE`: answer 503. TypeError where
 *   it is given nothing that has headers.
 */
export type VerifyIdentity = (request: IdentitySource) => Promise<VerifiedIdentity>;

/** What the gateway signs with. With `none` anybody, and with HS* whoever may verify, could be anybody (RFC 8725 §3.1, §3.2). */
const ALGORITHMS = ['EdDSA', 'RS256'];
const TYP = 'identity+jwt';
const ANONYMOUS: VerifiedIdentity = Object.freeze({ viewer: null, actor: null, impersonation: null });

/**
 * Makes the function that tells a service behind the gateway who is in effect. It accepts the gateway's identity assertions for
 * this one service and nothing else: signature by a key of the gateway with that key's own algorithm (EdDSA or RS256), `typ`
 * identity+jwt, this issuer, this audience, every claim present and of its shape, a life of at most 60 s, no nested `act`.
 * @throws TypeError for options that cannot be used. Does no I/O until the first assertion.
 */
export function createVerifyIdentity(options: VerifyIdentityOptions): VerifyIdentity {
  const { issuer, audience, jwks, clockToleranceSeconds: tolerance = 5, fetch, now = Date.now } = options;
  if (typeof issuer !== 'string' || issuer === '') throw new TypeError('issuer must name the gateway.');
  if (typeof audience !== 'string' || audience === '') throw new TypeError('audience must name this service.');
  if (!(tolerance >= 0 && tolerance <= 60)) throw new TypeError('clockToleranceSeconds must be 0 to 60.');
  const findKey = createKeyLookup(jwks, fetch);
  const once = options.singleUse === true ? createOnce(options.mostRemembered) : null;

  async function verify(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: ALGORITHMS,
        typ: TYP,
        issuer,
        audience,
        clockTolerance: tolerance,
        maxTokenAge: MAX_SECONDS,
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      throw identityErrorOf(error);
    }
  }

  return async (request) => {
    const token = readAssertion(request);
    if (token === null) return ANONYMOUS;
    const claims = await verify(token);
    const identity = readIdentity(claims, audience);
    // Last: what is not valid is not remembered, so that nobody but the gateway can fill the memory.
    once?.take(request, String(claims.jti), (Number(claims.exp) + tolerance) * 1000, now());
    return identity;
  };
}

/** The library's errors may quote the assertion, so none is passed on, not even as a cause. */
function identityErrorOf(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  if (error instanceof errors.JWTExpired) return new IdentityError('TOKEN_EXPIRED', 'exp');
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('alg');
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('signature');
  if (error instanceof errors.JWTClaimValidationFailed && isFault(error.claim)) return invalid(error.claim);
  return invalid('malformed');
}

const CLAIMS: readonly string[] = ['typ', 'iss', 'aud', 'exp', 'nbf', 'iat'] satisfies AssertionFault[];

function isFault(claim: string): claim is AssertionFault {
  return CLAIMS.includes(claim);
}
