/** What an impersonation may do. */
export type ImpersonationAccess = 'READ_ONLY' | 'FULL';

/** Gives a token from memory; null where there is none. */
export type GetToken = () => string | null | undefined | Promise<string | null | undefined>;

/** Every sentence of the banner. `{subject}`, `{actor}` and `{time}` stand for what is put in their place. */
export interface ImpersonationBannerMessages {
  /** The language of the sentences (BCP 47). */
  lang: string;
  /** The name of the region, for screen readers. */
  label: string;
  acting: string;
  maybeActing: string;
  really: string;
  readOnly: string;
  full: string;
  accessUnknown: string;
  timeLeft: string;
  lastMinute: string;
  unconfirmed: string;
  stop: string;
  stopping: string;
  stopFailed: string;
  ended: string;
  endedSubject: string;
  /** Beside it, where only the gateway that was asked knows of the end so far. */
  endedHereOnly: string;
}

/** Of `impersonation-stop`, before anything is done. Without `endpoint` the page has to stop; so it may with one. */
export interface StopDetail {
  /** The page stops by itself: the banner waits, and says so where the promise is rejected. */
  waitUntil(work: Promise<unknown>): void;
}

/** Of `impersonation-stopped`: what the gateway answered; nulls where the page stopped by itself. */
export interface StoppedDetail {
  readonly session: { readonly id: string; readonly status: string; readonly endedAt: string | null } | null;
  /** The restored identity: the person really acting. */
  readonly viewer: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly roles: readonly string[];
  } | null;
  /** Whether only the gateway that was asked knows of it so far, as the database has not taken it; absent where the page stopped by itself. */
  readonly endedHereOnly?: boolean;
}

/** Of `impersonation-ended`: it ended, and not by this banner's Stop. */
export interface EndedDetail {
  /**
   * Why: the gateway's error code (`IMPERSONATION_ENDED`, `TOKEN_EXPIRED`, `TOKEN_INVALID`, `UNAUTHENTICATED`; `FORBIDDEN`: the actor
   * may no longer look); the status of the session (`STOPPED`, `REVOKED`, `EXPIRED`); `EXPIRED` also by the clock; `NOT_IMPERSONATING`:
   * the token is not one of an impersonation; `NO_TOKEN`: the page has none any more.
   */
  readonly code: string;
}

/** Of `impersonation-error`: once when looks begin to fail, and at each stop that was not confirmed. */
export interface ErrorDetail {
  readonly during: 'look' | 'stop';
  /** The gateway's error code; null where there was no answer. */
  readonly code: string | null;
}

/** The events of the banner. All bubble and are composed; `impersonation-stop` can be cancelled. */
export interface ImpersonationBannerEventMap {
  'impersonation-stop': CustomEvent<StopDetail>;
  'impersonation-stopped': CustomEvent<StoppedDetail>;
  'impersonation-ended': CustomEvent<EndedDetail>;
  'impersonation-error': CustomEvent<ErrorDetail>;
}

/** `<impersonation-banner>`. */
export interface ImpersonationBannerElement extends HTMLElement {
  /** The name of the impersonated person; null: nobody is impersonated. Attribute `subject`. */
  subject: string | null;
  /** The name of the person really acting. Attribute `actor`. */
  actor: string | null;
  /** `read_only` or `full`, in whatever case. Attribute `access`. */
  access: string | null;
  /** When it ends by itself, ISO 8601. Attribute `expires-at`. */
  expiresAt: string | null;
  /** The address of the gateway's GraphQL. Attribute `endpoint`. */
  endpoint: string | null;
  /** Gives the actor token. A property alone: a token must not be in the DOM. */
  getToken: GetToken | null;
  /** Gives the actor's own session token; with it looks leave no event on the customer's record. */
  getOwnToken: GetToken | null | undefined;
  /** Sentences that replace the English ones, from the next drawing on (at most a second, while time is shown). */
  messages: Partial<ImpersonationBannerMessages> | null | undefined;
  /** Looks at once: to be called where the gateway refused a request of the page, e.g. with IMPERSONATION_ENDED. */
  check(): void;
  addEventListener<K extends keyof ImpersonationBannerEventMap>(
    type: K,
    listener: (this: ImpersonationBannerElement, event: ImpersonationBannerEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'impersonation-banner': ImpersonationBannerElement;
  }
}
