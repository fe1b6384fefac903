import { SignJWT } from 'jose';
import { GatewayError } from '../errors/index.js';
import { isIdentifier } from './claims.js';
import { type AssertedIdentity, IDENTITY_ASSERTION_TYP, MAX_ASSERTION_SECONDS } from './identity-assertion-claims.js';
import type { Keyring } from './keyring.js';

export interface IdentityAssertionParties {
  readonly keyring: Keyring;
  /** `iss`: this gateway (PUBLIC_URL). Upstreams find the keys at its `/.well-known/jwks.json`. */
  readonly issuer: string;
}

export interface IdentityAssertionRequest {
  readonly asserted: AssertedIdentity;
  /** `aud`: the name of the one upstream it is for, 1 to 255 characters. */
  readonly upstream: string;
  /** When the credential behind the identity ends, the session's expiry included. Milliseconds since the epoch. */
  readonly identityExpiresAt: number;
  /** A fresh id of the token, RFC 7519 §4.1.7. */
  readonly jti: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface IdentityAssertion {
  readonly token: string;
  /** `exp`, milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface IdentityAssertionMinter {
  /**
   * Signs what one upstream is told of who is in effect: `sub` the viewer, `act` the actor where there is another one (RFC 8693
   * §4.1), `aud` that upstream alone. It lives at most {@link MAX_ASSERTION_SECONDS} and never outlives the credential it
   * stands for: `exp` is cut to the whole second.
   * @throws GatewayError TOKEN_EXPIRED where that credential is over, or will be by the next whole second. RangeError for an
   *   upstream without a usable name: a bug of the caller.
   */
  mint(request: IdentityAssertionRequest): Promise<IdentityAssertion>;
}

/** A minter of identity assertions. It decides nothing: who is in effect was decided for the request it is minted for. */
export function createIdentityAssertionMinter({ keyring, issuer }: IdentityAssertionParties): IdentityAssertionMinter {
  return {
    async mint({ asserted, upstream, identityExpiresAt, jti, now }) {
      if (!isIdentifier(upstream)) throw new RangeError('An assertion is for one upstream, by its name.');
      const issuedAt = Math.floor(now / 1000);
      const expiresAt = Math.min(issuedAt + MAX_ASSERTION_SECONDS, Math.floor(identityExpiresAt / 1000));
      // Negated, so that a time that is not a number refuses.
      if (!(expiresAt > issuedAt)) throw new GatewayError('TOKEN_EXPIRED');
      const { sub, roles, act, sid, access } = asserted;
      const claims = {
        iss: issuer,
        aud: upstream,
        sub,
        ...(act === undefined ? {} : { act: { sub: act.sub, iss: act.iss } }),
        ...(sid === undefined ? {} : { sid }),
        jti,
        iat: issuedAt,
        nbf: issuedAt,
        exp: expiresAt,
        roles: [...roles],
        ...(access === undefined ? {} : { access }),
      };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: keyring.algorithm, kid: keyring.kid, typ: IDENTITY_ASSERTION_TYP })
        .sign(keyring.signingKey);
      return { token, expiresAt: expiresAt * 1000 };
    },
  };
}
