import { ask, LOOK, LOOK_AS_ACTOR, STOP } from './gateway.js';
import { ENGLISH } from './messages.js';
import { errorCode, isRefused, readAccess, readLook, readStop, type Sighting } from './sighting.js';
import { afterLook, end, HERE_ONLY, IDLE, type State } from './state.js';
import { clockDifference } from './time-left.js';
import type {
  GetToken,
  ImpersonationBannerElement,
  ImpersonationBannerEventMap,
  ImpersonationBannerMessages,
  StoppedDetail,
} from './types/impersonation-banner.js';
import { createView, type View } from './view.js';
import { createWatch } from './watch.js';
import { inWords } from './words.js';

/** How long an answer to a look is waited for, milliseconds. */
const LOOK_MS = 4_000;
/** How long the gateway is waited for to confirm a stop, milliseconds. */
const STOP_MS = 10_000;
/** A page that sets `endpoint` in its markup gets this long to say where the token comes from, milliseconds. */
const GRACE_MS = 1_000;

/** With the actor token alone each look is an event on the record: so long from one to the next where nothing happens, milliseconds. */
const RARELY_MS = 15_000;
/** And so long at least, whatever happens. */
const GAP_MS = 2_000;

/** The properties that are attributes as well, by name. */
const REFLECTED = {
  subject: 'subject',
  actor: 'actor',
  access: 'access',
  expiresAt: 'expires-at',
  endpoint: 'endpoint',
} as const;

/** Where there is no DOM the module can be loaded and does nothing. */
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

/** A page's token. It is waited for no longer than the signal allows: a page's function may never come back. */
function within(signal: AbortSignal, getToken: GetToken | null | undefined): Promise<string | null | undefined> {
  return new Promise((resolve, reject) => {
    signal.onabort = reject;
    Promise.resolve(getToken?.()).then(resolve, reject);
  });
}

/** `<impersonation-banner>`: shows whose shoes the page stands in. The gateway enforces; this tells. */
export class ImpersonationBanner extends Base implements ImpersonationBannerElement {
  static readonly observedAttributes = Object.values(REFLECTED);

  declare subject: string | null;
  declare actor: string | null;
  declare access: string | null;
  declare expiresAt: string | null;
  declare endpoint: string | null;
  declare messages: Partial<ImpersonationBannerMessages> | null | undefined;

  static {
    // React hands over as properties only what an element has before it is set.
    ImpersonationBanner.prototype.messages = null;
    for (const [name, attribute] of Object.entries(REFLECTED)) {
      Object.defineProperty(ImpersonationBanner.prototype, name, {
        get(this: ImpersonationBanner) {
          return this.getAttribute(attribute);
        },
        set(this: ImpersonationBanner, value: string | null | undefined) {
          if (value == null) this.removeAttribute(attribute);
          else this.setAttribute(attribute, value);
        },
      });
    }
  }

  #state: State = IDLE;
  #view: View | undefined;
  #getToken: GetToken | null = null;
  /** A token of which all is known: it is not asked about again. */
  #settled: string | null = null;
  /** The actor token that the last look found good, and when. */
  #known: string | null = null;
  #knownAt = 0;
  /** How long after that it is looked again, milliseconds. */
  #pause = 0;
  #difference = 0;
  #isChanged = false;
  #tick: ReturnType<typeof setTimeout> | undefined;
  /** Aborted when what is under way no longer counts, listeners included. */
  #turn = new AbortController();
  readonly #watch = createWatch((signal) => this.#look(signal));

