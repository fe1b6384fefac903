import { useEffect, useEffectEvent, useState } from 'react';
import { useClient } from '../graphql/client-context.js';
import { callerOf } from '../identity/identity.js';
import { useIdentity, useIdentityStore } from '../identity/identity-context.js';
import { lookAtSession } from './session-watch.js';

/** Between two looks, milliseconds: an end elsewhere is seen within two seconds, the gateway's own second included. */
const INTERVAL_MS = 500;
/** A look that takes longer has failed, milliseconds. */
const PATIENCE_MS = 4_000;
/** Looks that have to fail in a row before the person is told, so that one lost packet does not alarm them. */
const ALARMING = 3;

/** How long a tab that has just asked for the stop itself may take to say so, milliseconds. */
const GRACE_MS = 300;

/**
 * Watches the impersonation in effect and leaves it when it has ended elsewhere or its time is over. True while it cannot be
 * confirmed that it goes on. `isStopping`: this tab is about to leave it by itself.
 */
export function useSessionWatch(isStopping: boolean): boolean {
  const client = useClient();
  const store = useIdentityStore();
  const { own, impersonation } = useIdentity();
  const [failures, setFailures] = useState(0);
  const sessionId = impersonation?.sessionId;
  const expiresAt = impersonation?.expiresAt;
  const actorId = own?.person.id;
  const isLeaving = useEffectEvent(() => isStopping);

  useEffect(() => {
    if (sessionId === undefined || expiresAt === undefined || actorId === undefined) return;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLooking = false;

    async function look(): Promise<void> {
      const caller = callerOf(store.read(), 'own');
      if (isLooking || caller === null || sessionId === undefined || actorId === undefined) return;
      isLooking = true;
      clearTimeout(timer);
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(PATIENCE_MS)]);
      const sighting = await lookAtSession(client, caller, actorId, sessionId, signal);
      isLooking = false;
      if (gone.signal.aborted) return;
      if (sighting === 'active') setFailures(0);
      else if (sighting === 'unconfirmed') setFailures((count) => count + 1);
      else if (sighting === 'ROLE_LOST') return store.end(sessionId, sighting);
      else {
        await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
        if (gone.signal.aborted) return;
        if (!isLeaving()) return store.end(sessionId, sighting);
      }
      timer = setTimeout(look, INTERVAL_MS);
    }

    // Browsers slow the timers of hidden tabs down; whoever comes back sees the truth at once.
    function lookAgain(): void {
      if (document.visibilityState === 'visible') void look();
    }

    const expiry = setTimeout(() => store.end(sessionId, 'EXPIRED'), Math.max(0, expiresAt - Date.now()));
    timer = setTimeout(look, INTERVAL_MS);
    setFailures(0);
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      gone.abort();
      clearTimeout(timer);
      clearTimeout(expiry);
      document.removeEventListener('visibilitychange', lookAgain);
    };
  }, [client, store, sessionId, expiresAt, actorId]);

  return impersonation !== null && failures >= ALARMING;
}
