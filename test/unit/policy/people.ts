import {
  ANONYMOUS,
  type DirectIdentity,
  type Identity,
  type ImpersonatedIdentity,
} from '../../../src/domain/identity.js';
import type { ImpersonationAccess, ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import type { User } from '../../../src/domain/user.js';

/** 2026-01-01T00:00:00Z: every policy test's present. */
export const NOW = 1_767_225_600_000;

export function person(id: string, roles: readonly string[], more: Partial<User> = {}): User {
  return { id, name: id, email: `${id}@example.test`, roles, disabled: false, avatarUrl: null, ...more };
}

export const ada = person('user_ada', ['ADMIN']);
export const sam = person('user_sam', ['SUPPORT']);
export const audrey = person('user_audrey', ['AUDITOR']);
export const cleo = person('user_cleo', ['USER']);
export const dora = person('user_dora', ['USER'], { disabled: true });

const authentication = { issuer: 'https://issuer.example.test', authTime: NOW / 1000 - 60, amr: ['pwd', 'otp'] };

export function session(more: Partial<ImpersonationSession> = {}): ImpersonationSession {
  return {
    id: 'session-1',
    status: 'ACTIVE',
    access: 'READ_ONLY',
    actorId: ada.id,
    authentication,
    subjectId: cleo.id,
    reason: 'case 1234',
    ticket: null,
    startedAt: NOW - 1_000,
    expiresAt: NOW + 600_000,
    endedAt: null,
    endedById: null,
    endReason: null,
    ...more,
  };
}

export function direct(who: User, more: Partial<DirectIdentity> = {}): DirectIdentity {
  return {
    kind: 'direct',
    viewer: who,
    actor: who,
    session: null,
    authentication,
    boundTo: null,
    expiresAt: NOW + 900_000,
    ...more,
  };
}

export function impersonated(
  actor: User,
  viewer: User,
  access: ImpersonationAccess = 'READ_ONLY',
  more: Partial<ImpersonatedIdentity> = {},
): ImpersonatedIdentity {
  return {
    kind: 'impersonated',
    viewer,
    actor,
    access,
    session: session({ actorId: actor.id, subjectId: viewer.id, access }),
    authentication,
    expiresAt: NOW + 600_000,
    ...more,
  };
}

/** By a trusted issuer, without a session of this gateway. */
export function delegated(actor: User, viewer: User, access: ImpersonationAccess): ImpersonatedIdentity {
  return impersonated(actor, viewer, access, { session: null });
}

/** Of a kind that does not exist (yet). */
export const unknownKind = { ...direct(ada), kind: 'robot' } as unknown as Identity;

export { ANONYMOUS };
