import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { describe, expect, it } from 'vitest';
import { identityContext } from '../../../examples/downstream/apollo.js';
import { type IdentifiedRequest, identify as identifyExpress } from '../../../examples/downstream/express.js';
import {
  type Application,
  type Request as FastifyRequest,
  identify as identifyFastify,
} from '../../../examples/downstream/fastify.js';
import { createService } from '../../../examples/downstream/node-http.js';
import { identityOf } from '../../../examples/downstream/yoga.js';
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { service } from '../downstream/setting.js';
import { rejectionOf } from '../tokens/expectations.js';
import { assertion, impersonated } from '../tokens/identity-assertions.js';

const { token } = await assertion(impersonated());
const GOOD = { authorization: `Bearer ${token}` };
const FOREIGN = { authorization: `Bearer ${(await assertion(impersonated(), 'reviews')).token}` };
const ADA_AS_CLEO = { viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' }, impersonation: { access: 'READ_ONLY' } };
const NOBODY = { viewer: null, actor: null, impersonation: null };
const SENTENCE = 'The identity of this request is not valid.';

/** Asks a server on a free port of this machine. */
async function asked(listener: RequestListener, headers: Record<string, string>) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/me`, { headers });
    return { status: response.status, body: await response.json() };
  } finally {
    server.close();
  }
}

describe('the example for Node’s http', () => {
  const listener = createService(service()).listeners('request')[0] as RequestListener;

  it('says who is in effect, and refuses what is not valid', async () => {
    expect(await asked(listener, GOOD)).toMatchObject({ status: 200, body: ADA_AS_CLEO });
    expect(await asked(listener, {})).toEqual({ status: 200, body: NOBODY });
    expect(await asked(listener, FOREIGN)).toEqual({ status: 401, body: { error: SENTENCE } });
  });
});

describe('the example for Express', () => {
  const middleware = identifyExpress(service());
  const handled: (VerifiedIdentity | undefined)[] = [];
  const listener: RequestListener = (req: IdentifiedRequest, res) =>
    void middleware(req, res, () => {
      handled.push(req.identity);
      res.end(JSON.stringify(req.identity));
    });

  it('gives handlers the identity; a request that is not valid reaches none', async () => {
    expect(await asked(listener, GOOD)).toMatchObject({ status: 200, body: ADA_AS_CLEO });
    expect(await asked(listener, {})).toEqual({ status: 200, body: NOBODY });
    expect(await asked(listener, FOREIGN)).toEqual({ status: 401, body: { error: SENTENCE } });
    expect(handled).toHaveLength(2);
  });
});

describe('the example for Fastify', () => {
  it('gives handlers the identity; a request that is not valid is answered before them', async () => {
    let hook: Parameters<Application['addHook']>[1] | undefined;
    const decorated: unknown[] = [];
    identifyFastify(
      { decorateRequest: (...what) => decorated.push(what), addHook: (_, added) => (hook = added) },
      service(),
    );
    expect(decorated).toEqual([['identity', null]]);
    const run = async (headers: Record<string, string>) => {
      const sent: unknown[] = [];
      const request = {
        headers,
        raw: { rawHeaders: Object.entries(headers).flat() },
        identity: null,
      } as unknown as FastifyRequest;
      await hook?.(request, { code: (status) => ({ send: (body) => sent.push({ status, body }) }) });
      return { sent, identity: request.identity };
    };
    expect(await run(GOOD)).toMatchObject({ sent: [], identity: ADA_AS_CLEO });
    expect(await run({})).toEqual({ sent: [], identity: NOBODY });
    expect(await run(FOREIGN)).toEqual({ sent: [{ status: 401, body: { error: SENTENCE } }], identity: null });
  });
});

describe('the example for Apollo Server', () => {
  it('gives resolvers the identity; an operation that is not valid is refused with 401', async () => {
    let resolved = 0;
    const server = new ApolloServer<VerifiedIdentity>({
      typeDefs: 'type Query { me: String }',
      resolvers: {
        Query: {
          me(_: unknown, __: unknown, { viewer, actor, impersonation }: VerifiedIdentity) {
            resolved += 1;
            return JSON.stringify({ viewer, actor, impersonation });
          },
        },
      },
    });
    const { url } = await startStandaloneServer(server, { context: identityContext(service()), listen: { port: 0 } });
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ me }' }),
      });
      return { status: response.status, body: (await response.json()) as any };
    };
    try {
      expect(JSON.parse((await ask(GOOD)).body.data.me)).toMatchObject(ADA_AS_CLEO);
      expect(JSON.parse((await ask({})).body.data.me)).toEqual(NOBODY);
      const refused = await ask(FOREIGN);
      expect(refused.status).toBe(401);
      expect(refused.body.data ?? null).toBeNull();
      expect(refused.body.errors).toMatchObject([{ extensions: { code: 'TOKEN_INVALID' } }]);
      expect(resolved).toBe(2);
    } finally {
      await server.stop();
    }
  });
});

describe('the example for GraphQL Yoga', () => {
  it('gives resolvers the identity; a request that is not valid is answered before it is parsed', async () => {
    const { plugin, context } = identityOf(service());
    const run = async (headers: Record<string, string>) => {
      const request = new Request('https://service.example/graphql', { headers });
      let answer: Response | null = null;
      await plugin.onRequest({ request, endResponse: (response) => (answer = response) });
      return { request, answer: answer as Response | null };
    };
    const good = await run(GOOD);
    expect(good.answer).toBeNull();
    expect(context(good)).toMatchObject(ADA_AS_CLEO);
    expect(context(await run({}))).toEqual(NOBODY);
    const refused = await run(FOREIGN);
    expect(refused.answer?.status).toBe(401);
    expect(await refused.answer?.json()).toEqual({
      errors: [{ message: SENTENCE, extensions: { code: 'TOKEN_INVALID' } }],
    });
    expect(() => context(refused)).toThrow(/not verified/);
  });

  it('never takes a request that the plugin has not seen for anonymous', async () => {
    const { context } = identityOf(service());
    const error = await rejectionOf((async () => context({ request: new Request('https://service.example') }))());
    expect(error).toBeInstanceOf(Error);
  });
});
