import type { Clock } from '../platform/clock.js';
import type { ActorTokenParties } from './actor-token-minter.js';
import {
  type ActClaim,
  checkNotAhead,
  isIdentifier,
  isIssuerName,
  nameList,
  REPLICA_TOLERANCE_MS,
  readAccess,
  requiredIdentifier,
  requiredNumericDate,
  type TokenAccess,
} from './claims.js';
import { isJsonObject, type JsonObject, member, parseCompactToken, type TokenHeader } from './compact-token.js';
import { readConfirmation } from './confirmation.js';
import type { Keyring, VerifyKey } from './keyring.js';
import { expiry, refusal } from './refusal.js';
import { checkSignature } from './signature.js';
import { tokenDigest, VerifiedTokens } from './verified-tokens.js';

/** What a verified actor token says. Times are milliseconds since the epoch. */
export interface ActorTokenClaims {
  readonly issuer: string;
  /** The subject: the person impersonated. */
  readonly subject: string;
  /** The actor and the issuer that vouched for them. */
  readonly act: ActClaim;
  /** `sid`: the impersonation session. Whether it is still active, the token cannot say. */
  readonly sessionId: string;
  /** `jti` */
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
  /** The subject's roles when the session began; the directory, not this, decides now. */
  readonly roles: readonly string[];
  readonly access: TokenAccess;
  /** The key whose holder alone may use it, by its thumbprint; null: whoever has the token may. */
  readonly boundTo: string | null;
}

export interface ActorTokenVerifier {
  /**
   * Verifies an actor token of this gateway: signature by a key of the keyring with that key's own algorithm, `typ`
   * JWT, exactly this issuer and audience, every claim present and of its type, no nested `act`. `nbf` and `iat` may
   * be 10 s ahead, for another replica may have issued it, by its own clock; `exp` has no tolerance: a session must not outlive
   * its expiry.
   * @throws GatewayError TOKEN_EXPIRED where everything but `exp` is right; `expiredSessionOf` then gives the session.
   *   GatewayError TOKEN_INVALID in every other case; `refusalReasonOf` then gives the reason. Nothing else.
   * @param digest {@link tokenDigest} of this very token, where it is known already
   */
  verify(token: string, digest?: string): Promise<ActorTokenClaims>;
  /**
   * The claims of a token that `verify` accepted before, where it would accept it now. Null: it has to be verified, again or
   * at all. Whether its session goes on is another question, to be asked each time.
   * @param digest {@link tokenDigest} of the token
   */
  recall(digest: string): ActorTokenClaims | null;
}

interface Verified {
  readonly claims: ActorTokenClaims;
  /** The keys in force when it was verified. */
  readonly keys: Keyring['verifyKeys'];
  /** Milliseconds since the epoch. */
  readonly verifiedAt: number;
}

/** A verifier of this gateway's own actor tokens. @param options.clock decides what is expired */
export function createActorTokenVerifier(options: ActorTokenParties & { readonly clock: Clock }): ActorTokenVerifier {
  const verified = new VerifiedTokens<Verified>();

  function recall(digest: string): ActorTokenClaims | null {
    const entry = verified.recall(digest);
    const now = options.clock.now();
    // Whether the key that signed it is still one of the gateway's is asked anew where any of them has changed.
    if (entry === null || entry.keys !== options.keyring.verifyKeys) return null;
    // The clock may have been set back.
    return now >= entry.verifiedAt && now < entry.claims.expiresAt ? entry.claims : null;
  }

  return {
    recall,
    async verify(text, digest = tokenDigest(text)) {
      const known = recall(digest);
      if (known !== null) return known;
      const token = parseCompactToken(text);
      checkTyp(token.header);
      const keys = options.keyring.verifyKeys;
      const { key, algorithm } = selectKey(token.header, keys);
      const checking = checkSignature(token, key, algorithm);
      if (checking !== undefined) await checking;
      checkParties(token.claims, options);
      const now = options.clock.now();
      const claims = readClaims(token.claims, now);
      if (now >= claims.expiresAt) throw expiry(claims.sessionId);
      verified.remember(digest, { claims, keys, verifiedAt: now });
      return claims;
    },
  };
}

function checkTyp({ typ }: TokenHeader): void {
  if (typ !== 'JWT') throw refusal('typ');
}

function selectKey({ kid, alg }: TokenHeader, keys: Keyring['verifyKeys']): VerifyKey {
  if (kid === null) throw refusal('kid');
  const verifyKey = keys.get(kid);
  if (verifyKey === undefined) throw refusal('unknown-key');
  // The key, not the token, says how it is to be used: else an RSA key could be read as an HMAC secret.
  if (alg !== verifyKey.algorithm) throw refusal('alg');
  return verifyKey;
}

function checkParties(claims: JsonObject, { issuer, audience }: ActorTokenParties): void {
  if (member(claims, 'iss') !== issuer) throw refusal('iss');
  if (member(claims, 'aud') !== audience) throw refusal('aud');
}

function readClaims(claims: JsonObject, now: number): ActorTokenClaims {
  const issuedAt = requiredNumericDate(claims, 'iat');
  checkNotAhead(issuedAt, now, 'iat', REPLICA_TOLERANCE_MS);
  const notBefore = requiredNumericDate(claims, 'nbf');
  checkNotAhead(notBefore, now, 'nbf', REPLICA_TOLERANCE_MS);
  const access = readAccess(claims);
  if (access === null) throw refusal('access');
  const roles = nameList(claims, 'roles');
  if (roles === null) throw refusal('roles');
  return {
    issuer: String(claims.iss),
    subject: requiredIdentifier(claims, 'sub'),
    act: readAct(member(claims, 'act')),
    sessionId: requiredIdentifier(claims, 'sid'),
    tokenId: requiredIdentifier(claims, 'jti'),
    issuedAt: issuedAt * 1000,
    notBefore: notBefore * 1000,
    expiresAt: requiredNumericDate(claims, 'exp') * 1000,
    roles,
    access,
    boundTo: readConfirmation(claims),
  };
}

function readAct(act: unknown): ActClaim {
  if (!isJsonObject(act) || Object.hasOwn(act, 'act')) throw refusal('act');
  const sub = member(act, 'sub');
  const iss = member(act, 'iss');
  if (!isIdentifier(sub) || !isIssuerName(iss)) throw refusal('act');
  return { sub, iss };
}
