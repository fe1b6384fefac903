type Result<T> = IteratorResult<T, void>;

const DONE = { done: true, value: undefined } as const;

/**
 * How the client of an event stream takes what there is for it. No further result is worked out before the client waits for one: the
 * package between them would keep what is not taken, without a bound.
 */
export class Taking {
  #waits = false;
  /** How often the client has waited: each operation gets one result each time. */
  #times = 0;
  #over = false;
  #operations = 0;
  readonly #turns = new Set<() => void>();

  /** How many operations may have results for the client. */
  get operations(): number {
    return this.#operations;
  }

  /** The client has taken everything and waits for more. */
  waits(): void {
    this.#waits = true;
    this.#times += 1;
    this.#letOn();
  }

  /** Something is on its way to the client. */
  isBusy(): void {
    this.#waits = false;
  }

  /** The client takes nothing any more: all results end, those that come later too. */
  end(): void {
    this.#over = true;
    this.#letOn();
  }

  #letOn(): void {
    const turns = [...this.#turns];
    this.#turns.clear();
    for (const turn of turns) turn();
  }

  /** The same results, each worked out when the client waits for it. */
  paced<T>(results: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
    const takers = this;
    let left = false;
    let taken = 0;
    let skip = () => {};
    this.#operations += 1;

    async function leave(): Promise<void> {
      if (left) return;
      left = true;
      takers.#operations -= 1;
      skip();
      await results.return();
    }
    function turn(): Promise<void> {
      return new Promise((resolve) => {
        takers.#turns.add(resolve);
        skip = () => {
          takers.#turns.delete(resolve);
          resolve();
        };
      });
    }
    return {
      async next(): Promise<Result<T>> {
        const isFree = takers.#waits && takers.#times > taken;
        if (!isFree && !takers.#over && !left) await turn();
        if (takers.#over) await leave();
        if (left) return DONE;
        taken = takers.#times;
        const result = await results.next();
        if (result.done === true) await leave();
        return result;
      },
      async return(): Promise<Result<T>> {
        await leave();
        return DONE;
      },
      async throw(error: unknown): Promise<Result<T>> {
        await leave();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
