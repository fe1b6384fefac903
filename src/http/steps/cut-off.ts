import type { ServerResponse } from 'node:http';

/**
 * Ends an answer so that nobody can take what was sent for the whole of it. Closing the connection does where the end is
 * marked, by the last chunk of a chunked transfer; to a client of HTTP/1.0 the close itself is the end, so it gets a reset.
 */
export function cutOff(res: ServerResponse): void {
  const { req, socket } = res;
  if (req.httpVersion === '1.0' && socket !== null) socket.resetAndDestroy();
  else res.destroy();
}
