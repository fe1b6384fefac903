import { IdentityError, invalid } from './errors.js';
import type { IdentitySource } from './request-headers.js';

/** Sees to it that no assertion is taken with two requests, as far as this process has seen. */
export interface Once {
  /**
   * Takes an assertion that is valid in everything else, and remembers it for as long as it could come again. The same request object
   * may be asked about twice, as by two parts of a service.
   * @param jti its id, which the gateway gives to no other
   * @param until when it is refused for its age, milliseconds since the epoch
   * @param now milliseconds since the epoch
   * @throws IdentityError TOKEN_INVALID where another request had it. KEYS_UNAVAILABLE, so that nothing is taken unremembered, where as
   *   many are remembered as may be.
   */
  take(request: IdentitySource, jti: string, until: number, now: number): void;
}

const MOST = 100_000;

/** @throws TypeError where the number is none */
export function createOnce(most: number = MOST): Once {
  if (!(Number.isSafeInteger(most) && most > 0)) throw new TypeError('mostRemembered must be a whole number from 1.');
  /** In the order in which they came; which of them is over first differs by no more than the life of one. */
  const taken = new Map<string, number>();
  /** Which assertion a request has taken. */
  const takenBy = new WeakMap<IdentitySource, string>();

  function forget(now: number): void {
    for (const [jti, until] of taken) {
      if (now < until) return;
      taken.delete(jti);
    }
  }

  return {
    take(request, jti, until, now) {
      if (takenBy.get(request) === jti) return;
      if (taken.has(jti)) throw invalid('jti');
      forget(now);
      if (taken.size >= most) throw new IdentityError('KEYS_UNAVAILABLE', 'jti');
      taken.set(jti, until);
      takenBy.set(request, jti);
    },
  };
}
