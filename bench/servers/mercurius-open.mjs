import { listenFastify } from './listen.mjs';
import { createMercurius } from './mercurius-server.mjs';

/** Mercurius with its JIT. Checks nobody. */
export const start = async () => listenFastify(await createMercurius());
