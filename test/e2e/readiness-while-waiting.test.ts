import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../../examples/federation/demo/free-port.js';
import { createGateway } from '../../src/app.js';
import { readConfig } from '../../src/config/index.js';
import { collectedLog } from '../unit/audit/drafts.js';

it('while a service does not tell its schema the gateway is alive, is not ready, says what for, and serves nothing', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'gateway-waiting-'));
  const [port, nobody] = [await freePort(), await freePort()];
  const file = path.join(directory, 'gateway.yaml');
  const service = `  - { name: help, kind: graphql, url: "http://127.0.0.1:${nobody}/graphql", schema: { fetch: introspection } }\n`;
  await writeFile(file, `startWaitSeconds: 600\nupstreams:\n${service}`);
  const { logger, lines } = collectedLog();
  const environment = { PORT: String(port), DATA_DIR: directory, GATEWAY_CONFIG: file };
  const gateway = createGateway(readConfig(environment), { logger, processMetrics: false });
  const started = gateway.start().catch((error: unknown) => error);
  try {
    const url = `http://127.0.0.1:${port}`;
    const ask = async (route: string, init?: RequestInit) => {
      const response = await fetch(url + route, init);
      return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
    };
    await expect.poll(() => lines.join(''), { timeout: 15_000 }).toContain('waiting for the schema of a service');
    const alive = await ask('/healthz');
    expect([alive.status, alive.body]).toEqual([200, { status: 'ok' }]);
    expect(alive.headers.get('content-security-policy')).toContain("default-src 'none'");
    const ready = await ask('/readyz');
    expect(ready).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { store: 'ok', schema: 'failing' } },
    });
    expect((ready.body as { failing: string[] }).failing).toContain('schema');
    const body = JSON.stringify({ query: '{ viewer { id } }' });
    const refused = await ask('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.stringify(refused.body)).not.toContain('data');
    expect(lines.join('')).not.toContain('"msg":"not ready"');
  } finally {
    await gateway.stop();
    await started;
    await rm(directory, { recursive: true, force: true });
  }
});
