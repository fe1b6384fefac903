import { ApolloClient, gql, HttpLink, InMemoryCache, type OperationVariables } from '@apollo/client/core';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ClientError, GraphQLClient } from 'graphql-request';
import { createClient as createSseClient, NetworkError } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type AnswerError, codesOf } from './ask.js';

/** What a client library makes of an answer: its data, or why there is none. */
export interface Told<T> {
  readonly data: T | null;
  readonly codes: readonly string[];
  readonly errors: readonly AnswerError[];
}

/** A published GraphQL client, used as its documentation says. */
export interface UnmodifiedClient {
  readonly name: string;
  ask<T>(origin: string, token: string | null, document: string, variables?: Record<string, unknown>): Promise<Told<T>>;
}

function told<T>(data: T | null | undefined, errors: readonly AnswerError[] = []): Told<T> {
  return { data: data ?? null, errors, codes: codesOf(errors) };
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** The errors of a body that a client library hands on as text. */
function bodyErrors(text: string): readonly AnswerError[] {
  return (JSON.parse(text) as { errors: readonly AnswerError[] }).errors;
}

/** A mutation or query is one result followed by the end. */
async function only<T>(results: AsyncIterable<unknown>): Promise<Told<T>> {
  const all: Told<T>[] = [];
  for await (const result of results) {
    const { data, errors } = result as { data?: T | null; errors?: readonly AnswerError[] };
    all.push(told(data, errors));
  }
  const [first] = all;
  if (first === undefined || all.length > 1) throw new Error(`there were ${all.length} results`);
  return first;
}

const graphqlRequest: UnmodifiedClient = {
  name: 'graphql-request',
  async ask<T>(origin: string, token: string | null, document: string, variables?: Record<string, unknown>) {
    try {
      const client = new GraphQLClient(`${origin}/graphql`, { headers: bearer(token) });
      return told(await client.request<T>(document, variables));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return told<T>(null, error.response.errors as unknown as readonly AnswerError[]);
    }
  },
};

const apolloClient: UnmodifiedClient = {
  name: 'Apollo Client',
  async ask<T>(origin: string, token: string | null, document: string, variables?: Record<string, unknown>) {
    const client = new ApolloClient({
      link: new HttpLink({ uri: `${origin}/graphql`, headers: bearer(token) }),
      cache: new InMemoryCache(),
    });
    const parsed = gql(document);
    const options = { variables: variables as OperationVariables };
    try {
      const { data } = /^\s*mutation\b/.test(document)
        ? await client.mutate<T>({ mutation: parsed, ...options })
        : await client.query<T>({ query: parsed, ...options });
      return told(withoutTypenames(data as T | null | undefined));
    } catch (error) {
      if (CombinedGraphQLErrors.is(error)) return told<T>(null, error.errors as readonly AnswerError[]);
      if (ServerError.is(error)) return told<T>(null, bodyErrors(error.bodyText));
      throw error;
    } finally {
      client.stop();
    }
  },
};

/** Apollo Client asks for the name of every type, for its cache, and hands it on. */
function withoutTypenames<T>(data: T): T {
  return JSON.parse(JSON.stringify(data ?? null, (key, value: unknown) => (key === '__typename' ? undefined : value)));
}

const graphqlWs: UnmodifiedClient = {
  name: 'graphql-ws',
  async ask<T>(origin: string, token: string | null, query: string, variables?: Record<string, unknown>) {
    const client = webSocketClient(origin, token);
    try {
      return await only<T>(client.iterate({ query, variables: variables ?? null }));
    } catch (error) {
      const { code, reason } = error as { code?: number; reason?: string };
      if (code !== 4403) throw error;
      // What the close frame says is all that a refused connection tells.
      return told<T>(null, [{ message: 'closed', extensions: { code: reason } }]);
    } finally {
      await client.dispose();
    }
  },
};

const graphqlSse: UnmodifiedClient = {
  name: 'graphql-sse',
  async ask<T>(origin: string, token: string | null, query: string, variables?: Record<string, unknown>) {
    const client = eventStreamClient(origin, token);
    try {
      return await only<T>(client.iterate({ query, ...(variables && { variables }) }));
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return told<T>(null, bodyErrors(await (error.response as Response).text()));
    } finally {
      client.dispose();
    }
  },
};

export const UNMODIFIED_CLIENTS = [graphqlRequest, apolloClient, graphqlWs, graphqlSse] as const;

/** A graphql-ws client that does not come back after it was turned away. */
export function webSocketClient(origin: string, token: string | null) {
  return createWsClient({
    url: `${origin.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: bearer(token),
  });
}

/** A graphql-sse client, one connection for each operation, that does not come back after it was turned away. */
export function eventStreamClient(origin: string, token: string | null) {
  return createSseClient({ url: `${origin}/graphql/stream`, retryAttempts: 0, headers: bearer(token) });
}

/** The same with one connection for all operations. */
export function singleEventStreamClient(origin: string, token: string | null) {
  return createSseClient({
    url: `${origin}/graphql/stream`,
    retryAttempts: 0,
    singleConnection: true,
    headers: bearer(token),
  });
}
