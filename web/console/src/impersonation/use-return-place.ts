import { useCallback, useEffect, useEffectEvent, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useIdentity, useIdentityStore } from '../identity/identity-context.js';
import { takeReturnFocus } from './return-focus.js';
import { focusOn, type Place, restorePlace } from './return-place.js';

/**
 * Remembers where this tab was when an impersonation began, and brings it back there when it is over, whoever ended it. The tab
 * that began it goes to the subject's own view meanwhile. Returns what puts the focus back, for a dialog that had to be read first.
 */
export function useReturnPlace(): () => void {
  const store = useIdentityStore();
  const { impersonation } = useIdentity();
  const [location, navigate] = useLocation();
  const search = useSearch();
  const sessionId = impersonation?.sessionId ?? null;
  const place = useRef<Place | null>(null);
  const known = useRef(sessionId);
  const returnedTo = useRef<string | null>(null);

  const scrolled = useRef(0);

  useEffect(() => {
    let wasImpersonating = store.read().impersonation !== null;
    // Told before anything is drawn anew: the page of the new identity may be too short to keep the place.
    return store.subscribe(() => {
      const isImpersonating = store.read().impersonation !== null;
      if (isImpersonating && !wasImpersonating) scrolled.current = window.scrollY;
      wasImpersonating = isImpersonating;
    });
  }, [store]);

  const goThere = useEffectEvent(() => {
    const focusId = takeReturnFocus();
    place.current = { path: search === '' ? location : `${location}?${search}`, scrollY: scrolled.current, focusId };
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
