import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createProver, type ProofOf, type Prover } from '../support/prover.js';
import { noteSecret } from '../support/record.js';
import { type RunningGateway, START_DOCUMENT, startGateway } from '../support/running-gateway.js';
import { forge, type JsonRecord, pair } from '../unit/tokens/forge.js';

const AUDIENCE = 'https://api.example';
/** One that issues what it likes, one whose tokens have to be bound, one that may delegate. */
const ISSUERS = {
  free: 'https://id.example',
  strict: 'https://strict.example',
  delegate: 'https://delegate.example',
} as const;
const key = pair('EdDSA', 'idp');
const owner = createProver();
const thief = createProver('EdDSA');
const WHO = '{ viewer { id } actor { id } }';

let folder: string;
let gateway: RunningGateway;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sender-'));
  const jwks = path.join(folder, 'idp.jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [key.jwk] }));
  const trusted = Object.entries(ISSUERS).map(([kind, issuer]) => ({
    issuer,
    audience: AUDIENCE,
    jwks,
    algorithms: ['EdDSA'],
    acceptActorClaim: kind === 'delegate',
    requireSenderConstraint: kind === 'strict',
  }));
  gateway = await startGateway({
    environment: {
      TRUSTED_ISSUERS: JSON.stringify(trusted),
      REFUSED_CREDENTIALS_PER_ADDRESS: '0',
      IMPERSONATION_MAX_ACTIVE: '100',
      IMPERSONATION_STARTS_PER_MINUTE: '1000',
      DENIED_BURST_PER_ACTOR: '0',
      DENIED_BURST_PER_ADDRESS: '0',
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

function tokenOf(by: keyof typeof ISSUERS, claims: JsonRecord): string {
  const now = Math.floor(gateway.clock.now() / 1_000);
  const all = { iss: ISSUERS[by], aud: AUDIENCE, sub: 'user_ada', iat: now, exp: now + 600, ...claims };
  const token = forge({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' }, all, key.signer);
  noteSecret('token', token);
  return token;
}
const boundTo = ({ thumbprint }: Prover): JsonRecord => ({ cnf: { jkt: thumbprint } });

/** How a token is sent: the scheme, and the proof where there is one. */
type Presented = Readonly<Record<'authorization' | 'dpop', string | undefined>>;
interface Asked {
  readonly codes: readonly string[];
  readonly data: unknown;
  readonly challenge?: string | null;
}

interface Way {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  ask(presented: Presented, query?: string): Promise<Asked>;
}

const sentBy = ({ authorization, dpop }: Presented): Record<string, string> => ({
  ...(authorization === undefined ? {} : { authorization }),
  ...(dpop === undefined ? {} : { dpop }),
});

async function answered(response: Response): Promise<Asked> {
  const { data, errors = [] } = JSON.parse(await response.text());
  const codes = errors.map((error: { extensions: { code: string } }) => error.extensions.code);
  return { codes, data, challenge: response.headers.get('www-authenticate') };
}

async function overWebSocket(
  query: string,
  connectionParams: Record<string, string>,
  headers: Record<string, string>,
): Promise<Asked> {
  class Socket extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers });
    }
  }
  const client = createWebSocketClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    connectionParams,
    retryAttempts: 0,
  });
  try {
    const { value } = await client.iterate({ query }).next();
    return { codes: (value?.errors ?? []).map(({ extensions }: any) => extensions.code), data: value?.data };
  } catch (reason) {
    const closed = reason as { readonly code?: number; readonly reason?: string };
    if (closed.code !== 4403) throw reason;
    return { codes: [String(closed.reason)], data: undefined };
  } finally {
    await client.dispose();
  }
}

const POST: Way = {
  name: 'POST',
  method: 'POST',
  path: '/graphql',
  ask: async (presented, query = WHO) =>
    answered(
      await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sentBy(presented) },
        body: JSON.stringify({ query }),
      }),
    ),
};

const WAYS: readonly Way[] = [
  POST,
  {
    name: 'GET',
    method: 'GET',
    path: '/graphql',
    ask: async (presented, query = WHO) =>
      answered(
        await fetch(`${gateway.url}/graphql?${new URLSearchParams({ query })}`, {
          headers: { 'apollo-require-preflight': 'true', ...sentBy(presented) },
        }),
      ),
  },
  {
    name: 'server-sent events',
    method: 'POST',
    path: '/graphql/stream',
    async ask(presented, query = WHO) {
      const client = createEventStreamClient({
        url: `${gateway.url}/graphql/stream`,
        headers: sentBy(presented),
        retryAttempts: 0,
      });
      try {
        const { value } = await client.iterate({ query }).next();
        return { codes: (value?.errors ?? []).map(({ extensions }: any) => extensions.code), data: value?.data };
      } catch (error) {
        const { response } = error as { readonly response?: Response };
        if (response === undefined) throw error;
        return await answered(response);
      } finally {
        client.dispose();
      }
    },
  },
  {
    name: 'WebSocket, by its parameters',
    method: 'GET',
    path: '/graphql',
    ask: (presented, query = WHO) => overWebSocket(query, sentBy(presented), {}),
  },
  {
    name: 'WebSocket, by the headers that open it',
    method: 'GET',
    path: '/graphql',
    ask: (presented, query = WHO) => overWebSocket(query, {}, sentBy(presented)),
  },
];

