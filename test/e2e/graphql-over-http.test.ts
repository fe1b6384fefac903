import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

/** The audits a published package makes of every GraphQL-over-HTTP server; how many there are is part of the contract. */
const AUDITS = serverAudits({
  url: () => `${gateway.url}/graphql`,
  // What Apollo asks of clients whose requests a browser could send without asking first (CSRF prevention).
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'apollo-require-preflight': 'true' },
    }),
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  gateway = await startGatewayProcess(folder.path);
});

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

describe('the graphql-http audit of a development gateway', () => {
  it('has 61 parts', () => {
    expect(AUDITS).toHaveLength(61);
  });

  it.each(AUDITS)('$id: $name', async (audit) => {
    const result = await audit.fn();
    expect(result, 'reason' in result ? result.reason : undefined).toMatchObject({ status: 'ok' });
  });
});
