import { randomBytes } from 'node:crypto';

const REQUEST_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * A trace for a request that came without one (W3C Trace Context §3.2): its id is the request's id without the hyphens, so
 * that the logs of services lead back to the request. Null for an id of another form.
 */
export function traceOfRequest(requestId: string): string | null {
  if (!REQUEST_ID.test(requestId)) return null;
  // A parent id of zeros only is none; the first bit is set to keep it from ever being.
  const parent = randomBytes(8);
  parent[0] = (parent[0] as number) | 0x80;
  return `00-${requestId.replaceAll('-', '')}-${parent.toString('hex')}-00`;
}
