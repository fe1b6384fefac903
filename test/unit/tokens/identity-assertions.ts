import {
  ANONYMOUS,
  type DirectIdentity,
  type Identity,
  type ImpersonatedIdentity,
} from '../../../src/domain/identity.js';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import type { User } from '../../../src/domain/user.js';
import { assertedIdentity, createIdentityAssertionMinter, type Keyring } from '../../../src/tokens/index.js';
import { AUDIENCE, ed, IDP, ISSUER, keyring, session } from './actor-tokens.js';
import { NOW, NOW_SECONDS } from './expectations.js';
import { forge, type JsonRecord, type Signer } from './forge.js';

/** Identities as the strategies give them, and assertions like those the gateway mints, to be changed one way at a time. */

/** The worst case: an upstream that is named like the audience of actor tokens. */
export const UPSTREAM = AUDIENCE;

export function person(id: string, roles: readonly string[] = ['USER']): User {
  return { id, name: id, email: `${id}@example.test`, roles, disabled: false, avatarUrl: null };
}
export const cleo = person('user_cleo');
export const ada = person('user_ada', ['ADMIN']);

export function direct(viewer: User = cleo, more: Partial<DirectIdentity> = {}): DirectIdentity {
  return {
    kind: 'direct',
    viewer,
    actor: viewer,
    session: null,
    authentication: { issuer: IDP, authTime: null, amr: [] },
    boundTo: null,
    expiresAt: NOW + 900_000,
    ...more,
  };
}

export function impersonated(
  changes: Partial<ImpersonationSession> = {},
  more: Partial<ImpersonatedIdentity> = {},
): ImpersonatedIdentity {
  const running = { ...session, ...changes };
  return {
    kind: 'impersonated',
    viewer: cleo,
    actor: ada,
    access: running.access,
    session: running,
    authentication: running.authentication,
    expiresAt: running.expiresAt,
    ...more,
  };
}

/** The assertion of an identity, minted as the gateway does. */
export async function assertion(
  identity: Identity,
  upstream = UPSTREAM,
  now = NOW,
  ring: Keyring = keyring,
  jti = 'assertion-1',
) {
  const asserted = assertedIdentity(identity);
  if (asserted === null || identity === ANONYMOUS) throw new Error('an anonymous identity has no assertion');
  const { expiresAt: identityExpiresAt = Number.NaN } = identity as { expiresAt?: number };
  const minter = createIdentityAssertionMinter({ keyring: ring, issuer: ISSUER });
  return minter.mint({ asserted, upstream, identityExpiresAt, jti, now });
}

export const HEADER: JsonRecord = { alg: 'EdDSA', kid: 'ed-now', typ: 'identity+jwt' };
export const CLAIMS: JsonRecord = {
  iss: ISSUER,
  aud: UPSTREAM,
  sub: 'user_cleo',
  act: { sub: 'user_ada', iss: IDP },
  sid: 'session-1',
  jti: 'assertion-1',
  iat: NOW_SECONDS,
  nbf: NOW_SECONDS,
  exp: NOW_SECONDS + 60,
  roles: ['USER'],
  access: 'read_only',
};

/** An assertion that the code under test did not make. */
export function forgedAssertion(header: JsonRecord = {}, claims: JsonRecord = {}, signer: Signer = ed.signer): string {
  return forge({ ...HEADER, ...header }, { ...CLAIMS, ...claims }, signer);
}
