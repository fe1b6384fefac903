const REQUEST_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * A trace for a request that came without one (W3C Trace Context §3.2): its id is the request's id without the hyphens, so
 * that the logs of services lead back to the request; the parent's id is the second half of it, which is random and, by the
 * variant of a UUID, never zero. Null for an id of another form.
 */
export function traceOfRequest(requestId: string): string | null {
  if (!REQUEST_ID.test(requestId)) return null;
  const id = requestId.replaceAll('-', '');
  return `00-${id}-${id.slice(16)}-00`;
}
