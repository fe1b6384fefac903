import type { ActorAuthentication, ImpersonationAccess, ImpersonationSession } from './impersonation-session.js';
import type { User } from './user.js';

/** Nobody is signed in. */
export interface AnonymousIdentity {
  readonly kind: 'anonymous';
  readonly viewer: null;
  readonly actor: null;
  readonly session: null;
}

/** A person acting as themselves: viewer and actor are the same object. */
export interface DirectIdentity {
  readonly kind: 'direct';
  readonly viewer: User;
  readonly actor: User;
  readonly session: null;
  readonly authentication: ActorAuthentication;
  /** The key whose holder alone may use the credential (RFC 9449), by its thumbprint; null: whoever has it may. */
  readonly boundTo: string | null;
  /** When the credential stops being valid, milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** `actor` acting as `viewer` (the subject). */
export interface ImpersonatedIdentity {
  readonly kind: 'impersonated';
  readonly viewer: User;
  readonly actor: User;
  readonly access: ImpersonationAccess;
  /** Null only where a trusted issuer, not this gateway, delegated (RFC 8693 `act` in a session token). */
  readonly session: ImpersonationSession | null;
  readonly authentication: ActorAuthentication;
  /** When the credential stops being valid, milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Who is in effect (viewer) and who is really acting (actor) for one request. */
export type Identity = AnonymousIdentity | DirectIdentity | ImpersonatedIdentity;

export const ANONYMOUS: AnonymousIdentity = Object.freeze({
  kind: 'anonymous',
  viewer: null,
  actor: null,
  session: null,
});
