import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import { createSingleConnections, type SingleConnections } from './connection-pool.js';
import type { ServiceStream, StreamOpener, StreamRequest } from './event-stream.js';
import { failureOf, type HttpAnswer, headerOf } from './exchange.js';
import { parseHarmlessJson } from './harmless-json.js';
import { UpstreamFailure } from './upstream-failure.js';

const EVENT_STREAM = /^text\/event-stream\s*(;|$)/i;

/**
 * GraphQL over Server-Sent Events, distinct connections mode. A stream that stops without `complete` has failed, and is not
 * opened again: what came meanwhile would be missing, and nobody would know.
 */
export function createSseStreams(url: string, connectTimeoutMs: number): StreamOpener {
  const { origin, pathname } = new URL(url);
  const connections = createSingleConnections(origin, connectTimeoutMs);
  return {
    open: (request) => openSse(connections.open(), pathname, request),
    close: () => connections.destroy(),
  };
}

function openSse(
  connection: ReturnType<SingleConnections['open']>,
  path: string,
  request: StreamRequest,
): ServiceStream {
  const { upstream, params, maxBytes, timeoutMs, sink } = request;
  let controller: Dispatcher.DispatchController | null = null;
  let over = false;
  let refusal: Refusal | null = null;

  /** Ends it for the sink; the connection goes with it. */
  function finish(tell: () => void): void {
    if (over) return;
    over = true;
    clearTimeout(opening);
    tell();
    connection.destroy();
  }
  const fail = (failure: UpstreamFailure) => finish(() => sink.failed(failure));
  const opening = setTimeout(() => fail(new UpstreamFailure(upstream, 'timeout')), timeoutMs);

  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: maxBytes,
    onEvent: receive,
    onError({ type }) {
      if (type === 'max-buffer-size-exceeded') fail(new UpstreamFailure(upstream, 'too-large'));
    },
  });

  function receive({ event = 'next', data }: EventSourceMessage): void {
    if (over) return;
    if (event === 'complete') finish(() => sink.ended());
    // Else it is a heartbeat of some name, say.
    if (event === 'next') receiveNext(data);
  }

  function receiveNext(data: string): void {
    const bytes = Buffer.byteLength(data);
    // The parser looks at what is left over only.
    if (bytes > maxBytes) {
      fail(new UpstreamFailure(upstream, 'too-large'));
      return;
    }
    let response: unknown;
    try {
      response = parseHarmlessJson(data);
    } catch {
      fail(new UpstreamFailure(upstream, 'malformed', { code: 'NO_JSON' }));
      return;
    }
    sink.event(response, bytes);
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
    },
    onResponseStart(_, status, headers) {
      if (over || status < 200) return;
      if (status === 200 && EVENT_STREAM.test(headerOf(headers, 'content-type') ?? '')) {
        clearTimeout(opening);
        sink.opened();
        return;
      }
      refusal = { status, headers, chunks: [], size: 0 };
    },
    onResponseData(_, chunk) {
      if (over) return;
      if (refusal === null) {
        parser.feed(decoder.decode(chunk, { stream: true }));
        return;
      }
      refusal.size += chunk.length;
      if (refusal.size > maxBytes) fail(new UpstreamFailure(upstream, 'too-large', { status: refusal.status }));
      else refusal.chunks.push(chunk);
    },
    onResponseEnd() {
      if (refusal === null) {
        fail(new UpstreamFailure(upstream, 'stream-broken'));
        return;
      }
      const { status, headers, chunks } = refusal;
      finish(() => sink.answered({ status, headers, body: Buffer.concat(chunks) }));
    },
    onResponseError(_, error) {
      fail(failureOf(upstream, error));
    },
  };
  connection.dispatcher.dispatch(
    {
      method: 'POST',
      path,
      headers: { ...request.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: params,
    },
    handler,
  );
  return {
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    leave: () => finish(() => undefined),
  };
}

/** An answer that is no stream. */
interface Refusal extends Pick<HttpAnswer, 'status' | 'headers'> {
  readonly chunks: Buffer[];
  size: number;
}
