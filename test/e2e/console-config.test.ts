import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/gateway-process.js';
import { rawRequest } from '../support/raw-request.js';
import { type RunningGateway, type RunningGatewayOptions, startGateway } from '../support/running-gateway.js';
import { createTestIssuer } from '../support/test-issuer.js';

let running: RunningGateway | null = null;
let folder: Awaited<ReturnType<typeof temporaryFolder>> | null = null;

afterEach(async () => {
  await running?.stop();
  await folder?.remove();
  running = null;
  folder = null;
});

async function configOf(options: RunningGatewayOptions) {
  running = await startGateway(options);
  const { status, headers, bytes } = await rawRequest(running.url, '/console/config.json');
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([
    200,
    'application/json; charset=utf-8',
    'no-store',
  ]);
  return { config: JSON.parse(bytes.toString()), policy: headers['content-security-policy'] };
}

/** An issuer of our own whose name is a web address. */
async function trusted(issuer: string): Promise<string> {
  folder = await temporaryFolder();
  const [entry] = JSON.parse((await createTestIssuer(folder.path)).trusted);
  return JSON.stringify([{ ...entry, issuer, audience: ['api', 'other'] }]);
}

describe('/console/config.json', () => {
  it('in development names the demo people who can sign in, and they can', async () => {
    const { config } = await configOf({
      environment: { IMPERSONATION_DEFAULT_SECONDS: '300', IMPERSONATION_MAX_SECONDS: '900' },
    });
    expect(config).toEqual({
      graphqlPath: '/graphql',
      streamPath: '/graphql/stream',
      exportPath: '/audit/export',
      production: false,
      demoUsers: [
        { id: 'user_ada', name: 'Ada Whitfield', roles: ['ADMIN'] },
        { id: 'user_grace', name: 'Grace Achterberg', roles: ['ADMIN'] },
        { id: 'user_sam', name: 'Sam Oduya', roles: ['SUPPORT'] },
        { id: 'user_audrey', name: 'Audrey Lambert', roles: ['AUDITOR'] },
        { id: 'user_cleo', name: 'Cleo Marchetti', roles: ['USER'] },
        { id: 'user_carl', name: 'Carl Nyström', roles: ['USER'] },
      ],
      oidc: null,
      impersonation: { defaultSeconds: 300, maxSeconds: 900 },
      example: true,
    });
    for (const { id } of config.demoUsers) {
      const response = await fetch(`${running?.url}/dev/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userId: id }),
      });
      const { token } = (await response.json()) as { token: string };
      expect((await running?.graphql(token, '{ viewer { id } }'))?.data.viewer).toEqual({ id });
    }
  });

  it('names nobody where an identity provider is configured', async () => {
    const { config, policy } = await configOf({
      environment: { TRUSTED_ISSUERS: await trusted('https://id.example') },
    });
    expect([config.demoUsers, config.oidc]).toEqual([null, null]);
    expect(policy).toContain("connect-src 'self';");
  });

  it('names the identity provider, to whose origin alone the page may connect', async () => {
    const issuer = 'https://id.example:8443/realms/staff/';
    const { config, policy } = await configOf({
      environment: {
        TRUSTED_ISSUERS: await trusted(issuer),
        CONSOLE_OIDC_ISSUER: issuer,
        CONSOLE_OIDC_CLIENT_ID: 'console',
        CONSOLE_OIDC_SCOPE: 'openid profile',
        CONSOLE_OIDC_AUDIENCE: 'other',
      },
    });
    expect(config.oidc).toEqual({ issuer, clientId: 'console', scope: 'openid profile', audience: 'other' });
    expect(config.demoUsers).toBeNull();
    expect(policy).toContain("connect-src 'self' https://id.example:8443;");
  });
});
