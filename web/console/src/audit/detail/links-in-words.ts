/** What the hashes of an event and of its neighbours say of each other, as they stand in the answer. */
export type LinkState = 'begins' | 'fits' | 'broken' | 'missing';

export interface ChainedEvent {
  readonly integrity: { readonly sequence: number; readonly hash: string; readonly previousHash: string };
}

/** Whether the event names the hash of the one before it. */
export function linkToPrevious(
  event: ChainedEvent,
  previous: { readonly integrity: { readonly hash: string } } | null,
): LinkState {
  if (event.integrity.sequence === 0) return 'begins';
  if (previous === null) return 'missing';
  return previous.integrity.hash === event.integrity.previousHash ? 'fits' : 'broken';
}

/** Whether the one after it names the event's hash; null where there is none yet. */
export function linkToNext(
  event: ChainedEvent,
  next: { readonly integrity: { readonly previousHash: string } } | null,
): LinkState | null {
  if (next === null) return null;
  return next.integrity.previousHash === event.integrity.hash ? 'fits' : 'broken';
}

export const LINK_WORDS: Readonly<Record<LinkState, string>> = {
  begins: 'This is the first event of its chain.',
  fits: 'The link fits.',
  broken: 'The link does not fit: one of the two was changed.',
  missing: 'There has to be an event here, and there is none.',
};
