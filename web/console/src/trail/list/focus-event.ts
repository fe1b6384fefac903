/** Gives the focus to an event in the list, or to the list where the event is not in the page any more. */
export function focusEvent(id: string): void {
  const list = document.querySelector<HTMLElement>('.trail-scroller');
  const row = list?.querySelector<HTMLElement>(`[data-event="${CSS.escape(id)}"] a`);
  (row ?? list)?.focus({ preventScroll: row === null });
}
