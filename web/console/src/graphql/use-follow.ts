import { useEffect, useEffectEvent, useState } from 'react';
import { useConsoleConfig } from '../config/console-config.js';
import type { TypedDocumentString } from '../generated/graphql.js';
import type { Principal } from '../identity/identity.js';
import { useIdentityStore } from '../identity/identity-context.js';
import { follow, type StreamState } from './follow.js';
import type { Refusal } from './refusal.js';
import { useCaller } from './use-caller.js';
import { usePageVisible } from './use-page-visible.js';

export interface FollowOptions<Result, Variables> {
  /** Called at each (re)connection, so that it can say where to go on. */
  readonly variables: () => Variables;
  readonly onEvent: (event: Result) => void;
  /** The stream is live, again: what happened while it was not has to be asked for, unless the variables name a cursor. */
  readonly onLive?: () => void;
  /** The gateway does not go on from the cursor in the variables: it is begun anew, and the cursor has to be dropped. */
  readonly onCursorLost?: () => void;
  readonly as?: Principal;
  readonly enabled?: boolean;
  /** Following begins anew when this changes, e.g. a filter in the variables. */
  readonly subject?: string;
}

export interface Following {
  readonly state: StreamState | 'off' | 'refused';
  readonly refusal: Refusal | null;
}

/**
 * Follows a subscription while the component is there and its tab is in sight. A hidden tab lets go of its connection: a browser
 * has six for all tabs together over HTTP/1.1.
 */
export function useFollow<Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  options: FollowOptions<Result, Variables>,
): Following {
  const { variables, onEvent, onLive, onCursorLost, as = 'effective', enabled = true, subject = '' } = options;
  const { streamPath } = useConsoleConfig();
  const identity = useIdentityStore();
  const { key, token } = useCaller(as);
  const visible = usePageVisible();
  const [following, setFollowing] = useState<Following>({ state: 'off', refusal: null });
  const tellEvent = useEffectEvent(onEvent);
  const askVariables = useEffectEvent(variables);
  const tellState = useEffectEvent((state: StreamState) => {
    setFollowing({ state, refusal: null });
    if (state === 'live') onLive?.();
  });
  const tellCursorLost = useEffectEvent(() => onCursorLost?.());
  const running = enabled && visible && token !== '';

  useEffect(() => {
    // Read, so that a new subject begins a new stream.
    void subject;
    if (!running) {
      setFollowing({ state: 'off', refusal: null });
      return;
    }
    return follow(
      () => ({ document, variables: askVariables() }),
      streamPath,
      { key, token },
      {
        onEvent: tellEvent,
        onState: tellState,
        onCursorLost: tellCursorLost,
        onRefused(refusal, asWhole) {
          setFollowing({ state: 'refused', refusal });
          if (asWhole) identity.refused(token, refusal.code);
        },
      },
    );
  }, [running, document, streamPath, key, token, identity, subject]);
  return following;
}
