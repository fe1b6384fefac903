import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../../context/index.js';
import { OPERATION_OVER } from './operation-connection.js';

/** The client's side of an HTTP request: over when the answer has gone out, or the client has. */
export class HttpConnection implements Connection {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  #signal: AbortSignal | null = null;

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req;
    this.#res = res;
  }

  get headers(): Connection['headers'] {
    return this.#req.headers;
  }

  get signal(): AbortSignal {
    this.#signal ??= signalOf(this.#res);
    return this.#signal;
  }
}

function signalOf(res: ServerResponse): AbortSignal {
  if (res.closed || res.destroyed) return AbortSignal.abort(OPERATION_OVER);
  const controller = new AbortController();
  res.once('close', () => controller.abort(OPERATION_OVER));
  return controller.signal;
}
