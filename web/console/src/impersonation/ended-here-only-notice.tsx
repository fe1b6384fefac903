import { useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { graphql } from '../generated/gql.js';
import type { Client } from '../graphql/client.js';
import { useClient } from '../graphql/client-context.js';
import {
  type EndedHereOnly,
  forgetEndedHereOnly,
  readEndedHereOnly,
  subscribeToEndedHereOnly,
} from '../graphql/ended-here-only.js';
import { Unreachable } from '../graphql/refusal.js';
import { inWords } from '../graphql/refusals-in-words.js';
import { type Caller, callerOf, type Person } from '../identity/identity.js';
import { useIdentityStore } from '../identity/identity-context.js';
import { notify } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { WarningIcon } from '../ui/icons.js';
import { DateTime } from '../ui/time.js';
import { StopLeftover } from './stop.js';

const RevokeAgain = graphql(`
  mutation RevokeAgain($sessionId: ID!, $reason: String!) {
    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {
      session {
        id
        status
      }
    }
  }
`);

/**
 * Says of sessions that were ended while the database did not take it that others may not know yet, until they do: a person who has
 * ended a session because of something bad must not believe that it is over where it is not.
 */
export function EndedHereOnlyNotice({ own }: { readonly own: Person | null }) {
  const ends = useSyncExternalStore(subscribeToEndedHereOnly, readEndedHereOnly);
  // What one person was told is not for the next one at the same screen.
  const shown = ends.filter(({ byId }) => own === null || byId === null || byId === own.id);
  if (shown.length === 0) return null;
  return (
    <section className="leftover" role="alert" aria-label="Not ended everywhere yet">
      {shown.map((end) => (
        <NotEverywhere key={end.sessionId} end={end} mayTry={own !== null} />
      ))}
    </section>
  );
}

interface Tried {
  readonly at: string;
  readonly problem: string;
}

function NotEverywhere({ end, mayTry }: { readonly end: EndedHereOnly; readonly mayTry: boolean }) {
  const client = useClient();
  const store = useIdentityStore();
  const [isTrying, setTrying] = useState(false);
  const [tried, setTried] = useState<Tried | null>(null);
  const { sessionId } = end;

  async function tryAgain(): Promise<void> {
    const caller = callerOf(store.read(), 'own');
    if (isTrying || caller === null) return;
    setTrying(true);
    const problem = await endAgain(client, caller, end);
    setTrying(false);
    if (problem !== null) return setTried({ at: new Date().toISOString(), problem });
    forgetEndedHereOnly(sessionId);
    notify('The impersonation has ended everywhere.');
  }

  return (
    <div className="leftover-line">
      <WarningIcon />
      <div className="leftover-text">
        <p>
          <strong>An impersonation has ended on one gateway only.</strong> The database has not taken the end of{' '}
          <Link href={`/sessions/${encodeURIComponent(sessionId)}`}>this session</Link> yet. The gateway that was asked
          refuses it and goes on trying to store that. Another gateway may honour it until then, at the longest until
          its time is over.
        </p>
        {tried === null ? null : (
          <p>
            Tried again at <DateTime value={tried.at} seconds />: {tried.problem}
          </p>
        )}
      </div>
      {mayTry ? (
        <Button isPending={isTrying} onPress={tryAgain}>
          {isTrying ? 'Trying…' : 'Try again'}
        </Button>
      ) : (
        <p>Sign in to try again.</p>
      )}
    </div>
  );
}

/** Ends it once more, on whichever gateway answers. Null where it has ended everywhere, else why that is not known. */
async function endAgain(client: Client, own: Caller, { sessionId, reason }: EndedHereOnly): Promise<string | null> {
  try {
    const { refusals, endedHereOnly } = await (reason === null
      ? client.askInPart({ document: StopLeftover, variables: { sessionId } }, own)
      : client.askInPart({ document: RevokeAgain, variables: { sessionId, reason } }, own));
    if (endedHereOnly.includes(sessionId)) return 'it is still not stored.';
    const [refusal] = refusals;
    // That it had ended before is what was wanted.
    return refusal === undefined || refusal.code === 'IMPERSONATION_ENDED' ? null : inWords(refusal).sentence;
  } catch (error) {
    if (error instanceof Unreachable) return 'the gateway does not answer.';
    throw error;
  }
}
