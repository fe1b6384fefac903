import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { send } from '../attacks/wire.js';
import { createProver, type ProofOf } from '../support/prover.js';
import { rawRequest } from '../support/raw-request.js';
import { noteSecret } from '../support/record.js';
import { type RunningGateway, START_DOCUMENT, startGateway } from '../support/running-gateway.js';

const owner = createProver('EdDSA');
const STREAM = '/graphql/stream';
const NAME = 'x-graphql-event-stream-token';
const ALGORITHMS = 'algs="ES256 EdDSA Ed25519 PS256 RS256"';
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: { DPOP_PUBLIC_URLS: 'https://elsewhere.example/gateway/' } });
});
afterAll(() => gateway.stop());

/** A session token that only the owner of the key can use. */
async function tokenOf(userId: string): Promise<string> {
  const response = await fetch(`${gateway.url}/dev/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId, jkt: owner.thumbprint }),
  });
  const { token } = (await response.json()) as { readonly token: string };
  noteSecret('token', token);
  return token;
}

function presented(token: string, of: Partial<ProofOf> & { readonly path?: string } = {}) {
  const { path = '/graphql', method = 'POST', ...more } = of;
  const proof = owner.proof({ method, url: `${gateway.url}${path}`, token, now: gateway.clock.now(), ...more });
  return { authorization: `DPoP ${token}`, dpop: proof };
}

const pairs = (headers: object) => Object.entries(headers) as [string, string][];

async function post(headers: Record<string, string>, body: unknown = { query: '{ viewer { id } }' }) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { data, errors = [] } = JSON.parse(await response.text());
  const [error] = errors;
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    data,
    code: error?.extensions.code,
    message: error?.message,
  };
}

describe('the whole story of a bound token', () => {
  it('from the sign-in over an impersonation to its end, each request with a proof of its own', async () => {
    const token = await tokenOf('user_ada');
    const input = { userId: 'user_cleo', reason: 'a ticket about an order' };
    const started = await post(presented(token), { query: START_DOCUMENT, variables: { input } });
    const { actorToken } = started.data.startImpersonation;
    noteSecret('token', actorToken);
    const claims = JSON.parse(Buffer.from(actorToken.split('.')[1], 'base64url').toString());
    expect(claims.cnf).toEqual({ jkt: owner.thumbprint });
    const who = { query: '{ viewer { id } actor { id } }' };
    expect((await post(presented(actorToken), who)).data).toEqual({
      viewer: { id: 'user_cleo' },
      actor: { id: 'user_ada' },
    });
    // A proof is of one token: that of the session is none of the impersonation's.
    const mixed = { ...presented(actorToken), dpop: presented(token).dpop };
    expect(await post(mixed, who)).toMatchObject({ status: 401, code: 'TOKEN_INVALID' });
    const stop = { query: 'mutation { stopImpersonation { session { status } } }' };
    expect((await post({ authorization: `Bearer ${actorToken}` }, stop)).code).toBe('TOKEN_INVALID');
    expect((await post(presented(actorToken), stop)).data.stopImpersonation.session.status).toBe('STOPPED');
    expect(await post(presented(actorToken), who)).toMatchObject({
      status: 401,
      code: 'IMPERSONATION_ENDED',
      challenge: `DPoP error="invalid_token", ${ALGORITHMS}`,
    });
  });

  it('an export of the trail needs one, and goes on by it to its end', async () => {
    const token = await tokenOf('user_audrey');
    const path = '/audit/export';
    const ask = (headers: object) =>
      send(gateway.url, { method: 'GET', path: `${path}?format=ndjson`, headers: pairs(headers) });
    const whole = await ask(presented(token, { method: 'GET', path }));
    expect(whole.status).toBe(200);
    expect(whole.text.split('\n').length).toBeGreaterThan(2);
    for (const headers of [
      { authorization: `Bearer ${token}` },
      presented(token, { path }),
      presented(token, { method: 'GET' }),
    ]) {
      const refused = await ask(headers);
      expect([refused.status, refused.codes]).toEqual([401, ['TOKEN_INVALID']]);
    }
  });
});

describe('a stream', () => {
  const FOLLOW = 'subscription { impersonationEventRecorded { type } }';

  it.each(['server-sent events', 'WebSocket'])(
    'over %s goes on by the proof that opened it, whatever its age',
    async (way) => {
      const token = await tokenOf('user_audrey');
      const isSocket = way === 'WebSocket';
      const headers = isSocket ? presented(token, { method: 'GET' }) : presented(token, { path: STREAM });
      const client = isSocket
        ? createWebSocketClient({
            url: `${gateway.url.replace('http', 'ws')}/graphql`,
            webSocketImpl: WebSocket,
            connectionParams: headers,
            retryAttempts: 0,
          })
        : createEventStreamClient({ url: `${gateway.url}${STREAM}`, headers, retryAttempts: 0 });
      const events = client.iterate<{ impersonationEventRecorded: { type: string } }>({ query: FOLLOW });
      const first = events.next();
      await expect.poll(async () => (await metric('gateway_active_streams')) > 0).toBe(true);
      gateway.clock.advance(120_000);
      const sam = await tokenOf('user_sam');
      const input = { userId: 'user_cleo', reason: 'a ticket about an order' };
      expect((await post(presented(sam), { query: START_DOCUMENT, variables: { input } })).code).toBe('FORBIDDEN');
      let told = await first;
      // That it was opened is an event, too.
      while (told.value?.data?.impersonationEventRecorded.type === 'AUDIT_READ') told = await events.next();
      expect(told.value?.data?.impersonationEventRecorded.type).toBe('IMPERSONATION_DENIED');
      await events.return?.();
      await client.dispose();
    },
  );

  it('that is reserved needs a proof of each request: to reserve it, to ask, to open it', async () => {
    const token = await tokenOf('user_ada');
    const put = await send(gateway.url, {
      method: 'PUT',
      path: STREAM,
      headers: pairs(presented(token, { method: 'PUT', path: STREAM })),
    });
    expect(put.status).toBe(201);
    const left = new AbortController();
    const open = presented(token, { method: 'GET', path: STREAM });
    const stolen = { authorization: `Bearer ${token}`, [NAME]: put.text, accept: 'text/event-stream' };
    expect((await fetch(`${gateway.url}${STREAM}`, { headers: stolen })).status).toBe(401);
    const opened = await fetch(`${gateway.url}${STREAM}`, {
      headers: { ...open, [NAME]: put.text, accept: 'text/event-stream' },
      signal: left.signal,
    });
    expect([opened.status, opened.headers.get('content-type')]).toEqual([200, expect.stringContaining('event-stream')]);
    const ask = (headers: Record<string, string>) =>
      fetch(`${gateway.url}${STREAM}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [NAME]: put.text, ...headers },
        body: JSON.stringify({ query: '{ viewer { id } }', extensions: { operationId: 'one' } }),
      });
    const asking = presented(token, { path: STREAM });
    expect((await ask(asking)).status).toBe(202);
    const reader = opened.body?.getReader();
    let text = '';
    while (!text.includes('user_ada')) text += Buffer.from((await reader?.read())?.value ?? '').toString();
    expect((await ask(asking)).status).toBe(401);
    left.abort();
  });
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

