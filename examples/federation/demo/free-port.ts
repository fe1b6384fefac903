import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 15_000;
/** Linux hands out 32768 and up, others 49152 and up. */
const HIGHEST = 30_000;

/**
 * A port of 127.0.0.1 that nobody listens on, and that the system gives to nobody who asks for any: it lies below those. What has to be
 * known before it is listened on, or again after that, is taken from here.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + randomInt(HIGHEST - LOWEST);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
