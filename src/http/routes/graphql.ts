import { HeaderMap } from '@apollo/server';
import type { CreateContext } from '../../context/index.js';
import { GatewayError } from '../../errors/index.js';
import type { ResolveIdentity } from '../../identity/index.js';
import type { Exchange } from '../exchange.js';
import type { GraphQLEngine } from '../graphql/engine.js';
import type { Generations } from '../graphql/generations.js';
import { readParams } from '../graphql/request-params.js';
import { HttpConnection } from '../steps/http-connection.js';
import { negotiateResult, type ResultFormat } from '../steps/media-type.js';
import { parseJson, readBody } from '../steps/read-body.js';
import { readCredential } from '../steps/read-credential.js';
import { send } from '../steps/send.js';

export interface GraphQLRouteOptions {
  readonly generations: Generations;
  readonly resolveIdentity: ResolveIdentity;
  readonly createContext: CreateContext;
  readonly bodyLimitBytes: number;
  /** The page of the GraphQL IDE; null: none is served. */
  readonly graphiql: (() => Promise<string>) | null;
}

const JSON_BODY = /^application\/json\s*(;\s*charset=("?)utf-?8\2\s*)?$/i;

/** `POST /graphql` and `GET /graphql`. */
export function createGraphQLRoute(options: GraphQLRouteOptions) {
  const { generations, resolveIdentity, createContext, bodyLimitBytes, graphiql } = options;

  return async (exchange: Exchange): Promise<void> => {
    const { req, res, facts } = exchange;
    if (graphiql !== null && wantsPage(exchange)) {
      send(res, 200, 'text/html', await graphiql());
      return;
    }
    const credential = readCredential(req);
    const text = req.method === 'POST' ? await readBody(req, bodyLimitBytes) : undefined;
    // After the body: who dawdles over sending it is judged by what holds when it is there, not by what held before.
    const resolved = await resolveIdentity(credential, facts);
    const context = createContext(resolved, facts, new HttpConnection(req, res));
    const format = negotiateResult(req.headers.accept);
    if (text !== undefined && format !== null && JSON_BODY.test(req.headers['content-type'] ?? '')) {
      const params = readParams(parseJson(text));
      const held = generations.hold();
      try {
        const { status, text: body } = await held.generation.engine.answer(params, context);
        if (!res.destroyed) send(res, statusFor(status, format), format.mediaType, body);
      } finally {
        held.release();
      }
      return;
    }
    const held = generations.hold();
    try {
      await respondByProtocol(held.generation.engine, exchange, text, context, format);
    } finally {
      held.release();
    }
  };

  async function respondByProtocol(
    engine: GraphQLEngine,
    exchange: Exchange,
    body: string | undefined,
    context: ReturnType<CreateContext>,
    format: ResultFormat | null,
  ) {
    const { req, res } = exchange;
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(req.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const response = await engine.executeHttp(
      { method: req.method ?? 'GET', headers, search: exchange.search, body },
      context,
    );
    for (const [name, value] of response.headers) res.setHeader(name, value);
    if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL_SERVER_ERROR', { cause: 'incremental' });
    const status = response.status ?? 200;
    res.statusCode = format === null ? status : statusFor(status, format);
    res.end(response.body.string);
  }
}

/** The 400 of a document that does not parse or validate is a 200 to clients that know only `application/json`. */
function statusFor(status: number, format: ResultFormat): number {
  return status === 400 && format.legacy ? 200 : status;
}

function wantsPage({ req, search }: Exchange): boolean {
  return req.method === 'GET' && search === '' && (req.headers.accept ?? '').includes('text/html');
}
