import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { type ProductionSetting, prepareProduction } from '../support/production-setting.js';

const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "in production" }) { actorToken session { id } }
}`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let production: ProductionSetting;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  production = await prepareProduction(folder.path, 'EdDSA');
  gateway = await startGatewayProcess(folder.path, production.settings);
});

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

describe('in production', () => {
  it('the gateway does its work', async () => {
    const { data, codes } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(
      await production.issuer.sign('user_ada'),
      START,
    );
    expect(codes).toEqual([]);
    const { data: seen } = await gateway.graphql(data.startImpersonation.actorToken, '{ viewer { id } actor { id } }');
    expect(seen).toEqual({ viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' } });
  });

  it('nobody can help themselves to a session token', async () => {
    for (const method of ['POST', 'GET']) {
      const response = await fetch(`${gateway.url}/dev/session`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: method === 'POST' ? '{"userId":"user_ada"}' : null,
      });
      expect(response.status, method).toBe(404);
    }
    expect(gateway.printed().stdout).not.toContain('eyJ');
  });

  it('the console is told of nobody to sign in as', async () => {
    const response = await fetch(`${gateway.url}/console/config.json`);
    expect(await response.json()).toMatchObject({ production: true, demoUsers: null, oidc: null });
  });

  it('there is no page to explore the schema with', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).not.toContain('html');
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toMatch(/<html|<script/i);
  });

  it.each([
    ['{ __schema { queryType { name } } }', 'the schema'],
    ['{ __type(name: "User") { name } }', 'a type'],
  ])('introspection is refused: %s', async (query) => {
    for (const token of [null, await production.issuer.sign('user_ada')]) {
      const { data, codes } = await gateway.graphql(token, query);
      expect({ data: data ?? null, codes }).toEqual({ data: null, codes: ['GRAPHQL_VALIDATION_FAILED'] });
    }
  });

  it('a near miss is not told what it was near', async () => {
    const queries = [
      '{ vewer { id } }',
      '{ viewer { nam } }',
      'mutation { startImpersonaton { id } }',
      '{ users(serch: "a") { nodes { id } } }',
      '{ users(role: ADMN) { nodes { id } } }',
      'query($input: StartImpersonationInpt) { viewer { id } }',
      'mutation { startImpersonation(input: { userid: "a", reason: "b c d" }) { expiresAt } }',
    ];
    for (const query of queries) {
      const { text, codes } = await gateway.graphql(await production.issuer.sign('user_ada'), query);
      expect(codes.length, query).toBeGreaterThan(0);
      expect(text, query).not.toMatch(/did you mean/i);
    }
    // Variables are coerced at another place than documents are validated.
    const { text } = await gateway.graphql(
      await production.issuer.sign('user_ada'),
      'mutation($input: StartImpersonationInput!) { startImpersonation(input: $input) { expiresAt } }',
      { input: { userId: 'user_cleo', reson: 'a typing error', access: 'READ_ONLI' } },
    );
    expect(text).toContain('reson');
    expect(text).not.toMatch(/did you mean/i);
    // And at yet another where the operation is a subscription.
    for (const [query, variables] of [
      ['subscription { impersonationEventRecordd { id } }', {}],
      [
        'subscription($filter: ImpersonationEventFilter) { impersonationEventRecorded(filter: $filter) { id } }',
        { filter: { typs: [] } },
      ],
    ] as const) {
      const response = await fetch(`${gateway.url}/graphql/stream`, {
        method: 'POST',
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${await production.issuer.sign('user_audrey')}`,
        },
        body: JSON.stringify({ query, variables }),
      });
      const stream = await response.text();
      expect(stream).toContain('errors');
      expect(stream).not.toMatch(/did you mean/i);
    }
  });

  it('browsers of no other origin are let in', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:3000', 'null', gateway.url]) {
      for (const method of ['OPTIONS', 'POST']) {
        const response = await fetch(`${gateway.url}/graphql`, {
          method,
          headers: { origin, 'content-type': 'application/json', 'access-control-request-method': 'POST' },
          body: method === 'POST' ? '{"query":"{ viewer { id } }"}' : null,
        });
        expect(response.headers.get('access-control-allow-origin'), `${method} ${origin}`).toBeNull();
      }
    }
  });

  it('the example module is not served', async () => {
    const { codes } = await gateway.graphql(await production.issuer.sign('user_cleo'), '{ orders { id } }');
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('what is printed is JSON lines without any credential', async () => {
    const token = await production.issuer.sign('user_ada');
    await gateway.graphql(token, '{ viewer { id } }');
    await gateway.graphql(`${token.slice(0, -4)}AAAA`, '{ viewer { id } }');
    const { stdout, stderr } = gateway.printed();
    // The last line may still be on its way.
    const lines = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n');
    const entries = lines.filter((line) => !line.startsWith('Impersonation Gateway is listening on'));
    expect(entries.length).toBe(lines.length - 1);
    for (const line of entries) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(stdout).not.toContain(token.split('.')[2]);
  });

  it('there are no people but those of the directory', async () => {
    const empty = await temporaryFolder();
    const other = await startGatewayProcess(empty.path, production.settings);
    const { status, codes } = await other.graphql(await production.issuer.sign('user_ada'), '{ viewer { id } }');
    await other.stop();
    await empty.remove();
    expect({ status, codes }).toEqual({ status: 401, codes: ['TOKEN_INVALID'] });
  });
});
