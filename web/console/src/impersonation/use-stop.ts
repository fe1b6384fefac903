import { useState } from 'react';
import { useClient } from '../graphql/client-context.js';
import { isEndedHereOnly } from '../graphql/ended-here-only.js';
import { Refusal, Unreachable } from '../graphql/refusal.js';
import { inWords } from '../graphql/refusals-in-words.js';
import type { Impersonation } from '../identity/identity.js';
import { useIdentityStore } from '../identity/identity-context.js';
import { notify } from '../ui/announcer.js';
import { stopImpersonation } from './stop.js';

export interface Stopping {
  readonly isPending: boolean;
  /** Why the gateway has not confirmed that the session is over. */
  readonly problem: string | null;
  stop(): Promise<void>;
  /** Drops the actor token here, although the gateway has not confirmed. */
  leave(): void;
}

/** Ends the impersonation at the gateway and goes back to the own identity; not before the gateway has confirmed it. */
export function useStop(impersonation: Impersonation): Stopping {
  const client = useClient();
  const store = useIdentityStore();
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { sessionId, subject } = impersonation;

  async function stop(): Promise<void> {
    if (isPending) return;
    setPending(true);
    setProblem(null);
    const stopped = store.stopping(sessionId);
    try {
      await stopImpersonation(client, impersonation);
      const self = 'You are yourself again.';
      notify(isEndedHereOnly(sessionId) ? self : `${self} You no longer act as ${subject.name}.`);
      store.stop(sessionId);
    } catch (error) {
      // A credential that is refused as a whole brings the person back, and the store says why.
      if (error instanceof Unreachable) setProblem('It does not answer.');
      else if (error instanceof Refusal) setProblem(inWords(error).sentence);
      else throw error;
    } finally {
      stopped();
      setPending(false);
    }
  }

  return { isPending, problem, stop, leave: () => store.end(sessionId, 'UNCONFIRMED_STOP') };
}
