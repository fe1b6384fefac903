import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';

let federated: FederatedGateway;
beforeAll(async () => {
  federated = await startFederatedGateway({ environment: { OPERATION_TIMEOUT_SECONDS: '1' } });
});
afterAll(() => federated.stop());

async function cancelled(): Promise<number> {
  const text = await (await fetch(`${federated.gateway.url}/metrics`)).text();
  const line = /^gateway_upstream_requests_total\{upstream="reviews",outcome="cancelled"\} (\d+)$/m.exec(text);
  return Number(line?.[1] ?? 0);
}

it('an operation whose time is up leaves the services it waits for, by every way of executing it', async () => {
  const { reviews } = federated.services;
  const cleo = await federated.gateway.token('user_cleo');
  const ask = () => federated.gateway.graphql(cleo, '{ products(first: 2) { name rating } }');
  expect((await ask()).codes).toEqual([]);
  reviews.witness.conduct = { kind: 'hang' };
  const answers = await Promise.all([ask(), ask(), ask()]);
  for (const { data, codes } of answers) expect([data, codes]).toEqual([null, ['QUERY_TOO_COMPLEX']]);
  await expect.poll(cancelled, { timeout: 15_000 }).toBe(3);
  reviews.witness.conduct = { kind: 'pass' };
  expect((await ask()).codes).toEqual([]);
});
