let started: string | null = null;

/** This tab is about to begin an impersonation from the element with this id. */
export function setReturnFocus(elementId: string): void {
  started = elementId;
}

/** The element an impersonation was begun from in this tab, once; null where another tab began it. */
export function takeReturnFocus(): string | null {
  const id = started;
  started = null;
  return id;
}
