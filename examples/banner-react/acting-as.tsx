import { useCallback, useState } from 'react';
import 'impersonation-gateway/banner/react';
import type { EndedDetail, StoppedDetail } from 'impersonation-gateway/banner/react';
import { useIdentity } from './identity.js';

export interface ActingAsProps {
  /** The gateway's GraphQL address. */
  readonly endpoint: string;
}

/**
 * The banner over the whole application, at its root. It is there while the page has an actor token, and it hands the page back to
 * the person really signed in when the impersonation is over, whoever ended it.
 */
export function ActingAs({ endpoint }: ActingAsProps) {
  const { actorToken, sessionToken, restore } = useIdentity();
  const [ended, setEnded] = useState<string | null>(null);
  // Functions, never attributes: a token that is in the document can be read by whoever reads the document.
  const getToken = useCallback(() => actorToken, [actorToken]);
  const getOwnToken = useCallback(() => sessionToken, [sessionToken]);

  function onStopped({ detail }: CustomEvent<StoppedDetail>): void {
    setEnded(`You are ${detail.viewer?.name ?? 'yourself'} again.`);
    restore();
  }

  function onEnded({ detail }: CustomEvent<EndedDetail>): void {
    setEnded(`The impersonation is over (${detail.code}).`);
    restore();
  }

  if (actorToken !== null) {
    return (
      <impersonation-banner
        endpoint={endpoint}
        getToken={getToken}
        getOwnToken={getOwnToken}
        onimpersonation-stopped={onStopped}
        onimpersonation-ended={onEnded}
      />
    );
  }
  return ended === null ? null : (
    <p role="status">
      {ended}{' '}
      <button type="button" onClick={() => setEnded(null)}>
        Close
      </button>
    </p>
  );
}
