import type { CryptoKey } from 'jose';
import type { Clock } from '../platform/clock.js';
import type { TokenHeader } from './compact-token.js';
import { type IssuerKeys, KeysUnavailableError } from './issuer-keys.js';
import { refusal } from './refusal.js';

export interface KeyCacheTiming {
  /**
   * How long keys are used without asking again: the longest a removed key is still accepted while its source answers.
   */
  readonly freshMs: number;
  /** The least time between two attempts to load, whoever asks and however the last one went. */
  readonly retryMs: number;
  /** How long keys are used while their source fails, counted from the last success. */
  readonly usableMs: number;
  /**
   * Whether requests also wait for an attempt that follows a failed one. Not where failing takes long: they then go on
   * with the old keys beside it.
   */
  readonly waitAfterFailure: boolean;
}

/** Keys from a URL: a removed key is refused within 5 minutes, or within 1 hour where the URL does not answer. */
export const URL_TIMING: KeyCacheTiming = {
  freshMs: 300_000,
  retryMs: 5_000,
  usableMs: 3_600_000,
  waitAfterFailure: false,
};
/** Keys from a file: a removed key is refused within 5 s. An unreadable file leaves the last good keys in force. */
export const FILE_TIMING: KeyCacheTiming = {
  freshMs: 5_000,
  retryMs: 5_000,
  usableMs: Number.POSITIVE_INFINITY,
  waitAfterFailure: true,
};

/** A key, and the reading of the source that had it. */
export interface FoundKey {
  readonly key: CryptoKey;
  readonly keys: IssuerKeys;
}

export interface KeyCache {
  /**
   * The key for a token's header; asks the source again where the keys are due or none fits.
   * @throws GatewayError TOKEN_INVALID where no key fits, or the keys cannot be had
   */
  find(header: TokenHeader): Promise<FoundKey>;
  /** The same at once, where the keys are fresh and the key was found in them before; null: it has to be looked for. */
  known(header: TokenHeader): FoundKey | null;
  /** The keys in force at this moment; null where the source has to be asked first. Asks nobody. */
  current(): IssuerKeys | null;
}

/**
 * Keeps one issuer's keys. Tokens with made-up `kid`s are free to make, so the source is asked at most once in
 * `retryMs` and by one request for all that wait.
 * @param load reads the source; gets the keys of the last success, to return them where nothing has changed
 */
export function createKeyCache(
  load: (previous: IssuerKeys | null) => Promise<IssuerKeys>,
  timing: KeyCacheTiming,
  clock: Clock,
): KeyCache {
  let keys: IssuerKeys | null = null;
  let loadedAt = Number.NEGATIVE_INFINITY;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let failure: string | null = null;
  let pending: Promise<void> | null = null;

  /** A clock that was set back must not make old keys young again. */
  const since = (time: number): number => {
    const age = clock.now() - time;
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  };
  const mayRefresh = (): boolean => pending !== null || since(attemptedAt) >= timing.retryMs;

  async function attempt(): Promise<void> {
    const startedAt = clock.now();
    attemptedAt = startedAt;
    try {
      keys = await load(keys);
      loadedAt = startedAt;
      failure = null;
    } catch (error) {
      failure = error instanceof KeysUnavailableError ? error.message : 'unknown reason';
    }
  }

  /** Never rejects: what went wrong is kept in `failure`. */
  function refresh(): Promise<void> {
    pending ??= attempt().finally(() => {
      pending = null;
    });
    return pending;
  }

  async function findNow(header: TokenHeader): Promise<FoundKey | null> {
    const looked = keys;
    if (looked === null || since(loadedAt) > timing.usableMs) return null;
    const key = await looked.find(header);
    // There may be other keys by now.
    return key && { key, keys: looked };
  }

  return {
    known(header) {
      if (keys === null || since(loadedAt) >= timing.freshMs) return null;
      const key = keys.known(header);
      return key && { key, keys };
    },
    current() {
      if (keys === null || since(loadedAt) > timing.usableMs) return null;
      return since(loadedAt) < timing.freshMs || !mayRefresh() ? keys : null;
    },
    async find(header) {
      if (since(loadedAt) >= timing.freshMs && mayRefresh()) {
        const wait = keys === null || failure === null || timing.waitAfterFailure;
        const refreshed = refresh();
        if (wait) await refreshed;
      }
      let found = await findNow(header);
      if (found === null && mayRefresh()) {
        await refresh();
        found = await findNow(header);
      }
      if (found !== null) return found;
      if (failure !== null) throw refusal('keys-unavailable', failure);
      throw refusal('unknown-key', keys?.faults.slice(0, 3).join('; ') || undefined);
    },
  };
}
