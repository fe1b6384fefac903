import type { Connection } from '../../context/index.js';

/** Why signals are aborted. One for all: an error of its own for each would cost more than the rest of the signal. */
export const OPERATION_OVER = new Error('the client has gone, or the operation is over');

/** The client's side of one operation on a connection that may carry several, or that outlives its request. */
export class OperationConnection implements Connection {
  readonly headers: Connection['headers'];
  readonly #around: Connection | null;
  #own: AbortController | null = null;
  #signal: AbortSignal | null = null;
  #ended: Error | null = null;

  /** @param around what this operation cannot outlive; null where nothing tells of its end but {@link end}. */
  constructor(headers: Connection['headers'], around: Connection | null) {
    this.headers = headers;
    this.#around = around;
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#makeSignal();
    return this.#signal;
  }

  /** The client has left the operation, or it is over. */
  end(why: Error = OPERATION_OVER): void {
    this.#ended ??= why;
    this.#own?.abort(this.#ended);
  }

  #makeSignal(): AbortSignal {
    this.#own = new AbortController();
    if (this.#ended !== null) this.#own.abort(this.#ended);
    return this.#around === null ? this.#own.signal : AbortSignal.any([this.#own.signal, this.#around.signal]);
  }
}
