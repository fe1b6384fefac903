/** A signed-in person. */
export interface Viewer {
  readonly id: string;
  readonly roles: readonly string[];
}

/** The person really signed in. While impersonating, the gateway tells who, and who vouched for them, but no roles. */
export interface Actor {
  readonly id: string;
  /** Only outside impersonation, where the actor is the viewer: an actor's own roles play no part inside it. */
  readonly roles?: readonly string[];
  /** Only while impersonating: the issuer that vouched for the actor. */
  readonly issuer?: string;
}

export interface Impersonation {
  /** The impersonation session; null where an identity provider, not the gateway, delegated. */
  readonly sessionId: string | null;
  readonly access: 'READ_ONLY' | 'FULL';
  /** Until when this may be relied on: the end of the assertion, milliseconds since the epoch; never later than the session's. */
  readonly expiresAt: number;
}

/**
 * Who is in effect (viewer) and who is really acting (actor). Anonymous: all null. Outside impersonation viewer and actor are
 * the same object.
 */
export type VerifiedIdentity =
  | { readonly viewer: null; readonly actor: null; readonly impersonation: null }
  | { readonly viewer: Viewer; readonly actor: Viewer; readonly impersonation: null }
  | { readonly viewer: Viewer; readonly actor: Actor; readonly impersonation: Impersonation };
