import type { EventDraft, EventGap } from '../domain/audit-event.js';
import { newTimedId } from '../platform/ids.js';

/** While the trail is written without a pause, but not all of it, a gap is reported this often. Milliseconds. */
const LONGEST_OPEN_MS = 5_000;

/** Keeps count of what could not be recorded, so that the trail itself can say that it has a hole, and how large. */
export class GapWatch {
  #from: number | null = null;
  #lost = 0;

  /** An event was given up. @param since when writing began to fail, milliseconds since the epoch */
  lost(since: number): void {
    this.failed(since);
    this.#lost += 1;
  }

  /** Writing has failed for longer than its callers wait, whether or not an event was given up. */
  failed(since: number): void {
    this.#from = Math.min(this.#from ?? since, since);
  }

  /**
   * The gap that lies behind, to be called after a write succeeded; null where there is none.
   * @param drained whether nothing is waiting any more; where it never is, an open gap is closed after a while.
   */
  close(now: number, drained: boolean): EventGap | null {
    const from = this.#from;
    if (from === null || (!drained && now - from < LONGEST_OPEN_MS)) return null;
    const gap = { from: Math.min(from, now), until: now, lost: this.#lost };
    this.#from = null;
    this.#lost = 0;
    return gap;
  }
}

/** The event that puts a gap on record. Nobody caused it by a request, so its request id is its own. */
export function gapDraft(gap: EventGap): EventDraft {
  return {
    type: 'AUDIT_GAP',
    outcome: 'UNKNOWN',
    code: 'AUDIT_UNAVAILABLE',
    occurredAt: gap.until,
    actor: null,
    subjectId: null,
    session: null,
    operation: null,
    request: { id: newTimedId(), traceparent: null },
    count: 1,
    gap,
    details: {},
  };
}
