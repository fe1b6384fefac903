/** Where somebody was: the very page with its filters, how far down, and what had the focus. */
export interface Place {
  readonly path: string;
  readonly scrollY: number;
  readonly focusId: string | null;
}

/** How long a page may take to be as long as it was, milliseconds. */
const PATIENCE_MS = 3_000;

/** Puts the focus on the element with this id, or on the heading of the page. */
export function focusOn(elementId: string | null): void {
  const target = elementId === null ? null : document.getElementById(elementId);
  (target ?? document.getElementById('page-heading'))?.focus({ preventScroll: true });
}

/** Scrolls and focuses as it was, as soon as the page is long enough again. Returns what gives up. */
export function restorePlace({ scrollY, focusId }: Place): () => void {
  const until = performance.now() + PATIENCE_MS;
  let frame = 0;
  function restore(): void {
    const reachable = document.documentElement.scrollHeight - window.innerHeight;
    const target = focusId === null ? null : document.getElementById(focusId);
    if ((reachable < scrollY || (focusId !== null && target === null)) && performance.now() < until) {
      frame = requestAnimationFrame(restore);
      return;
    }
    window.scrollTo({ top: scrollY, behavior: 'instant' });
    focusOn(focusId);
  }
  frame = requestAnimationFrame(restore);
  return () => cancelAnimationFrame(frame);
}