describe('a refusal says which credential to send', () => {
  it.each<[string, string, (token: string) => Record<string, string>]>([
    ['invalid_token', 'bound to a key', (token) => ({ authorization: `Bearer ${token}` })],
    ['invalid_dpop_proof', 'there is none', (token) => ({ authorization: `DPoP ${token}` })],
    ['invalid_dpop_proof', 'compact JWS', (token) => ({ authorization: `DPoP ${token}`, dpop: '' })],
    ['invalid_dpop_proof', 'no token with it', (token) => ({ dpop: presented(token).dpop })],
    ['invalid_dpop_proof', 'its htm', (token) => presented(token, { method: 'GET' })],
    ['invalid_dpop_proof', 'its htu', (token) => presented(token, { path: '/' })],
    ['invalid_dpop_proof', 'its iat', (token) => presented(token, { now: gateway.clock.now() - 70_000 })],
    ['invalid_token', 'is not valid', () => ({ ...presented('no.such.token') })],
    ['invalid_token', 'is not valid', (token) => ({ ...presented(token), authorization: `DPoP "${token}"` })],
  ])('%s, … %s …', async (error, words, headers) => {
    const answer = await post(headers(await tokenOf('user_ada')));
    expect([answer.status, answer.code, answer.data]).toEqual([401, 'TOKEN_INVALID', undefined]);
    expect(answer.challenge).toBe(`DPoP error="${error}", ${ALGORITHMS}`);
    expect(answer.message).toContain(words);
  });

  it('and of a token that is bound to none, that it is sent as Bearer', async () => {
    const token = await gateway.token('user_ada');
    const answer = await post(presented(token));
    expect([answer.status, answer.code, answer.challenge]).toEqual([
      401,
      'TOKEN_INVALID',
      'Bearer error="invalid_token"',
    ]);
  });

  it('and is counted by its reason, once', async () => {
    const token = await tokenOf('user_ada');
    const { dpop } = presented(token);
    const refused: [string, Record<string, string>][] = [
      ['htm', presented(token, { method: 'PUT' })],
      ['missing', { authorization: `DPoP ${token}` }],
      ['alone', { dpop }],
    ];
    for (const [kind, headers] of refused) {
      const name = `gateway_dpop_proofs_refused_total{kind="${kind}"}`;
      const before = await metric(name);
      await post(headers);
      expect(await metric(name), kind).toBe(before + 1);
    }
  });
});

