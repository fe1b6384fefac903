import { useSyncExternalStore } from 'react';

const NARROW = '(max-width: 48rem)';
const ROW = 46;
const NARROW_ROW = 104;

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** The height of a row, pixels; the style sheet has the same numbers. */
export function useRowHeight(): number {
  return useSyncExternalStore(subscribe, () => (matchMedia(NARROW).matches ? NARROW_ROW : ROW));
}
