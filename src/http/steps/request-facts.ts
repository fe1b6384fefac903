import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { RequestFacts } from '../../domain/request-facts.js';
import { newTimedId } from '../../platform/ids.js';

const MAX_USER_AGENT = 512;
/** W3C Trace Context §3.2.2, version 00. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * What is known of a request before its credential is looked at.
 * @param trustedProxies how many proxies in front append to `X-Forwarded-For`; 0: the header is ignored, since anyone can send it.
 */
export function readRequestFacts(req: IncomingMessage, trustedProxies: number): RequestFacts {
  const userAgent = req.headers['user-agent'];
  const traceparent = req.headers.traceparent;
  return {
    id: newTimedId(),
    ipAddress: clientAddress(req, trustedProxies),
    userAgent: userAgent === undefined ? null : userAgent.slice(0, MAX_USER_AGENT).toWellFormed(),
    traceparent: typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : null,
  };
}

function clientAddress(req: IncomingMessage, trustedProxies: number): string | null {
  const direct = req.socket.remoteAddress ?? null;
  if (trustedProxies === 0) return direct;
  const forwarded = req.headers['x-forwarded-for'];
  const chain = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? ''))
    .split(',')
    .map((part) => part.trim());
  // Counted from the right: only what our own proxies appended is believed.
  const address = chain.at(-trustedProxies);
  return address !== undefined && isIP(address) !== 0 ? address : direct;
}
