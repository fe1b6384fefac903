import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { formatError, withoutSuggestion } from '../../src/http/graphql/format-error.js';
import { openStream } from '../attacks/event-source.js';
import { productionEnvironment } from '../attacks/production.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { INVALID_DOCUMENTS, type InvalidDocument } from './invalid-documents.js';

const JSON_TYPE = 'application/graphql-response+json';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The very modules that Apollo Server calls, too: who parses or validates goes through them, whoever it is. */
const modules = createRequire(import.meta.url);
const parsing = vi.spyOn(modules('graphql/language/parser.js').Parser.prototype, 'parseDocument');
const validating = vi.spyOn(modules('graphql/type/validate.js'), 'assertValidSchema');

/** By nobody: an invalid document is refused before anybody is asked who they are. */
async function post(url: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: JSON_TYPE };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, text: (await response.text()).trim() };
}

async function get(url: string, search: URLSearchParams): Promise<Answer> {
  const headers = { 'apollo-require-preflight': '1', accept: JSON_TYPE };
  const response = await fetch(`${url}/graphql?${search}`, { headers });
  return { status: response.status, text: (await response.text()).trim() };
}

async function byWebSocket(url: string, body: object): Promise<unknown> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  try {
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'subscribe', id: 'one', payload: body }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    const { type, payload } = JSON.parse(message.toString('utf8'));
    return type === 'error' ? { errors: payload } : payload;
  } finally {
    socket.close();
  }
}

async function byEventStream(url: string, body: object): Promise<unknown> {
  const stream = await openStream(url, null, { method: 'POST', body });
  try {
    return await stream.next();
  } finally {
    stream.close();
  }
}

function searchOf({ query, operationName, variables }: InvalidDocument): URLSearchParams {
  return new URLSearchParams({
    query,
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables: JSON.stringify(variables) }),
  });
}

/** Apollo Server as it answers by itself, with our words for its codes and nothing else of ours. */
async function startApollo(schema: GraphQLSchema, introspection: boolean): Promise<ApolloServer> {
  const apollo = new ApolloServer({
    schema,
    introspection,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: 10_000 },
    formatError: introspection ? formatError : (formatted, error) => withoutSuggestion(formatError(formatted, error)),
  });
  await apollo.start();
  return apollo;
}

async function askApollo(apollo: ApolloServer, method: string, body: object, search: string): Promise<Answer> {
  const headers = new HeaderMap([
    ['accept', JSON_TYPE],
    ['content-type', 'application/json'],
  ]);
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, body, search },
    context: async () => ({}),
  });
  if (answer.body.kind !== 'complete') throw new Error('it came in parts');
  return { status: answer.status ?? 200, text: answer.body.string.trim() };
}

let schema: GraphQLSchema;
let directory: string;
const gateways: Record<string, RunningGateway> = {};
const apollos: Record<string, ApolloServer> = {};

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'invalid-documents-'));
  gateways.development = await startGateway();
  gateways.production = await startGateway({ directory, environment: await productionEnvironment(directory) });
  const { data } = await gateways.development.graphql(null, getIntrospectionQuery());
  schema = buildClientSchema(data);
  apollos.development = await startApollo(schema, true);
  apollos.production = await startApollo(schema, false);
});
afterAll(async () => {
  await Promise.all([...Object.values(gateways), ...Object.values(apollos)].map((each) => each.stop()));
  await rm(directory, { recursive: true, force: true });
});

/** What is sensitive is no business of Apollo's; what a mutation does is none of a document's. */
const OURS = ['a sensitive value of a wrong type', 'a wrong variable'];
/** Of these WebSockets have a sentence of their own, as they name the operation before anything is executed. */
const NAMES_OF_OPERATIONS = [
  'several operations and no name',
  'an unknown name of an operation',
  'an empty name of an operation',
];

describe.each(['development', 'production'])('in %s, an invalid document', (mode) => {
  const url = () => (gateways[mode] as RunningGateway).url;
  const apollo = () => apollos[mode] as ApolloServer;

  it.each(INVALID_DOCUMENTS.filter(({ name }) => !OURS.includes(name)))(
    'is answered as Apollo Server answers, to the byte, each time that it comes: $name',
    async ({ name: _, ...body }) => {
      const search = searchOf({ name: '', ...body });
      const posted = await askApollo(apollo(), 'POST', body, '');
      const got = await askApollo(apollo(), 'GET', body, `?${search}`);
      for (let times = 0; times < 2; times += 1) {
        expect(await post(url(), body)).toEqual(posted);
        expect(await get(url(), search)).toEqual(got);
      }
    },
  );

  it.each(INVALID_DOCUMENTS)('is answered alike by streams: $name', async ({ name, ...body }) => {
    const posted = JSON.parse((await post(url(), body)).text);
    expect(await byEventStream(url(), body)).toEqual(posted);
    const ofAName = NAMES_OF_OPERATIONS.includes(name);
    const expected = ofAName ? { errors: [{ ...posted.errors[0], message: expect.any(String) }] } : posted;
    expect(await byWebSocket(url(), body)).toEqual(expected);
  });
});

describe('an invalid document', () => {
  it('leaves its event under an impersonation, each time, remembered or not', async () => {
    const { url, impersonate, store } = gateways.development as RunningGateway;
    const { actorToken } = await impersonate('user_ada', 'user_cleo');
    for (let times = 0; times < 3; times += 1) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${actorToken}` },
        body: JSON.stringify({ query: 'query Tried { viewer { id } orders { pin } }' }),
      });
      await response.text();
      const requestId = response.headers.get('x-request-id') ?? '';
      const { items } = await store.events.page({ requestId }, { limit: 10, direction: 'forward' });
      expect(items.map(({ type }) => type)).toEqual(['OPERATION_DENIED']);
      expect(JSON.parse(String(items[0]?.body))).toMatchObject({
        operation: { name: 'Tried', fields: ['Query.viewer', 'Query.orders'] },
      });
    }
  });

  const transports: Readonly<Record<string, (url: string, body: { readonly query: string }) => Promise<unknown>>> = {
    POST: post,
    GET: (url, { query }) => get(url, new URLSearchParams({ query })),
    'event stream': byEventStream,
    WebSocket: byWebSocket,
  };

  it.each(Object.entries(transports))(
    'costs one parse and one validation, by %s, and none again',
    async (name, ask) => {
      const { url } = gateways.development as RunningGateway;
      const query = `{ viewer { id nickname } } # ${name}`;
      for (const [parsed, validated] of [
        [1, 1],
        [0, 0],
      ]) {
        parsing.mockClear();
        validating.mockClear();
        await ask(url, { query });
        expect(parsing).toHaveBeenCalledTimes(parsed as number);
        expect(validating).toHaveBeenCalledTimes(validated as number);
      }
    },
  );
});
