import {
  CLOCK_TOLERANCE_MS,
  checkNotAhead,
  isIdentifier,
  isIssuerName,
  nameList,
  numericDate,
  readAccess,
  requiredIdentifier,
  requiredNumericDate,
  type TokenAccess,
} from './claims.js';
import { isJsonObject, type JsonObject, member, type TokenHeader } from './compact-token.js';
import { readConfirmation } from './confirmation.js';
import { expiry, refusal } from './refusal.js';
import { audiencesOf, type TrustedIssuer } from './trusted-issuer.js';

/** What a verified session token says. */
export interface SessionTokenClaims {
  readonly issuer: string;
  /** The viewer: the principal, or, where `act` is set, the person acted for. */
  readonly subject: string;
  /** Milliseconds since the epoch, without tolerance: it may lie up to 5 s in the past. */
  readonly expiresAt: number;
  /** Milliseconds since the epoch; null where the token does not say. */
  readonly issuedAt: number | null;
  /** When the subject signed in, SECONDS since the epoch; null where the token does not say. */
  readonly authTime: number | null;
  /** How the subject signed in (RFC 8176); empty where the token does not say. */
  readonly amr: readonly string[];
  /** Who is really acting, where a trusted issuer delegated (RFC 8693 §4.1). */
  readonly act: DelegatedActor | null;
  /** What the delegation allows; null where the token does not say, and always where `act` is null. */
  readonly access: TokenAccess | null;
  /** The key whose holder alone may use it (RFC 9449 §6.1), by its thumbprint; null: whoever has the token may. */
  readonly boundTo: string | null;
}

/** What `act` says of the actor. What stands outside it is about the subject, whose sign-in is none of the actor's. */
export interface DelegatedActor {
  readonly sub: string;
  /** Null where it names none. */
  readonly iss: string | null;
  /** When the actor signed in, SECONDS since the epoch; null where it does not say. */
  readonly authTime: number | null;
  /** How the actor signed in; empty where it does not say. */
  readonly amr: readonly string[];
}

/** RFC 7519 §5.1 and RFC 9068 §2.1; media types compare without case (RFC 2045 §5.1). */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * Refuses a token that is typed as something else, e.g. a logout token or a DPoP proof of the same issuer (RFC 8725
 * §3.11).
 * @throws GatewayError TOKEN_INVALID
 */
export function checkSessionTyp({ typ }: TokenHeader): void {
  if (typ !== null && !TYPES.has(typ.toLowerCase())) throw refusal('typ');
}

/**
 * Reads the claims of a session token whose signature is verified. `exp` is judged last, so that TOKEN_EXPIRED
 * means right in everything else.
 * @param now milliseconds since the epoch
 * @throws GatewayError TOKEN_INVALID, or TOKEN_EXPIRED
 */
export function readSessionClaims(claims: JsonObject, trusted: TrustedIssuer, now: number): SessionTokenClaims {
  checkAudience(member(claims, 'aud'), audiencesOf(trusted));
  checkNotAhead(numericDate(claims, 'nbf'), now, 'nbf');
  const issuedAt = numericDate(claims, 'iat');
  checkNotAhead(issuedAt, now, 'iat');
  const authTime = numericDate(claims, 'auth_time');
  // A sign-in in the future would count as recent for ever (RFC 9470).
  checkNotAhead(authTime, now, 'auth_time');
  const act = readAct(claims, trusted.acceptActorClaim === true, now);
  const boundTo = readConfirmation(claims);
  if (boundTo === null && trusted.requireSenderConstraint === true) throw refusal('cnf');
  const subject = requiredIdentifier(claims, 'sub');
  // Ids are those of the directory, whoever signs: another issuer's people are not this one's to name.
  if (!mayName(trusted, subject)) throw refusal('sub');
  if (act !== null && !mayName(trusted, act.sub)) throw refusal('act');
  const read: SessionTokenClaims = {
    issuer: trusted.issuer,
    subject,
    expiresAt: requiredNumericDate(claims, 'exp') * 1000,
    issuedAt: issuedAt === null ? null : issuedAt * 1000,
    authTime,
    amr: nameList(claims, 'amr') ?? [],
    act,
    access: act === null ? null : readAccess(claims),
    boundTo,
  };
  if (now >= read.expiresAt + CLOCK_TOLERANCE_MS) throw expiry(null);
  return read;
}

/** Whether the issuer may say who the person is. */
export function mayName({ subjectPrefix = '' }: TrustedIssuer, id: string): boolean {
  return id.startsWith(subjectPrefix);
}

/** RFC 7519 §4.1.3: a string or a list of strings, compared exactly. */
function checkAudience(aud: unknown, accepted: readonly string[]): void {
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!named.every((one) => typeof one === 'string')) throw refusal('aud');
  if (!named.some((one) => accepted.includes(one))) throw refusal('aud');
}

/** Presence alone counts: an `act` of null is not taken for none. */
function readAct(claims: JsonObject, accepted: boolean, now: number): DelegatedActor | null {
  if (!Object.hasOwn(claims, 'act')) return null;
  const act = claims.act;
  if (!accepted || !isJsonObject(act) || Object.hasOwn(act, 'act')) throw refusal('act');
  const sub = member(act, 'sub');
  const iss = member(act, 'iss');
  if (!isIdentifier(sub) || !(iss === undefined || isIssuerName(iss))) throw refusal('act');
  const authTime = numericDate(act, 'auth_time');
  checkNotAhead(authTime, now, 'auth_time');
  return { sub, iss: iss ?? null, authTime, amr: nameList(act, 'amr') ?? [] };
}
