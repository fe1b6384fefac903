import type { ImpersonationAccess } from '../domain/impersonation-session.js';
import { type JsonObject, member } from './compact-token.js';
import { type RefusalReason, refusal } from './refusal.js';

/** How far the clocks of an issuer and of this gateway may be apart. */
export const CLOCK_TOLERANCE_MS = 5_000;
/** How far the clocks of two replicas may be apart: one as much ahead of the right time as the other is behind it. */
export const REPLICA_TOLERANCE_MS = 2 * CLOCK_TOLERANCE_MS;

/** The largest instant a Date can hold, in seconds (ECMA-262 §21.4.1.1). */
const LATEST_SECOND = 8_640_000_000_000;
/** OpenID Connect Core §2 limits `sub` to 255 characters; the other ids are held to the same. */
const MAX_IDENTIFIER_LENGTH = 255;
const MAX_ISSUER_LENGTH = 2_048;
/** Control characters, and halves of surrogate pairs: two different ones could be stored as the same replacement. */
const UNSAFE = /[\p{Cc}\p{Cs}]/u;

/** The `access` claim as it is written in a token. */
export type TokenAccess = 'read_only' | 'full';

/** Who is really acting, RFC 8693 §4.1. `sub` is unique only together with `iss`. */
export interface ActClaim {
  readonly sub: string;
  readonly iss: string;
}

/** How an access is written in a token. */
export function accessClaim(access: ImpersonationAccess): TokenAccess {
  return access === 'FULL' ? 'full' : 'read_only';
}

/** Whether a claim may serve as an id: a string of 1 to `maxLength` UTF-16 units that stores and prints as itself. */
export function isIdentifier(value: unknown, maxLength = MAX_IDENTIFIER_LENGTH): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength && !UNSAFE.test(value);
}

/** Whether a claim may serve as the name of an issuer. */
export function isIssuerName(value: unknown): value is string {
  return isIdentifier(value, MAX_ISSUER_LENGTH);
}

/** A required id. @throws GatewayError TOKEN_INVALID with the claim's name as the private reason */
export function requiredIdentifier(claims: JsonObject, name: 'sub' | 'sid' | 'jti'): string {
  const value = member(claims, name);
  if (!isIdentifier(value)) throw refusal(name);
  return value;
}

/**
 * A NumericDate (RFC 7519 §2), in seconds and possibly fractional; null where absent.
 * @throws GatewayError TOKEN_INVALID for anything that is not an instant a Date can hold
 */
export function numericDate(claims: JsonObject, name: 'exp' | 'nbf' | 'iat' | 'auth_time'): number | null {
  if (!Object.hasOwn(claims, name)) return null;
  const value = claims[name];
  if (typeof value !== 'number' || !(value >= 0 && value <= LATEST_SECOND)) throw refusal(name);
  return value;
}

/** As {@link numericDate}, and refuses absence. */
export function requiredNumericDate(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number {
  const value = numericDate(claims, name);
  if (value === null) throw refusal(name);
  return value;
}

/**
 * Refuses an instant (seconds, null where the claim is absent) that is further ahead of `now` (ms) than the tolerance (ms).
 */
export function checkNotAhead(
  seconds: number | null,
  now: number,
  name: 'nbf' | 'iat' | 'auth_time',
  tolerance = CLOCK_TOLERANCE_MS,
): void {
  if (seconds !== null && seconds * 1000 > now + tolerance) throw refusal(name);
}

/** A list of names; null where absent. @throws GatewayError TOKEN_INVALID for any other shape */
export function nameList(claims: JsonObject, name: 'amr' | 'roles'): readonly string[] | null {
  if (!Object.hasOwn(claims, name)) return null;
  const value = claims[name];
  if (!Array.isArray(value)) throw refusal(name);
  return value.map((entry: unknown) => (isIdentifier(entry) ? entry : refuse(name)));
}

/** The `access` claim; null where absent. An unknown value is refused, never taken for either. */
export function readAccess(claims: JsonObject): TokenAccess | null {
  if (!Object.hasOwn(claims, 'access')) return null;
  const value = claims.access;
  return value === 'read_only' || value === 'full' ? value : refuse('access');
}

function refuse(reason: RefusalReason): never {
  throw refusal(reason);
}
