import { createContext, useContext, useSyncExternalStore } from 'react';
import type { IdentityState } from './identity.js';
import type { IdentityStore } from './identity-store.js';

export const IdentityContext = createContext<IdentityStore | null>(null);

/** The store itself, for what changes it. */
export function useIdentityStore(): IdentityStore {
  const store = useContext(IdentityContext);
  if (store === null) throw new Error('There is no identity store above this component.');
  return store;
}

/** Who is in effect and who is signed in; the component renders again when that changes. */
export function useIdentity(): IdentityState {
  const store = useIdentityStore();
  return useSyncExternalStore(store.subscribe, store.read);
}
