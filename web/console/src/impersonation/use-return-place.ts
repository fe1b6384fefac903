import { useCallback, useEffect, useEffectEvent, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useIdentity } from '../identity/identity-context.js';
import { takeReturnFocus } from './return-focus.js';
import { focusOn, type Place, placeHere, restorePlace } from './return-place.js';

/**
 * Remembers where this tab was when an impersonation began, and brings it back there when it is over, whoever ended it. The tab
 * that began it goes to the subject's own view meanwhile. Returns what puts the focus back, for a dialog that had to be read first.
 */
export function useReturnPlace(): () => void {
  const { impersonation } = useIdentity();
  const [location, navigate] = useLocation();
  const search = useSearch();
  const sessionId = impersonation?.sessionId ?? null;
  const place = useRef<Place | null>(null);
  const known = useRef(sessionId);
  const returnedTo = useRef<string | null>(null);

  const goThere = useEffectEvent(() => {
    const focusId = takeReturnFocus();
    place.current = placeHere(search === '' ? location : `${location}?${search}`, focusId);
    if (focusId !== null) navigate('/view-as');
  });
  const comeBack = useEffectEvent(() => {
    const back = place.current;
    place.current = null;
    if (back === null) return;
    returnedTo.current = back.focusId;
    navigate(back.path);
    return restorePlace(back);
  });

  useEffect(() => {
    if (known.current === sessionId) return;
    known.current = sessionId;
    if (sessionId !== null) goThere();
    else return comeBack();
  }, [sessionId]);
  return useCallback(() => focusOn(returnedTo.current), []);
}
