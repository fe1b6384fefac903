import type { Session, Sighting } from './sighting.js';

export interface State {
  /**
   * `idle`: nobody is impersonated, as far as the page says: nothing is shown. Whatever else is on the screen. `active` without a
   * session: there is a token, and it is not known yet what it is.
   */
  readonly phase: 'idle' | 'active' | 'ended';
  readonly session: Session | null;
  /** Whether the last look found nothing out. */
  readonly isUnconfirmed: boolean;
  /** Why it ended, or why it is not known. */
  readonly code: string | null;
  readonly stop: 'no' | 'pending' | 'failed';
}

/** The code of a stop that only the gateway knows of that was asked. */
export const HERE_ONLY = 'HERE_ONLY';

export const IDLE: State = { phase: 'idle', session: null, isUnconfirmed: false, code: null, stop: 'no' };

/** The state at the end. A stop that was under way has got what it wanted. */
export function end({ session }: State, code: string): State {
  return { ...IDLE, phase: 'ended', session, code };
}

/**
 * The state after a look. What is not known takes nothing away: the banner stays and says so.
 * @param isOver whether the session's time is up by the clock, which decides only where the gateway does not.
 */
export function afterLook(state: State, sighting: Sighting, isOver: boolean): State {
  if (sighting.kind === 'active') return { ...IDLE, phase: 'active', session: sighting.session, stop: state.stop };
  if (state.phase === 'ended') return state;
  if (sighting.kind === 'ended') {
    // Where no impersonation was known, none has ended: no token, or one that never was an actor token.
    return sighting.isNone && state.session === null ? IDLE : end(state, sighting.code);
  }
  if (isOver) return end(state, 'EXPIRED');
  return { ...state, phase: 'active', isUnconfirmed: true, code: sighting.code };
}
