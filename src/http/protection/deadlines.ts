const NOTHING = () => undefined;

interface Waiting {
  readonly due: number;
  readonly up: () => void;
  before: Waiting | null;
  after: Waiting | null;
  done: boolean;
}

/**
 * Ends what takes too long. All of it may take equally long, so what began first is due first: a list in the order of beginning and one
 * timer for the first of them do for any number, and what is done in time costs no timer at all.
 */
export class Deadlines {
  readonly #ms: number;
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param ms how long each may take, milliseconds */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /**
   * What comes of a piece of work, or of its time being up, whichever is first; the other never happens. What the work comes to
   * afterwards is dropped, a rejection included.
   * @param done is given what the work came to
   * @param over called first, once, whatever it is
   */
  limit<T, R>(
    work: PromiseLike<T>,
    done: (value: T) => R | PromiseLike<R>,
    timeUp: () => R | PromiseLike<R>,
    over: () => void = NOTHING,
  ): Promise<R> {
    return new Promise((resolve, reject) => {
      const conclude = (how: () => R | PromiseLike<R>) => {
        over();
        try {
          resolve(how());
        } catch (error) {
          reject(error);
        }
      };
      const waiting = this.#add(() => conclude(timeUp));
      work.then(
        (value) => {
          if (this.#take(waiting)) conclude(() => done(value));
        },
        (error: unknown) => {
          if (!this.#take(waiting)) return;
          over();
          reject(error);
        },
      );
    });
  }

  /** Lets go of the timer; what is under way is not ended any more. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#first = null;
    this.#last = null;
  }

  #add(up: () => void): Waiting {
    const waiting: Waiting = { due: performance.now() + this.#ms, up, before: this.#last, after: null, done: false };
    if (this.#last === null) this.#first = waiting;
    else this.#last.after = waiting;
    this.#last = waiting;
    // One that is set for what is done by now finds out when it fires, and goes on from there.
    this.#timer ??= this.#timerFor(this.#ms);
    return waiting;
  }

  /** Takes it off the list; false where its time was up before. */
  #take(waiting: Waiting): boolean {
    if (waiting.done) return false;
    waiting.done = true;
    const { before, after } = waiting;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    return true;
  }

  #timerFor(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), Math.ceil(Math.max(1, ms))).unref();
  }

  #look(): void {
    this.#timer = null;
    const now = performance.now();
    for (let first = this.#first; first !== null && first.due <= now; first = this.#first) {
      this.#take(first);
      first.up();
    }
    if (this.#first !== null) this.#timer ??= this.#timerFor(this.#first.due - now);
  }
}
