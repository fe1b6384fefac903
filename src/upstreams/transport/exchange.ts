import { type Dispatcher, errors } from 'undici';
import { loggableCode, UpstreamFailure } from './upstream-failure.js';

export interface Exchange {
  readonly upstream: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Aborted with an UpstreamFailure as its reason. */
  readonly signal: AbortSignal;
  /** Of the answer, as it is on the wire. */
  readonly maxBytes: number;
  /** Called once, when the connection is free for others or gone. */
  readonly onSettled: () => void;
  /** Asked when a connection is there, before the first byte is written; an error: nothing is, and the exchange comes to that. */
  readonly whyNot?: () => Error | null;
}

/** Names in small letters; several values where a header came several times. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** As it was on the wire. */
  readonly body: Buffer;
}

/**
 * One POST and its whole answer. Redirects are answers like any other: whoever is named in one must not see the assertion.
 * @throws UpstreamFailure: at once when the signal is aborted, and what goes on at the socket then is broken off; what `whyNot` gives.
 */
export function exchange(dispatcher: Dispatcher, request: Exchange): Promise<HttpAnswer> {
  const { upstream, path, headers, body, signal, maxBytes, onSettled, whyNot = () => null } = request;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let status = 0;
    let answered: ResponseHeaders = {};
    let size = 0;
    const chunks: Buffer[] = [];

    const stop = () => {
      reject(signal.reason);
      controller?.abort(signal.reason);
    };
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', stop);
      onSettled();
    };
    const tooLarge = (current: Dispatcher.DispatchController) => {
      const failure = new UpstreamFailure(upstream, 'too-large', { status });
      reject(failure);
      current.abort(failure);
    };
    signal.addEventListener('abort', stop, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        // It may have waited for a connection, and nobody for it.
        if (signal.aborted) started.abort(signal.reason);
        const reason = whyNot();
        if (reason === null) return;
        reject(reason);
        started.abort(reason);
      },
      onResponseStart(current, statusCode, responseHeaders) {
        status = statusCode;
        answered = responseHeaders;
        if (Number(responseHeaders['content-length']) > maxBytes) tooLarge(current);
      },
      onResponseData(current, chunk) {
        size += chunk.length;
        if (size > maxBytes) tooLarge(current);
        else chunks.push(chunk);
      },
      onResponseEnd() {
        settle();
        resolve({
          status,
          headers: answered,
          body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
        });
      },
      onResponseError(_, error) {
        settle();
        reject(failureOf(upstream, error));
      },
    };
    try {
      dispatcher.dispatch({ method: 'POST', path, headers, body }, handler);
    } catch (error) {
      settle();
      reject(failureOf(upstream, error));
    }
  });
}

/** What a header says that came once; one that came several times says nothing. */
export function headerOf(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** What undici or Node.js threw, without its message. */
export function failureOf(upstream: string, error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  const code = loggableCode(error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new UpstreamFailure(upstream, 'timeout', { code });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new UpstreamFailure(upstream, 'too-large', { code });
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
    return new UpstreamFailure(upstream, 'closed', { code });
  if (code === 'UND_ERR_INVALID_ARG') return new UpstreamFailure(upstream, 'unexpected', { code });
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new UpstreamFailure(upstream, 'malformed', { code });
  }
  return new UpstreamFailure(upstream, 'connection', { code });
}
