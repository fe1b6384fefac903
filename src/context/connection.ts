import type { InboundHeaders } from '../upstreams/outbound-headers.js';

/** The client's side of one operation, for as long as it lasts. */
export interface Connection {
  /** As the client sent them. */
  readonly headers: InboundHeaders;
  /** Aborted when the client has gone, or the operation is over. Made by the first who asks: most operations need none. */
  readonly signal: AbortSignal;
  /** The operation is over, though the client may still be there. @param why the reason of the abort */
  end(why?: Error): void;
}
