/** An end that only the gateway that was asked knows of: its answer said so (`extensions.endedHereOnly`). */
export interface EndedHereOnly {
  readonly sessionId: string;
  /** Why it was revoked; null where it was stopped. */
  readonly reason: string | null;
  /** By the signed-in person of this id; null where nobody was signed in any more. */
  readonly byId: string | null;
}

const listeners = new Set<() => void>();
let ends: readonly EndedHereOnly[] = [];

function change(next: readonly EndedHereOnly[]): void {
  ends = next;
  for (const listener of listeners) listener();
}

/** Keeps in mind that the end of a session is not stored yet, until it is known to be. */
export function noteEndedHereOnly(end: EndedHereOnly): void {
  // The first is kept: it tells how the session was really ended.
  if (!isEndedHereOnly(end.sessionId)) change([...ends, end]);
}

/** The end is known everywhere. */
export function forgetEndedHereOnly(sessionId: string): void {
  change(ends.filter((end) => end.sessionId !== sessionId));
}

export function isEndedHereOnly(sessionId: string): boolean {
  return ends.some((end) => end.sessionId === sessionId);
}

export function readEndedHereOnly(): readonly EndedHereOnly[] {
  return ends;
}

export function subscribeToEndedHereOnly(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
