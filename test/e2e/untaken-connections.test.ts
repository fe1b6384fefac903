import diagnostics from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { expect, it } from 'vitest';
import { startGateway } from '../support/running-gateway.js';

/** The server that answers at this address. */
async function serverOf(url: string): Promise<Server> {
  const found = new Promise<Server>((resolve) => {
    const listener = (message: unknown) => {
      diagnostics.unsubscribe('http.server.request.start', listener);
      resolve((message as { server: Server }).server);
    };
    diagnostics.subscribe('http.server.request.start', listener);
  });
  await fetch(url);
  return found;
}

/** What Node does where accept(2) fails. */
async function failToAccept(url: string): Promise<void> {
  const failure = Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS', syscall: 'accept' });
  expect((await serverOf(url)).emit('error', failure)).toBe(true);
  expect((await fetch(url)).status).toBe(200);
}

it('a connection that the system cannot give does not end the gateway, and is told in the log', async () => {
  const gateway = await startGateway();
  try {
    await failToAccept(`${gateway.url}/healthz`);
    expect(gateway.logged()).toContain('a connection could not be taken');
  } finally {
    await gateway.stop();
  }
});

it('nor the listener for metrics', async () => {
  const gateway = await startGateway({ environment: { METRICS_PORT: '0' } });
  try {
    await failToAccept(`${/"metrics":"([^"]+)"/.exec(gateway.logged())?.[1]}/healthz`);
  } finally {
    await gateway.stop();
  }
});
