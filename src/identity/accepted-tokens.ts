/** Tokens that are kept in mind. Ten times as many as are remembered verified: one that is verified again is not accepted anew. */
const MOST = 100_000;

/** Which session tokens this process has accepted before, by their digests: each is told of once. */
export class AcceptedTokens {
  readonly #seen = new Set<string>();

  /** Whether the token is accepted for the first time here. @param digest see tokens/verified-tokens.ts */
  isFirst(digest: string): boolean {
    if (this.#seen.has(digest)) return false;
    // Those accepted longest ago have most likely expired.
    if (this.#seen.size >= MOST) this.#seen.delete(this.#seen.values().next().value ?? '');
    this.#seen.add(digest);
    return true;
  }
}
