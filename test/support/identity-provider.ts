import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { type RequestContext } from 'oidc-provider';

import { notePrivateKeys, noteSecret } from './record.js';

/** The audience of its access tokens: the API that the gateway guards (RFC 8707). */
export const AUDIENCE = 'https://api.example';

/** A certified OpenID provider that nobody here wrote, on loopback. */
export interface IdentityProvider {
  readonly issuer: string;
  /** The value of TRUSTED_ISSUERS that trusts it, with its keys by URL. */
  readonly trusted: string;
  /** Signs a person in by authorization code and PKCE (RFC 7636), as a browser would. */
  signIn(userId: string): Promise<SignedIn>;
  /** Starts it anew at the same address with a new key; the old one is gone. */
  rotateKeys(): Promise<void>;
  stop(): Promise<void>;
}

/** What the token endpoint gave. */
export interface SignedIn {
  /** For the API: a JWT of RFC 9068. */
  readonly accessToken: string;
  /** For the client alone. */
  readonly idToken: string;
}

const CLIENT_ID = 'support-desk';
const REDIRECT_URI = 'https://desk.example/signed-in';
const TOKEN_SECONDS = 7_200;

/** A single-page app that people sign in to with a browser. */
export interface BrowserClient {
  readonly clientId: string;
  /** Where it is; its answers may be read from this origin (CORS). */
  readonly url: string;
}

/** Starts the provider on a free port. */
export async function startIdentityProvider(app: BrowserClient | null = null): Promise<IdentityProvider> {
  let handle: (req: IncomingMessage, res: ServerResponse) => void = (_req, res) => res.writeHead(503).end();
  const server: Server = createServer((req, res) => handle(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function rotateKeys(): Promise<void> {
    const provider = new Provider(issuer, configuration(await newKey(), app));
    const callback = provider.callback();
    handle = (req, res) => {
      const url = new URL(req.url ?? '/', issuer);
      if (!url.pathname.startsWith('/sign-in/')) {
        callback(req, res);
        return;
      }
      // Where a person would type their name and password.
      const name = url.searchParams.get('name');
      if (name === null) {
        res.setHeader('content-type', 'text/html');
        res.end(
          '<!doctype html><title>Who are you?</title><form><label>Name <input name="name"></label><label><input type="checkbox" name="mfa"> With a second factor</label><button>Go</button></form>',
        );
        return;
      }
      const login = { accountId: name, amr: url.searchParams.has('mfa') ? ['pwd', 'mfa'] : ['pwd'] };
      provider.interactionFinished(req, res, { login }).catch(() => res.writeHead(500).end());
    };
  }

  await rotateKeys();
  return {
    issuer,
    trusted: JSON.stringify([{ issuer, audience: AUDIENCE, jwks: `${issuer}/jwks`, algorithms: ['RS256'] }]),
    signIn: (userId) => signIn(issuer, userId),
    rotateKeys,
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' };
  notePrivateKeys({ keys: [key] });
  return key;
}

function configuration(key: JWK, app: BrowserClient | null): Record<string, unknown> {
  return {
    jwks: { keys: [key] },
    cookies: { keys: [randomUUID()] },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT_URI],
      },
      ...(app === null
        ? []
        : [{ client_id: app.clientId, token_endpoint_auth_method: 'none', redirect_uris: [app.url] }]),
    ],
    clientBasedCORS: (_ctx: unknown, origin: string) => app !== null && origin === new URL(app.url).origin,
    ttl: Object.fromEntries(
      ['Interaction', 'Grant', 'Session', 'AccessToken', 'IdToken'].map((of) => [of, TOKEN_SECONDS]),
    ),
    pkce: { required: () => true },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'impersonate',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: TOKEN_SECONDS,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    // Nobody is asked for consent: the desk is the company's own.
    async loadExistingGrant({ oidc }: RequestContext) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(AUDIENCE, 'impersonate');
      await grant.save();
      return grant;
    },
    // RFC 9068 §2.2.1.
    extraTokenClaims: ({ oidc }: RequestContext) => ({
      auth_time: oidc.entities.AuthorizationCode?.authTime,
      amr: oidc.entities.AuthorizationCode?.amr,
    }),
  };
}

async function signIn(issuer: string, userId: string): Promise<SignedIn> {
  const verifier = randomBytes(32).toString('base64url');
  const request = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid impersonate',
    resource: AUDIENCE,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const signedIn = await browse(issuer, `${issuer}/auth?${request}`, userId);
  const code = signedIn.searchParams.get('code');
  if (code === null) throw new Error(`the provider did not sign ${userId} in: ${signedIn.search}`);
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      resource: AUDIENCE,
      code,
      code_verifier: verifier,
    }),
  });
  const body = (await response.json()) as { access_token?: string; id_token?: string };
  if (body.access_token === undefined || body.id_token === undefined) {
    throw new Error(`the provider gave no tokens: ${response.status}`);
  }
  noteSecret('code', code);
  noteSecret('verifier', verifier);
  noteSecret('token', body.access_token);
  noteSecret('token', body.id_token);
  return { accessToken: body.access_token, idToken: body.id_token };
}

/** Follows redirects with cookies, as a browser does, up to the application's own address. */
async function browse(issuer: string, start: string, userId: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let steps = 0; steps < 10; steps += 1) {
    if (url.href.startsWith(REDIRECT_URI)) return url;
    if (url.pathname.startsWith('/sign-in/')) url.searchParams.set('name', userId);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
    url = new URL(location, issuer);
  }
  throw new Error('the provider redirects for ever');
}
