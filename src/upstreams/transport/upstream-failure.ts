/** Why a call to a service came to nothing. */
export type FailureReason =
  /** There was no connection, or it broke. */
  | 'connection'
  /** It did not end within its time. */
  | 'timeout'
  /** An HTTP status that is no answer; a redirect is one of them. */
  | 'status'
  /** It answered with something that is no GraphQL response. */
  | 'malformed'
  /** It answered with more than may be read. */
  | 'too-large'
  /** More calls wait for a connection than may. */
  | 'busy'
  /** It failed so often just now that it is not asked. */
  | 'breaker-open'
  /** It left a stream before that was over. */
  | 'stream-broken'
  /** The service would not open a stream, or ended it with errors. */
  | 'stream-refused'
  /** The client takes events more slowly than they come. */
  | 'slow-client'
  /** The client has gone, or the operation is over. */
  | 'cancelled'
  /** The gateway is being stopped. */
  | 'closed'
  /** A mistake in what was asked, or in this code. */
  | 'unexpected';

export interface FailureDetails {
  /** A code of Node.js or of a library, e.g. `ECONNREFUSED`. */
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  /** How long the service asked to be left alone, milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A call to a service that came to nothing, as it may be logged: the service by its configured name, and codes from closed
 * lists. It has no cause: messages of Node.js and of libraries hold addresses (`connect ECONNREFUSED 10.0.0.1:4001`), and what
 * a service answered may hold anything.
 */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly upstream: string;
  readonly reason: FailureReason;
  readonly code?: string;
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(upstream: string, reason: FailureReason, { code, status, retryAfterMs }: FailureDetails = {}) {
    const detail = code ?? status;
    super(`the service ${upstream} could not be asked: ${reason}${detail === undefined ? '' : ` (${detail})`}`);
    this.upstream = upstream;
    this.reason = reason;
    if (code !== undefined) this.code = code;
    if (status !== undefined) this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** Codes of Node.js, OpenSSL and undici: nothing that holds an address or a host name looks like one. */
const CODE = /^[A-Z][A-Z\d]*(_[A-Z\d]+)*$/;

/** The code of something thrown, where it has one that may be logged. */
export function loggableCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.length <= 64 && CODE.test(code) ? code : undefined;
}

/** Where something was thrown that should not have been, without what it says: that may hold anything. */
export function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, 10).map((line) => line.trim());
}
