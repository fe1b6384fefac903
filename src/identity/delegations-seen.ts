import { LRUCache } from 'lru-cache';

/** What is kept at once, of actors and of whom they act for; those not heard of for longest are forgotten first. */
const MOST = 10_000;
const MINUTE_MS = 60_000;

/**
 * For whom actors began to act by the word of an issuer, as far as this process has seen. A delegation begins with the first request
 * under it, and again once every token of it that was seen has expired. A new token for the same two people begins nothing.
 */
export class DelegationsSeen {
  /** Actor and subject → until when the delegation lasts, milliseconds since the epoch. */
  readonly #lasting = new LRUCache<string, number>({ max: MOST });
  /** Actor → when delegations began within the last minute or so. */
  readonly #beginnings = new LRUCache<string, readonly number[]>({ max: MOST });

  /** For how many people the actor began to act within the minute up to `now`; null where a request for this one begins nothing. */
  beganInLastMinute(actorId: string, subjectId: string, now: number): number | null {
    const until = this.#lasting.get(keyOf(actorId, subjectId));
    if (until !== undefined && now < until) return null;
    return this.#recent(actorId, now).length;
  }

  /** Notes an allowed request. @returns whether it began a delegation */
  note(actorId: string, subjectId: string, expiresAt: number, now: number): boolean {
    const begins = this.beganInLastMinute(actorId, subjectId, now) !== null;
    const key = keyOf(actorId, subjectId);
    this.#lasting.set(key, Math.max(expiresAt, this.#lasting.get(key) ?? 0));
    if (begins) this.#beginnings.set(actorId, [...this.#recent(actorId, now), now]);
    return begins;
  }

  #recent(actorId: string, now: number): readonly number[] {
    return (this.#beginnings.get(actorId) ?? []).filter((at) => Math.abs(now - at) < MINUTE_MS);
  }
}

/** Ids hold no control characters, so no two pairs share a key. */
function keyOf(actorId: string, subjectId: string): string {
  return `${actorId}\n${subjectId}`;
}
