import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

describe('metrics on a port of their own', () => {
  let gateway: RunningGateway;
  let metricsUrl: string;

  beforeAll(async () => {
    gateway = await startGateway({ environment: { METRICS_PORT: '0' } });
    metricsUrl = /"metrics":"([^"]+)"/.exec(gateway.logged())?.[1] ?? '';
  });
  afterAll(() => gateway.stop());

  const statusOf = async (url: string) => (await fetch(url)).status;

  it('are served there and not to clients; probes are answered at both', async () => {
    expect(new URL(metricsUrl).port).not.toBe(new URL(gateway.url).port);
    expect(await statusOf(`${metricsUrl}/metrics`)).toBe(200);
    expect(await statusOf(`${gateway.url}/metrics`)).toBe(404);
    for (const url of [metricsUrl, gateway.url]) {
      expect(await statusOf(`${url}/healthz`)).toBe(200);
      expect(await statusOf(`${url}/readyz`)).toBe(200);
    }
    for (const path of ['/graphql', '/console/', '/audit/export', '/v1/jwks', '/dev/session']) {
      expect(await statusOf(`${metricsUrl}${path}`)).toBe(404);
    }
  });

  it('count requests by route and status, calls of the store, and sessions in use', async () => {
    const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
    await gateway.graphql(actorToken, '{ viewer { id } }');
    await fetch(`${gateway.url}/no/such/route`);
    await fetch(`${gateway.url}/console/nothing-here.js`);
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(text).toMatch(/^gateway_http_requests_total\{route="\/graphql",status="200"\} 2$/m);
    expect(text).toMatch(/^gateway_http_requests_total\{route="none",status="404"\} [1-9]/m);
    expect(text).not.toMatch(/no\/such|nothing-here/);
    expect(text).toMatch(/^gateway_http_request_duration_seconds_count\{route="\/graphql"\} 2$/m);
    expect(text).toMatch(/^gateway_http_request_duration_seconds_bucket\{le="\+Inf",route="\/graphql"\} 2$/m);
    expect(text).toMatch(/^gateway_store_request_duration_seconds_count\{operation="events\.append"\} [1-9]/m);
    expect(text).toMatch(/^gateway_impersonation_sessions_active 1$/m);
    expect(text).toMatch(/^gateway_audit_unsealed_events \d/m);
    expect(text).toMatch(/^gateway_signing_keys\{verify="tokens"\} 1$/m);
    expect(text).toMatch(/^gateway_build_info\{version="\d[^"]*"\} 1$/m);
    expect(text).not.toContain(actorToken);
  });
});

it('without METRICS_PORT they are served where everything else is', async () => {
  const gateway = await startGateway();
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
  await gateway.stop();
});
