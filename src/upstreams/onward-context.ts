import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ErrorCode } from '../errors/index.js';
import type { InboundHeaders } from './outbound-headers.js';

/** What a call to an upstream needs to know of the request it is made for. */
export interface OnwardContext {
  /** Resolved and confirmed for this request. */
  readonly identity: Identity;
  readonly request: RequestFacts;
  /** As the client sent them; no more than the closed list goes through, see `forwarded-headers.ts`. */
  readonly inboundHeaders: InboundHeaders;
  /** Aborted when the client has gone, or the operation is over. */
  readonly signal: AbortSignal;
  /** Tells the audit record that an upstream, by its name, was asked. */
  readonly touched: (upstream: string) => void;
  /**
   * Why nobody is to be asked in the name of the session that the request runs under; null where they may be, or there is none. At
   * once while that is freshly known. Never rejects.
   */
  readonly sessionFault: () => ErrorCode | null | Promise<ErrorCode | null>;
}
