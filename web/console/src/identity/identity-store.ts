import {
  type EndCause,
  type IdentityState,
  type Impersonation,
  type Notice,
  type OwnSession,
  type Person,
  SIGNED_OUT,
  type SignOutCause,
} from './identity.js';

/** Orders the states of all tabs: the later one wins, then the larger tab id. */
export interface Stamp {
  /**
   * Milliseconds since 1970, and in any case more than that of the state it followed; 0: nothing has happened yet. By the clock, which is
   * the same for all tabs: one that was asleep, however much had happened in it, must not talk another out of a later sign-in.
   */
  readonly at: number;
  readonly tab: string;
}

export interface StampedState {
  readonly stamp: Stamp;
  readonly state: IdentityState;
}

/** The one place that knows the tokens. Nothing of it is ever stored. */
export interface IdentityStore {
  read(): IdentityState;
  subscribe(listener: () => void): () => void;
  signIn(own: OwnSession): void;
  signOut(): void;
  begin(impersonation: Impersonation): void;
  /**
   * The person has asked for the end of the session. Until the returned function is called, the gateway's word that it is over is no news:
   * other requests under way get it, too, and may get it before the stop is answered. Where nothing else has brought the person back by
   * then, they are told.
   */
  stopping(sessionId: string): () => void;
  /** Back to the own identity, because the person asked for it. */
  stop(sessionId: string): void;
  /** Back to the own identity, because the session is over; the person is told. */
  end(sessionId: string, cause: EndCause): void;
  /** What the directory says of the signed-in person now. */
  updateOwn(person: Person): void;
  /** A token was refused as a whole; it is not used again. Tokens that are not in use any more are none of its business. */
  refused(token: string, code: string): void;
  /** The person has read it. Other tabs show it until it is read there. */
  dismissNotice(): void;
  /** What this tab would tell another one. */
  stamped(): StampedState;
  /** Takes another tab's state where it is newer than this tab's. */
  adopt(told: StampedState): void;
  /** This tab is put away: it keeps nothing, and the others go on. */
  putAway(): void;
}

const ENDED_TOKEN: ReadonlySet<string> = new Set(['IMPERSONATION_ENDED', 'TOKEN_EXPIRED', 'TOKEN_INVALID']);

export interface IdentityStoreOptions {
  readonly tab: string;
  /** Tells the other tabs. */
  readonly tell: (told: StampedState) => void;
  /** Ends a session at the gateway whose actor can no longer look after it. */
  readonly abandon: (impersonation: Impersonation) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An identity store that starts signed out. */
export function createIdentityStore({ tab, tell, abandon, now }: IdentityStoreOptions): IdentityStore {
  const listeners = new Set<() => void>();
  let state = SIGNED_OUT;
  let stamp: Stamp = { at: 0, tab };
  let stopping: { readonly sessionId: string; isOver: boolean } | null = null;

  function show(next: IdentityState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function change(next: IdentityState): void {
    stamp = { at: Math.max(stamp.at + 1, now()), tab };
    show(next);
    tell({ stamp, state });
  }

  function leave(sessionId: string, notice: (left: Impersonation) => Notice | null): void {
    const left = state.impersonation;
    if (left?.sessionId !== sessionId) return;
    change({ ...state, impersonation: null, notice: notice(left) });
  }

  function loseOwn(cause: SignOutCause): void {
    const { impersonation } = state;
    // Nobody acts as somebody else without being signed in themselves.
    if (impersonation !== null) abandon(impersonation);
    change({ ...SIGNED_OUT, notice: { kind: 'signed-out', cause, impersonationStopped: impersonation !== null } });
  }

  const store: IdentityStore = {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signIn: (own) => change({ own, impersonation: null, notice: null }),
    signOut: () => change(SIGNED_OUT),
    begin(impersonation) {
      if (state.own !== null) change({ ...state, impersonation, notice: null });
    },
    stopping(sessionId) {
      const own = { sessionId, isOver: false };
      stopping = own;
      return () => {
        if (stopping === own) stopping = null;
        if (own.isOver) store.end(sessionId, 'ENDED');
      };
    },
    stop: (sessionId) => leave(sessionId, () => null),
    end: (sessionId, cause) =>
      leave(sessionId, (impersonation) => ({ kind: 'impersonation-ended', cause, impersonation })),
    updateOwn(person) {
      if (state.own !== null && state.own.person.id === person.id) change({ ...state, own: { ...state.own, person } });
    },
    refused(token, code) {
      const { own, impersonation } = state;
      if (!ENDED_TOKEN.has(code)) return;
      if (token === impersonation?.actorToken) {
        if (code === 'IMPERSONATION_ENDED' && stopping?.sessionId === impersonation.sessionId) stopping.isOver = true;
        else store.end(impersonation.sessionId, code === 'TOKEN_EXPIRED' ? 'EXPIRED' : 'ENDED');
      } else if (token === own?.token) {
        loseOwn(code === 'TOKEN_EXPIRED' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID');
      }
    },
    dismissNotice: () => show({ ...state, notice: null }),
    stamped: () => ({ stamp, state }),
    adopt(told) {
      if (!isNewer(told.stamp, stamp)) return;
      stamp = told.stamp;
      show(told.state);
    },
    putAway() {
      stamp = { at: 0, tab };
      show(SIGNED_OUT);
    },
  };
  return store;
}

function isNewer(told: Stamp, known: Stamp): boolean {
  return told.at > known.at || (told.at === known.at && told.at > 0 && told.tab > known.tab);
}
