import type { EventSource } from './event-queue.js';
import type { HttpAnswer } from './exchange.js';
import type { UpstreamFailure } from './upstream-failure.js';

/** What a stream of a service tells. After `answered`, `ended` or `failed` nothing more. */
export interface StreamSink {
  /** The service has taken the subscription. */
  opened(): void;
  /** A GraphQL response as the service sent it, not yet looked at. */
  event(response: unknown, bytes: number): void;
  /** The service gave an answer, not a stream. */
  answered(answer: HttpAnswer): void;
  /** The service says that the stream is over. */
  ended(): void;
  failed(failure: UpstreamFailure): void;
}

/** A stream of a service, being opened or open. */
export interface ServiceStream extends EventSource {
  /** Unsubscribes and lets go of the connection, at once; the sink is told nothing more. */
  leave(): void;
}

export interface StreamRequest {
  readonly upstream: string;
  /** Those that say for whom it is and to which trace it belongs. */
  readonly headers: Readonly<Record<string, string>>;
  /** The operation, in JSON: nothing may go wrong with it in the midst of a protocol. */
  readonly params: string;
  /** Of one event. */
  readonly maxBytes: number;
  /** Until the service has taken the subscription, milliseconds. */
  readonly timeoutMs: number;
  readonly sink: StreamSink;
}

/** Opens streams at one service, each over a connection of its own. */
export interface StreamOpener {
  open(request: StreamRequest): ServiceStream;
  close(): Promise<void>;
}
