import { SignJWT } from 'jose';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import { accessClaim } from './claims.js';
import type { Keyring } from './keyring.js';

export interface ActorTokenParties {
  readonly keyring: Keyring;
  /** `iss` of actor tokens: this gateway. */
  readonly issuer: string;
  /** `aud` of actor tokens. */
  readonly audience: string;
}

export interface ActorTokenRequest {
  /** An ACTIVE session that has not expired. */
  readonly session: ImpersonationSession;
  readonly subjectRoles: readonly string[];
  /** A fresh id of the token, RFC 7519 §4.1.7. */
  readonly jti: string;
  /** The thumbprint of the key that the actor's own token is bound to: only its holder may use this one, too. Null: anybody may. */
  readonly boundTo: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface ActorTokenMinter {
  /**
   * Signs the one token of an impersonation session: a JWT with the delegation semantics of RFC 8693 §4.1, `sub` the
   * subject and `act` the actor. It never outlives the session: `exp` is the session's expiry cut to the whole second.
   * @throws RangeError for a session that is over, or would be by the next whole second: a bug of the caller
   */
  mint(request: ActorTokenRequest): Promise<string>;
}

/** A minter of actor tokens. It decides nothing: whether a session may exist is for the policy to say beforehand. */
export function createActorTokenMinter({ keyring, issuer, audience }: ActorTokenParties): ActorTokenMinter {
  return {
    async mint({ session, subjectRoles, jti, boundTo, now }) {
      const issuedAt = Math.floor(now / 1000);
      const expiresAt = Math.floor(session.expiresAt / 1000);
      if (session.status !== 'ACTIVE' || !(expiresAt > issuedAt)) {
        throw new RangeError('An actor token is minted only for a session that is still active.');
      }
      const claims = {
        iss: issuer,
        aud: audience,
        sub: session.subjectId,
        act: { sub: session.actorId, iss: session.authentication.issuer },
        sid: session.id,
        jti,
        iat: issuedAt,
        nbf: issuedAt,
        exp: expiresAt,
        roles: [...subjectRoles],
        access: accessClaim(session.access),
        ...(boundTo === null ? {} : { cnf: { jkt: boundTo } }),
      };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: keyring.algorithm, kid: keyring.kid, typ: 'JWT' })
        .sign(keyring.signingKey);
    },
  };
}
