/**
 * Ends what takes too long. All of it may take equally long, so what began first is due first: a list in the order of beginning and one
 * timer for any number. The timer moves a count on, in eight steps of the time, and everything is due by that count: what begins neither
 * makes a timer nor reads a clock. So each may take the time, and up to an eighth more.
 */
export class Deadlines {
  readonly #stepMs: number;
  #step = 0;
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param ms how long each may take, milliseconds */
  constructor(ms: number) {
    this.#stepMs = Math.max(1, Math.ceil(ms / STEPS));
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
      const waiting: Waiting = {
        due: this.#step + STEPS + 1,
        before: null,
        after: null,
        done: false,
        up() {
          over();
          try {
            resolve(timeUp());
          } catch (error) {
            reject(error);
          }
        },
      };
      this.#add(waiting);
      work.then(
        (value) => {
          if (!this.#take(waiting)) return;
          over();
          try {
            resolve(done(value));
          } catch (error) {
            reject(error);
          }
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
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#first = null;
    this.#last = null;
  }

  #add(waiting: Waiting): void {
    waiting.before = this.#last;
    if (this.#last === null) this.#first = waiting;
    else this.#last.after = waiting;
    this.#last = waiting;
    this.#timer ??= setInterval(() => this.#move(), this.#stepMs).unref();
  }

  /** Takes it off the list; false where its time was up before. */
  #take(waiting: Waiting): boolean {
    if (waiting.done) return false;
    waiting.done = true;
    const { before, after } = waiting;
    if (before !== null) before.after = after;
    else if (this.#first === waiting) this.#first = after;
    if (after !== null) after.before = before;
    else if (this.#last === waiting) this.#last = before;
    return true;
  }

  #move(): void {
    this.#step += 1;
    for (let first = this.#first; first !== null && first.due <= this.#step; first = this.#first) {
      this.#take(first);
      first.up();
    }
    if (this.#first !== null || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

interface Waiting {
  /** At which count its time is up. */
  readonly due: number;
  readonly up: () => void;
  before: Waiting | null;
  after: Waiting | null;
  done: boolean;
}

/** Into how many steps the time is cut. One more is given, since the first is over before its time. */
const STEPS = 8;
const NOTHING = () => undefined;
