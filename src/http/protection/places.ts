/** How many of something each may have at once. Whoever has none takes no memory. */
export class Places {
  readonly allowed: number;
  readonly #taken = new Map<string, number>();

  /** @param allowed for each */
  constructor(allowed: number) {
    this.allowed = allowed;
  }

  /** How many of them have any now: as many as take memory. */
  get holders(): number {
    return this.#taken.size;
  }

  hasFree(who: string): boolean {
    // Nearly always nobody has any: then there is nothing to look up.
    return this.#taken.size === 0 || (this.#taken.get(who) ?? 0) < this.allowed;
  }

  /** Takes one more, also beyond what is allowed: asking first is the caller's business. */
  take(who: string): void {
    this.#taken.set(who, (this.#taken.get(who) ?? 0) + 1);
  }

  /** Takes one where one is free. Returns what gives it back, once; null where none is. */
  tryTake(who: string): (() => void) | null {
    if (!this.hasFree(who)) return null;
    this.take(who);
    let held = true;
    return () => {
      if (held) this.leave(who);
      held = false;
    };
  }

  /** Gives one back that was taken. */
  leave(who: string): void {
    const left = (this.#taken.get(who) ?? 0) - 1;
    if (left > 0) this.#taken.set(who, left);
    else this.#taken.delete(who);
  }
}
