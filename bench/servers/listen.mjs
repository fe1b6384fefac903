import { createServer } from 'node:http';

/** Listens on a free port of this machine. @returns what host.mjs wants of a contender. */
export async function listen(handler, onStop = async () => {}) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    answers: {},
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await onStop();
    },
  };
}

/** The same for a Fastify application. */
export async function listenFastify(app) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: app.server.address().port,
    answers: {},
    async stop() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