  connectedCallback(): void {
    const self = this as unknown as Record<string, unknown>;
    for (const name of ['getToken', ...Object.keys(REFLECTED)]) {
      if (Object.hasOwn(self, name)) {
        // Set before the element was defined: it would hide the property of the class.
        const value = self[name];
        delete self[name];
        self[name] = value;
      }
    }
    this.#view ??= createView(this.attachShadow({ mode: 'open' }), () => void this.#stop());
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#rest();
    this.#view?.show(null);
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    // Attributes that change together count together: a new subject does not end with the old time.
    this.#isChanged = true;
    queueMicrotask(() => {
      if (this.#isChanged && this.isConnected) this.#begin();
    });
  }

  get getToken(): GetToken | null {
    return this.#getToken;
  }
  set getToken(value: GetToken | null | undefined) {
    const isFirst = this.#getToken === null;
    this.#getToken = value ?? null;
    // A page that makes a new function at each drawing does not ask for a look at each.
    if (isFirst) this.#watch.now();
  }

  /** In place of a page's: see `messages` above. */
  getOwnToken(): ReturnType<GetToken> {
    return null;
  }

  check(): void {
    this.#pause = GAP_MS;
    this.#watch.now();
  }

  /** Begins anew, from what the page says. */
  #begin(): void {
    this.#rest();
    this.#isChanged = false;
    this.#settled = this.#known = null;
    const { subject, actor, access, expiresAt } = this;
    const session = { id: null, actor, access: readAccess(access), expiresAt: Date.parse(expiresAt as string) };
    this.#set(subject === null ? IDLE : { ...IDLE, phase: 'active', session: { ...session, subject } });
    const { signal } = this.#turn;
    const wake = () => {
      this.#set(this.#state);
      this.check();
    };
    for (const type of ['online', 'offline', 'focus', 'visibilitychange']) addEventListener(type, wake, { signal });
    // Whatever opens now goes above everything that was there before: dialogs, popovers, a picture in full screen.
    for (const type of ['toggle', 'fullscreenchange']) {
      addEventListener(
        type,
        (event) => {
          if ((event as ToggleEvent).newState !== 'closed') this.#view?.raise();
        },
        { signal, capture: true },
      );
    }
    if (this.endpoint !== null) this.#watch.start(this.#getToken === null ? GRACE_MS : 0);
  }

  #rest(): void {
    this.#watch.stop();
    clearTimeout(this.#tick);
    this.#turn.abort();
    this.#turn = new AbortController();
  }

  /** Milliseconds; NaN where it is not known. */
  #left(): number {
    return (this.#state.session?.expiresAt ?? Number.NaN) - Date.now() - this.#difference;
  }

  /** Goes over to a state: shows it, tells the page what is new, and comes back when the time shown changes. */
  #set(next: State): void {
    const before = this.#state;
    this.#state = next;
    clearTimeout(this.#tick);
    if (!this.isConnected) return;
    const { phase, code } = next;
    const left = this.#left();
    // Where the gateway is asked, it says itself when the time is up.
    if (phase === 'active' && this.endpoint === null && left <= 0) {
      this.#set(end(next, 'EXPIRED'));
      return;
    }
    this.#view?.show(phase === 'idle' ? null : inWords(next, left, { ...ENGLISH, ...this.messages }));
    if (phase === 'active' && left > 0 && document.hidden !== true) {
      this.#tick = setTimeout(
        () => {
          if (this.#left() <= 0) this.check();
          this.#set(this.#state);
        },
        (left % 1_000) + 10,
      );
    }
    if (next.isUnconfirmed && !before.isUnconfirmed) this.#tell('impersonation-error', { during: 'look', code });
    // What comes of a stop is told by the stop.
    if (phase === 'ended' && before.phase !== 'ended' && before.stop !== 'pending' && code !== null) {
      this.#tell('impersonation-ended', { code });
    }
  }