const proofFor = (
  { method, path: at }: Pick<Way, 'method' | 'path'>,
  by: Prover,
  token: string,
  more: Partial<ProofOf> = {},
) => by.proof({ method, url: `${gateway.url}${at}`, token, now: gateway.clock.now(), ...more });

/** The ways of sending a token. */
const PRESENTED = {
  'as Bearer': (_way: Way, token: string): Presented => ({ authorization: `Bearer ${token}`, dpop: undefined }),
  'as Bearer, with a proof': (way: Way, token: string): Presented => ({
    authorization: `Bearer ${token}`,
    dpop: proofFor(way, owner, token),
  }),
  'as DPoP, with a proof': (way: Way, token: string): Presented => ({
    authorization: `DPoP ${token}`,
    dpop: proofFor(way, owner, token),
  }),
  'as DPoP, without a proof': (_way: Way, token: string): Presented => ({
    authorization: `DPoP ${token}`,
    dpop: undefined,
  }),
  'as DPoP, with a proof by another key': (way: Way, token: string): Presented => ({
    authorization: `DPoP ${token}`,
    dpop: proofFor(way, thief, token),
  }),
} as const;
type How = keyof typeof PRESENTED;

const TOKENS = {
  'a token that is bound to none': async () => tokenOf('free', {}),
  'a token that is bound': async () => tokenOf('free', boundTo(owner)),
  'a token that is not bound, of an issuer whose tokens have to be': async () => tokenOf('strict', {}),
  'a bound token of that issuer': async () => tokenOf('strict', boundTo(owner)),
  'a delegation that is bound to none': async () => tokenOf('delegate', { sub: 'user_cleo', act: { sub: 'user_ada' } }),
  'a delegation that is bound': async () =>
    tokenOf('delegate', { sub: 'user_cleo', act: { sub: 'user_ada' }, ...boundTo(owner) }),
  'an actor token that was begun by a token that is bound to none': () => actorToken('Bearer', tokenOf('free', {})),
  'an actor token that was begun by a bound token': () => actorToken('DPoP', tokenOf('free', boundTo(owner))),
  'a token that is bound to a certificate': async () => tokenOf('free', { cnf: { 'x5t#S256': owner.thumbprint } }),
  'a token that is bound to a key and to a certificate': async () =>
    tokenOf('free', { cnf: { jkt: owner.thumbprint, 'x5t#S256': owner.thumbprint } }),
  'a token that has the key itself in it': async () => tokenOf('free', { cnf: { jwk: owner.jwk } }),
} as const;
type Which = keyof typeof TOKENS;

async function actorToken(scheme: 'Bearer' | 'DPoP', token: string): Promise<string> {
  const proof = proofFor(POST, owner, token);
  const input = { input: { userId: 'user_cleo', reason: 'a ticket about an order' } };
  const { data, codes } = await gateway.graphql(token, START_DOCUMENT, input, {
    authorization: `${scheme} ${token}`,
    ...(scheme === 'DPoP' ? { dpop: proof } : {}),
  });
  expect(codes).toEqual([]);
  noteSecret('token', data.startImpersonation.actorToken);
  return data.startImpersonation.actorToken;
}

/** Which of the ways of sending let which token in. What is not here lets nothing in. */
const LETS_IN: Readonly<Partial<Record<Which, readonly How[]>>> = {
  'a token that is bound to none': ['as Bearer', 'as Bearer, with a proof'],
  'a token that is bound': ['as DPoP, with a proof'],
  'a bound token of that issuer': ['as DPoP, with a proof'],
  'a delegation that is bound to none': ['as Bearer', 'as Bearer, with a proof'],
  'a delegation that is bound': ['as DPoP, with a proof'],
  'an actor token that was begun by a token that is bound to none': ['as Bearer', 'as Bearer, with a proof'],
  'an actor token that was begun by a bound token': ['as DPoP, with a proof'],
};

const viewerOf = (which: Which) => (/delegation|actor token/.test(which) ? 'user_cleo' : 'user_ada');

describe.each(WAYS)('by $name', (way) => {
  describe.each(Object.keys(TOKENS) as Which[])('%s', (which) => {
    it.each(Object.keys(PRESENTED) as How[])('sent %s', async (how) => {
      const asked = await way.ask(PRESENTED[how](way, await TOKENS[which]()));
      const isIn = LETS_IN[which]?.includes(how) === true;
      expect(asked.codes).toEqual(isIn ? [] : ['TOKEN_INVALID']);
      if (isIn) expect(asked.data).toEqual({ viewer: { id: viewerOf(which) }, actor: { id: 'user_ada' } });
      else expect(asked.data ?? null).toBeNull();
    });
  });

  it('a token that was just taken with a proof is not remembered as one that needs none', async () => {
    const token = tokenOf('free', boundTo(owner));
    expect((await way.ask(PRESENTED['as DPoP, with a proof'](way, token))).codes).toEqual([]);
    expect((await way.ask(PRESENTED['as Bearer'](way, token))).codes).toEqual(['TOKEN_INVALID']);
    expect((await way.ask(PRESENTED['as DPoP, without a proof'](way, token))).codes).toEqual(['TOKEN_INVALID']);
  });

  it('a proof is taken once', async () => {
    const presented = PRESENTED['as DPoP, with a proof'](way, tokenOf('free', boundTo(owner)));
    expect((await way.ask(presented)).codes).toEqual([]);
    expect((await way.ask(presented)).codes).toEqual(['TOKEN_INVALID']);
  });
});
