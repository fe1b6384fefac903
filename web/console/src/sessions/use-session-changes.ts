import { useEffect, useEffectEvent, useRef } from 'react';
import type { ImpersonationEventType } from '../generated/graphql.js';
import { type Following, useFollow } from '../graphql/use-follow.js';
import { SessionChanges } from './session-documents.js';

const TYPES: ImpersonationEventType[] = [
  'IMPERSONATION_STARTED',
  'IMPERSONATION_STOPPED',
  'IMPERSONATION_EXPIRED',
  'IMPERSONATION_REVOKED',
  'IMPERSONATION_VOIDED',
];
/** A start is on record a moment before its session is stored: the list is read again after this long, milliseconds. */
const SETTLE_MS = 250;
/** How often is asked while nothing is told, milliseconds. */
const POLL_MS = 1_500;

/**
 * Calls `onChange` when a session has begun or ended anywhere, within two seconds. While the stream is away it is called again
 * and again.
 */
export function useSessionChanges(onChange: () => void): Following {
  const cursor = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useEffectEvent(onChange);

  function soon(): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell(), SETTLE_MS);
  }

  const following = useFollow(SessionChanges, {
    variables: () => ({ filter: { types: TYPES }, after: cursor.current }),
    onEvent: ({ impersonationEventRecorded: event }) => {
      cursor.current = event.streamCursor;
      tell();
      soon();
    },
    onLive: soon,
    // The lists are read again when it is live: nothing of them is missing.
    onCursorLost: () => {
      cursor.current = null;
    },
  });

  const isTold = following.state === 'live' || following.state === 'off';
  useEffect(() => {
    if (isTold) return;
    const poll = setInterval(() => tell(), POLL_MS);
    return () => clearInterval(poll);
  }, [isTold]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return following;
}
