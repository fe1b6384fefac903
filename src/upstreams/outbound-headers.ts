import type { ForwardedHeaders } from './forwarded-headers.js';

/** Headers as Node.js gives them: names in small letters. */
export type InboundHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Longer values stay here: no language list, trace or configured header of good faith is. Characters. */
const MAX_VALUE_LENGTH = 1_024;
/** Visible ASCII and blanks: nothing that could end the header (RFC 9110 §5.5). */
const VALUE = /^[\x20-\x7e\t]+$/;
/** W3C Trace Context §3.2.2; a later version may have more after the flags. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(-[\x21-\x7e]*)?$/;

export interface OutboundHeadersRequest {
  /** What the client sent; empty where there is no HTTP request behind the call. */
  readonly inbound: InboundHeaders;
  readonly forward: ForwardedHeaders;
  /** The identity assertion for this upstream; null for an anonymous request. */
  readonly assertion: string | null;
}

/**
 * The headers of a call to an upstream, beside those that frame it: what is on the list goes through, nothing else does, and
 * who is in effect is said by `authorization: Bearer <assertion>` alone. An anonymous request carries no `authorization`.
 * A listed header goes through only where it was sent once, and with a value that is safe to send again.
 */
export function outboundHeaders({ inbound, forward, assertion }: OutboundHeadersRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of forward) {
    const value = Object.hasOwn(inbound, name) ? inbound[name] : undefined;
    if (typeof value === 'string' && value.length <= MAX_VALUE_LENGTH && VALUE.test(value)) headers[name] = value;
  }
  // W3C Trace Context §3.3: a tracestate without a valid traceparent says nothing.
  if (!TRACEPARENT.test(headers.traceparent ?? '')) {
    delete headers.traceparent;
    delete headers.tracestate;
  }
  if (assertion !== null) headers.authorization = `Bearer ${assertion}`;
  return headers;
}
