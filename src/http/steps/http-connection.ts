import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../../context/index.js';
import { OPERATION_OVER } from './operation-connection.js';

/** The client's side of an HTTP request: over when the answer has gone out, or the client has. */
export class HttpConnection implements Connection {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  #controller: AbortController | null = null;
  #ended: Error | null = null;

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req;
    this.#res = res;
  }

  get headers(): Connection['headers'] {
    return this.#req.headers;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#watched();
    return this.#controller.signal;
  }

  end(why: Error = OPERATION_OVER): void {
    this.#ended ??= why;
    this.#controller?.abort(this.#ended);
  }

  #watched(): AbortController {
    const controller = new AbortController();
    if (this.#res.closed || this.#res.destroyed) this.#ended ??= OPERATION_OVER;
    if (this.#ended === null) this.#res.once('close', () => this.end());
    else controller.abort(this.#ended);
    return controller;
  }
}
