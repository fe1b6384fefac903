import type { ImpersonationAccess, Role } from '../generated/graphql.js';

/** A person as the console shows one. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
}

/** The signed-in person and the session token they gave. It lives in memory alone. */
export interface OwnSession {
  /** New at every sign-in: what was fetched for one sign-in is never shown in the next. */
  readonly key: string;
  readonly token: string;
  readonly person: Person;
}

/** The impersonation in effect. */
export interface Impersonation {
  readonly sessionId: string;
  readonly actorToken: string;
  readonly subject: Person;
  readonly access: ImpersonationAccess;
  readonly reason: string;
  readonly ticket: string | null;
  /** By this device's clock, milliseconds since 1970: the gateway's clock may differ. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** Why the console left an identity without being asked to. */
export type Notice =
  | { readonly kind: 'impersonation-ended'; readonly cause: EndCause; readonly impersonation: Impersonation }
  | { readonly kind: 'signed-out'; readonly cause: SignOutCause; readonly impersonationStopped: boolean };

/** `ENDED` is looked up by whoever shows it. */
export type EndCause = 'ENDED' | 'EXPIRED' | 'ROLE_LOST' | 'UNCONFIRMED_STOP';
export type SignOutCause = 'TOKEN_EXPIRED' | 'TOKEN_INVALID';

/** Who is in effect here and who is really signed in. */
export interface IdentityState {
  readonly own: OwnSession | null;
  readonly impersonation: Impersonation | null;
  readonly notice: Notice | null;
}

export const SIGNED_OUT: IdentityState = { own: null, impersonation: null, notice: null };

/** With which of the two identities a request is made. */
export type Principal = 'own' | 'effective';

/** One identity to make requests with; `key` names it in caches. */
export interface Caller {
  readonly key: string;
  readonly token: string;
}

/** The identity asked for, or null where nobody is signed in. */
export function callerOf({ own, impersonation }: IdentityState, principal: Principal): Caller | null {
  if (own === null) return null;
  if (principal === 'own' || impersonation === null) return { key: `own:${own.key}`, token: own.token };
  return { key: `session:${impersonation.sessionId}`, token: impersonation.actorToken };
}

/** The effective user: the subject while impersonating, otherwise the person who signed in. */
export function viewerOf({ own, impersonation }: IdentityState): Person | null {
  return impersonation?.subject ?? own?.person ?? null;
}
