/**
 * One value that changes, and those who follow it. Who is slow misses values in between, never the newest: nothing is kept for
 * anybody.
 */
export class Broadcast<T> {
  #value: T;
  #version = 0;
  #end: { readonly error: unknown } | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  publish(value: T): void {
    this.#value = value;
    this.#version += 1;
    this.#wake();
  }

  /** No value follows. @param error what those who follow are told instead; null: they have the last value, and no more */
  end(error: unknown = null): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** From the newest value on. `onLeave` is called once, when it is over for whoever follows. */
  follow(onLeave: () => void): AsyncIterableIterator<T> {
    let seen = -1;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      onLeave();
      this.#wake();
    };
    const next = async (): Promise<IteratorResult<T>> => {
      for (;;) {
        if (left) return { done: true, value: undefined };
        if (seen !== this.#version && this.#end?.error == null) {
          seen = this.#version;
          return { done: false, value: this.#value };
        }
        if (this.#end !== null) {
          leave();
          if (this.#end.error !== null) throw this.#end.error;
          continue;
        }
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    };
    return {
      next,
      async return() {
        leave();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