describe('the address in a proof', () => {
  const at = async (url: string) => (await post(presented(await tokenOf('user_ada'), { url }))).code ?? 'taken';

  it('may name this machine in any way in development, and what is configured besides', async () => {
    const { port } = new URL(gateway.url);
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(await at(`http://${host}:${port}/graphql`)).toBe('taken');
    expect(await at('https://elsewhere.example/gateway/graphql')).toBe('taken');
    expect(await at('https://elsewhere.example/graphql')).toBe('TOKEN_INVALID');
  });

  it('is not believed of what a request says of itself', async () => {
    const proof = presented(await tokenOf('user_ada'), { method: 'GET', url: 'https://evil.example/graphql' });
    const answer = await rawRequest(gateway.url, '/graphql?query=%7Bviewer%7Bid%7D%7D', {
      ...proof,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
      'apollo-require-preflight': 'true',
    });
    expect([answer.status, answer.bytes.toString()]).toEqual([401, expect.stringContaining('its htu')]);
  });
});

it('pages of other origins may send a proof, and read what was wrong with it', async () => {
  const headers = {
    origin: 'http://localhost:3000',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,dpop',
  };
  const preflight = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers });
  expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(',')).toContain('dpop');
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { origin: headers.origin, dpop: 'x' },
  });
  expect(answer.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
});

it('a batch is no way in', async () => {
  const token = await tokenOf('user_ada');
  const batch = [{ query: '{ viewer { id } }' }, { query: '{ viewer { id } }' }];
  expect(await post({ authorization: `Bearer ${token}` }, batch)).toMatchObject({ status: 401, code: 'TOKEN_INVALID' });
  expect(await post(presented(token), batch)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
});

it('the development issuer binds a token to nothing that is no thumbprint', async () => {
  for (const jkt of ['', 'x', 1, null, `${owner.thumbprint}=`, `${owner.thumbprint.slice(0, -1)}_`]) {
    const response = await fetch(`${gateway.url}/dev/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'user_ada', jkt }),
    });
    expect(response.status, String(jkt)).toBe(400);
  }
});

it('neither a token nor a proof of all this is in the log', () => {
  expect(gateway.logged()).toContain('DPoP');
  expect(gateway.logged()).not.toMatch(/eyJ/);
});

it('the client in the documentation does what it says', async () => {
  const page = readFileSync(new URL('../../docs/dpop.md', import.meta.url), 'utf8');
  const program = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const fresh = await startGateway();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, GATEWAY: fresh.url },
    });
    expect(JSON.parse(stdout)).toEqual({ data: { viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' } } });
  } finally {
    await fresh.stop();
  }
});
