/** Whether somebody sits in front of the page, as far as a page can tell. */
export interface Presence {
  /** Whether what happens now may have been caused by something that a person has just done here. */
  isSomebodyThere(): boolean;
}

/** What a person does. That a window comes to the front, a pointer passes over it or a page scrolls happens by itself, too. */
const DEEDS = ['pointerdown', 'keydown', 'wheel', 'click', 'input'] as const;
/** How long a request may come after the deed that caused it: pages are loaded on the way. Milliseconds. */
const CAUSED_WITHIN_MS = 5_000;

/** Begins to watch; that it is asked to counts as a deed, for somebody has opened the page. @param now milliseconds that never go back */
export function watchPresence(page: EventTarget, now: () => number = () => performance.now()): Presence {
  let lastDeed = now();
  const note = (event: Event) => {
    // What a script does is nobody's deed.
    if (event.isTrusted) lastDeed = now();
  };
  for (const deed of DEEDS) page.addEventListener(deed, note, { capture: true, passive: true });
  return { isSomebodyThere: () => now() - lastDeed < CAUSED_WITHIN_MS };
}