  #tell<K extends keyof ImpersonationBannerEventMap>(
    type: K,
    detail: ImpersonationBannerEventMap[K]['detail'],
  ): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /** One look. Resolves with whether it was answered. */
  async #look(outer: AbortSignal): Promise<boolean> {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(LOOK_MS)]);
    let sighting: Sighting = { kind: 'unknown', code: null };
    try {
      if (this.#getToken !== null) {
        const token = await within(signal, this.#getToken);
        if (outer.aborted || (token && token === this.#settled)) return true;
        if (token) {
          if (this.#state.phase === 'idle') this.#set({ ...IDLE, phase: 'active' });
          const found = await this.#ask(token, signal);
          if (found === null || outer.aborted) return true;
          sighting = found;
          if (sighting.kind === 'ended') this.#settled = token;
        } else sighting = { kind: 'ended', code: 'NO_TOKEN', isNone: true };
      }
    } catch {
      // No answer, or none that could be read.
    }
    if (!outer.aborted) this.#set(afterLook(this.#state, sighting, this.#left() <= 0));
    return sighting.kind !== 'unknown';
  }

  /**
   * With the actor's own token where the page gives one: with the actor token each look is an event on the record, and it is seldom
   * looked; null where it is not time for it.
   */
  async #ask(token: string, signal: AbortSignal): Promise<Sighting | null> {
    const id = this.#state.session?.id;
    const own = id && (await within(signal, this.getOwnToken));
    if (own) {
      const answer = await this.#send(own, LOOK_AS_ACTOR, signal, { id });
      const code = errorCode(answer);
      if (code === 'FORBIDDEN') return { kind: 'ended', code };
      // An own token that is refused says nothing about the session: then the actor token has to.
      if (!isRefused(code)) return readLook(answer, 'impersonationSession');
    }
    if (token === this.#known && performance.now() < this.#knownAt + this.#pause) return null;
    const sighting = readLook(await this.#send(token, LOOK, signal), 'impersonation');
    if (sighting.kind === 'active') {
      this.#known = token;
      this.#knownAt = performance.now();
      this.#pause = RARELY_MS;
    }
    return sighting;
  }

  async #send(token: string, query: string, signal: AbortSignal, variables?: Readonly<Record<string, string>>) {
    const answer = await ask(this.endpoint ?? '', token, query, signal, variables);
    const difference = clockDifference(answer.date, Date.now());
    if (!Number.isNaN(difference)) this.#difference = difference;
    return answer;
  }

  async #stop(): Promise<void> {
    if (this.#state.stop === 'pending' || this.#state.phase === 'ended') return;
    let work: Promise<unknown> | undefined;
    const waitUntil = (promise: Promise<unknown>) => {
      work = Promise.resolve(promise);
    };
    if (!this.#tell('impersonation-stop', { waitUntil }) && work === undefined) return;
    const turn = this.#turn.signal;
    // A look that is under way would find the end that this stop makes.
    this.#watch.stop();
    this.#set({ ...this.#state, stop: 'pending' });
    let code: string | null = null;
    let detail: StoppedDetail | undefined;
    try {
      if (work !== undefined) {
        await work;
        detail = { session: null, viewer: null };
      } else if (this.endpoint !== null) {
        // Not broken off where the page takes the element out meanwhile: what was begun has to arrive.
        const signal = AbortSignal.timeout(STOP_MS);
        const token = await within(signal, this.#getToken);
        if (token) {
          const answer = await this.#send(token, STOP, signal);
          code = errorCode(answer);
          if (code === null) detail = readStop(answer);
          if (detail || isRefused(code)) this.#settled = token;
        }
      }
    } catch {
      // Not confirmed, which is said below.
    }
    // Begun anew meanwhile: what is shown is no longer about this session. The page learns of the outcome all the same.
    const show = (next: State) => turn.aborted || this.#set(next);
    if (detail) {
      show(end(this.#state, detail.endedHereOnly ? HERE_ONLY : 'STOPPED'));
      this.#tell('impersonation-stopped', detail);
    } else if (isRefused(code)) {
      show(end(this.#state, code));
      this.#tell('impersonation-ended', { code });
    } else {
      show({ ...this.#state, stop: 'failed' });
      this.#tell('impersonation-error', { during: 'stop', code: code || null });
    }
    if (this.endpoint !== null && !turn.aborted) this.#watch.start(0);
  }
}
