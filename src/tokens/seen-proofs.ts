/** What came of showing a proof: `new` alone lets it pass. */
export type Showing = 'new' | 'seen' | 'too-old' | 'too-many-of-one' | 'too-many';

export interface SeenProofsOptions {
  /** How many are remembered at once of one person. */
  readonly perOwner: number;
  /** How many at all; by default 500,000, which are some 50 MB. */
  readonly most?: number;
}

const MOST = 500_000;
/** How many are forgotten at once: some hundreds of microseconds. */
const MOST_AT_ONCE = 1_000;
/** More than a day of them; of the earliest it is then known only that they were before a certain one. */
const MOST_FORGOTTEN_SECONDS = 100_000;

interface Second {
  readonly ids: string[];
  readonly owners: string[];
}

/**
 * Which proofs were shown already, for as long as they could be shown again. Nothing is forgotten to make room: where there is none, a
 * proof does not pass. Only what was verified in everything else is remembered, so a stranger takes no room; and whoever has a token
 * takes no more than one person's part, with however many keys.
 */
export class SeenProofs {
  readonly #perOwner: number;
  readonly #most: number;
  readonly #seen = new Set<string>();
  readonly #ofOwner = new Map<string, number>();
  /** By the second, of the epoch, from which on they are stale. */
  readonly #stale = new Map<number, Second>();
  #nextLook = Number.NEGATIVE_INFINITY;
  /** The seconds of which something was forgotten: were the clock set back, it could be shown again. */
  readonly #forgotten = new Set<number>();
  /** All until then count as forgotten. */
  #forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor({ perOwner, most = MOST }: SeenProofsOptions) {
    this.#perOwner = perOwner;
    this.#most = most;
  }

  get size(): number {
    return this.#seen.size;
  }

  /**
   * Notes a proof as shown, unless it may not pass.
   * @param id of the proof: of its key and its `jti` together
   * @param owner whose token it comes with
   * @param staleAt from when on it is refused for its age, milliseconds since the epoch
   * @param now milliseconds since the epoch
   */
  show(id: string, owner: string, staleAt: number, now: number): Showing {
    this.#forget(now);
    const second = Math.ceil(staleAt / 1_000);
    // A clock that was set back: it may have been shown, and forgotten since. Those of other seconds were not, and pass: else a clock
    // that was an hour ahead for two minutes would have everybody refused for an hour.
    if (second <= this.#forgottenUntil || this.#forgotten.has(second)) return 'too-old';
    if (this.#seen.has(id)) return 'seen';
    const ofOwner = this.#ofOwner.get(owner) ?? 0;
    if (ofOwner >= this.#perOwner) return 'too-many-of-one';
    if (this.#seen.size >= this.#most) return 'too-many';
    this.#seen.add(id);
    this.#ofOwner.set(owner, ofOwner + 1);
    const together = this.#stale.get(second);
    if (together === undefined) this.#stale.set(second, { ids: [id], owners: [owner] });
    else {
      together.ids.push(id);
      together.owners.push(owner);
    }
    return 'new';
  }

  /**
   * Once a second, as there are as many places to look at as a proof may live seconds; and in portions, or half a million that are stale
   * at once would hold everybody up for half a second. What is stale and still there refuses nothing that its age would not.
   */
  #forget(now: number): void {
    // More than a second before it is a clock that was set back: waiting for it, nothing would be forgotten meanwhile.
    if (now < this.#nextLook && now >= this.#nextLook - 1_000) return;
    const current = Math.floor(now / 1_000);
    let left = MOST_AT_ONCE;
    for (const [second, { ids, owners }] of this.#stale) {
      if (second > current) continue;
      this.#forgotten.add(second);
      for (; left > 0 && ids.length > 0; left -= 1) {
        this.#seen.delete(ids.pop() as string);
        this.#leave(owners.pop() as string);
      }
      // The rest is for the next one who shows something.
      if (ids.length > 0) return;
      this.#stale.delete(second);
    }
    this.#nextLook = (current + 1) * 1_000;
    if (this.#forgotten.size > MOST_FORGOTTEN_SECONDS) this.#forgetSeconds();
  }

  /** Of the earlier half it is no longer known which they were. */
  #forgetSeconds(): void {
    const earlier = [...this.#forgotten].sort((one, other) => one - other).slice(0, MOST_FORGOTTEN_SECONDS / 2);
    for (const second of earlier) {
      this.#forgotten.delete(second);
      this.#forgottenUntil = Math.max(this.#forgottenUntil, second);
    }
  }

  #leave(owner: string): void {
    const left = (this.#ofOwner.get(owner) ?? 0) - 1;
    if (left > 0) this.#ofOwner.set(owner, left);
    else this.#ofOwner.delete(owner);
  }
}
