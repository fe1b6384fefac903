import { type Caller, callerOf, type Principal } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';

const NOBODY: Caller = { key: 'nobody', token: '' };

/** The identity to ask with. Signed-in pages alone may use it. */
export function useCaller(principal: Principal): Caller {
  return callerOf(useIdentity(), principal) ?? NOBODY;
}
