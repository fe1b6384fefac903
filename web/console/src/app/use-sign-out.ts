import { useClient } from '../graphql/client-context.js';
import { useIdentityStore } from '../identity/identity-context.js';
import { stopImpersonation } from '../impersonation/stop.js';

/** Ends the sign-in in all tabs, and an impersonation with it. */
export function useSignOut(): () => void {
  const client = useClient();
  const store = useIdentityStore();
  return () => {
    const { impersonation } = store.read();
    // Should it not arrive, the session ends by its time; its token is gone with this page's memory.
    if (impersonation !== null) stopImpersonation(client, impersonation).catch(() => undefined);
    store.signOut();
  };
}
