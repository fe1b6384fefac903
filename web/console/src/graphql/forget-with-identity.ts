import type { QueryClient } from '@tanstack/react-query';
import { callerOf, type IdentityState } from '../identity/identity.js';
import type { IdentityStore } from '../identity/identity-store.js';

/**
 * What was fetched for an identity does not outlive it in this tab's memory, whichever tab left it: a customer's data is gone when the
 * impersonation is, and everything with the sign-in.
 */
export function forgetWithIdentity(identity: Pick<IdentityStore, 'read' | 'subscribe'>, queries: QueryClient): void {
  let known = keysOf(identity.read());
  identity.subscribe(() => {
    const now = keysOf(identity.read());
    const gone = known.filter((key) => !now.includes(key));
    known = now;
    if (gone.length === 0) return;
    if (now.length === 0) queries.clear();
    else queries.removeQueries({ predicate: ({ queryKey: [key] }) => gone.some((one) => one === key) });
  });
}

function keysOf(state: IdentityState): readonly string[] {
  const callers = [callerOf(state, 'own'), callerOf(state, 'effective')];
  return callers.flatMap((caller) => (caller === null ? [] : [caller.key]));
}
