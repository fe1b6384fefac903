import { type AssertionFault, invalid } from './errors.js';
import type { Actor, Impersonation, VerifiedIdentity, Viewer } from './identity.js';

/** How long an assertion may live, seconds; what lives longer is none. */
export const MAX_SECONDS = 60;

const MAX_ID_LENGTH = 255;
const MAX_ISSUER_LENGTH = 2_048;
/** Control characters, and halves of surrogate pairs: two different ones could be stored as the same replacement. */
const UNSAFE = /[\p{Cc}\p{Cs}]/u;

type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads the claims of an assertion whose signature, `iss` and times are verified.
 * @throws IdentityError TOKEN_INVALID for any claim that is missing, of another shape, or contradicts another one
 */
export function readIdentity(claims: Claims, audience: string): VerifiedIdentity {
  // A list would do for RFC 7519 §4.1.3; an assertion is for one service, and says so in one way.
  if (claims.aud !== audience) throw invalid('aud');
  const expiresAt = lifetime(claims);
  id(claims.jti, 'jti');
  const viewer: Viewer = Object.freeze({ id: id(claims.sub, 'sub'), roles: roles(claims.roles) });
  // Presence alone counts: an `act` of null is not taken for none.
  if (!Object.hasOwn(claims, 'act')) {
    if (Object.hasOwn(claims, 'sid')) throw invalid('sid');
    if (Object.hasOwn(claims, 'access')) throw invalid('access');
    return Object.freeze({ viewer, actor: viewer, impersonation: null });
  }
  const actor = readActor(claims.act);
  if (actor.id === viewer.id) throw invalid('act');
  const impersonation: Impersonation = Object.freeze({
    sessionId: Object.hasOwn(claims, 'sid') ? id(claims.sid, 'sid') : null,
    access: readAccess(claims.access),
    expiresAt,
  });
  return Object.freeze({ viewer, actor, impersonation });
}

/** `exp` in milliseconds. That it lies ahead, and the others do not, was seen to. */
function lifetime({ iat, nbf, exp }: Claims): number {
  if (typeof iat !== 'number' || typeof exp !== 'number' || !(exp > iat && exp - iat <= MAX_SECONDS)) {
    throw invalid('exp');
  }
  if (typeof nbf !== 'number') throw invalid('nbf');
  return exp * 1000;
}

/** RFC 8693 §4.1. A chain of actors is refused: impersonations do not nest. */
function readActor(act: unknown): Actor {
  if (typeof act !== 'object' || act === null || Array.isArray(act)) throw invalid('act');
  const { sub, iss } = act as Claims;
  if (Object.hasOwn(act, 'act')) throw invalid('act');
  return Object.freeze({ id: id(sub, 'act'), issuer: id(iss, 'act', MAX_ISSUER_LENGTH) });
}

function readAccess(access: unknown): Impersonation['access'] {
  if (access === 'read_only') return 'READ_ONLY';
  if (access === 'full') return 'FULL';
  throw invalid('access');
}

function roles(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw invalid('roles');
  return Object.freeze(value.map((role: unknown) => id(role, 'roles')));
}

function id(value: unknown, fault: AssertionFault, most = MAX_ID_LENGTH): string {
  if (typeof value !== 'string' || value === '' || value.length > most || UNSAFE.test(value)) throw invalid(fault);
  return value;
}
