import type { DirectIdentity, Identity, ImpersonatedIdentity } from '../domain/identity.js';
import type { ImpersonationSession } from '../domain/impersonation-session.js';
import { GatewayError } from '../errors/index.js';
import { type ActClaim, accessClaim, isIdentifier, isIssuerName, type TokenAccess } from './claims.js';

/**
 * `typ` of identity assertions, explicit as RFC 8725 §3.11 has it. No other token of this gateway has it, and no verifier of
 * this gateway accepts it: an upstream that was told who is in effect cannot come back as that person.
 */
export const IDENTITY_ASSERTION_TYP = 'identity+jwt';

/** How long an assertion lives at the most. */
export const MAX_ASSERTION_SECONDS = 60;

/** What an assertion says about people: all of it, and nothing that says when or to whom. */
export interface AssertedIdentity {
  /** The viewer. */
  readonly sub: string;
  /** The viewer's. */
  readonly roles: readonly string[];
  /** The actor and the issuer that vouched for them; only while impersonating (RFC 8693 §4.1). */
  readonly act?: ActClaim;
  /** The impersonation session; absent where a trusted issuer, not this gateway, delegated. */
  readonly sid?: string;
  /** Only while impersonating. */
  readonly access?: TokenAccess;
}

/**
 * What an upstream is to be told of an identity; null for an anonymous one, which is told by the absence of an assertion.
 * @throws GatewayError IMPERSONATION_ENDED where the session is not active. RangeError for an identity that contradicts itself:
 *   a mix-up of people must not be signed.
 */
export function assertedIdentity(identity: Identity): AssertedIdentity | null {
  if (identity.kind === 'anonymous') return null;
  return identity.kind === 'direct' ? ofDirect(identity) : ofImpersonated(identity);
}

function ofDirect({ viewer, actor }: DirectIdentity): AssertedIdentity {
  if (viewer.id !== actor.id || !isIdentifier(viewer.id)) throw contradiction();
  return { sub: viewer.id, roles: viewer.roles };
}

function ofImpersonated(identity: ImpersonatedIdentity): AssertedIdentity {
  const { viewer, actor, access, session, authentication } = identity;
  const fit = viewer.id !== actor.id && isIdentifier(viewer.id) && isIdentifier(actor.id);
  if (!fit || !isIssuerName(authentication.issuer)) throw contradiction();
  if (session !== null) checkSession(session, identity);
  return {
    sub: viewer.id,
    roles: viewer.roles,
    act: { sub: actor.id, iss: authentication.issuer },
    ...(session === null ? {} : { sid: session.id }),
    access: accessClaim(access),
  };
}

function checkSession(session: ImpersonationSession, { viewer, actor, access }: ImpersonatedIdentity): void {
  if (session.status !== 'ACTIVE') throw new GatewayError('IMPERSONATION_ENDED');
  const same = session.actorId === actor.id && session.subjectId === viewer.id && session.access === access;
  if (!same) throw contradiction();
}

function contradiction(): RangeError {
  return new RangeError('An identity that contradicts itself is not asserted to anybody.');
}
