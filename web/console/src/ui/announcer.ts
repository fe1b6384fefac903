/** Something to be told: shown for a while, and said to those who listen. */
export interface Announcement {
  readonly id: number;
  readonly text: string;
  /** Said at once, over whatever is being said. */
  readonly isUrgent: boolean;
  /** Also shown, in a corner. */
  readonly isShown: boolean;
}

const SHOWN_MS = 8_000;
const listeners = new Set<() => void>();
let announcements: readonly Announcement[] = [];
let last = 0;

function change(next: readonly Announcement[]): void {
  announcements = next;
  for (const listener of listeners) listener();
}

function add(text: string, isUrgent: boolean, isShown: boolean): void {
  last += 1;
  const id = last;
  change([...announcements, { id, text, isUrgent, isShown }]);
  setTimeout(() => dismissAnnouncement(id), SHOWN_MS);
}

/** Says something to those who listen; it is on the screen already. */
export function announce(text: string, { isUrgent = false } = {}): void {
  add(text, isUrgent, false);
}

/** Says and shows something that came of what the person did. */
export function notify(text: string): void {
  add(text, false, true);
}

export function dismissAnnouncement(id: number): void {
  change(announcements.filter((announcement) => announcement.id !== id));
}

/** Nothing of what was told is left. */
export function forgetAnnouncements(): void {
  change([]);
}

export function readAnnouncements(): readonly Announcement[] {
  return announcements;
}

export function subscribeToAnnouncements(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
