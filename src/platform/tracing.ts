/** What a span says of itself. Never a person, a token, a variable or a document: whoever reads traces is no auditor. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  readonly kind?: 'server' | 'client' | 'internal';
  /** A `traceparent` (W3C Trace Context); null: a trace of its own; absent: whatever the caller is within. */
  readonly parent?: string | null;
  /** Other spans it has to do with, by their `traceparent`. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
  /** Milliseconds since the epoch; absent: now. */
  readonly startedAt?: number;
}

/** Something that takes time, as a part of a trace. */
export interface TracedSpan {
  /** What its children name as their parent. */
  readonly traceparent: string;
  /** Does the work, and all that follows from it, within this span. */
  within<T>(work: () => T): T;
  set(attributes: SpanAttributes): void;
  /** Once. @param error a short name for what went wrong, never a message; null: nothing did */
  ended(error: string | null): void;
}

/** Records traces. Where none are configured there is none of these, and nothing is hooked anywhere. */
export interface Tracing {
  begin(name: string, options?: SpanOptions): TracedSpan;
  /** The `traceparent` that the caller is within; null where it is within none. */
  current(): string | null;
  /**
   * Whether the `traceparent` of who connects from this address is believed. That of a stranger says what belongs together for nobody but
   * them, and their `sampled` flag would decide what is recorded.
   */
  believes(address: string | null): boolean;
  /** Sends what is left, for at most so many milliseconds. Never rejects. */
  close(timeoutMs: number): Promise<void>;
}
