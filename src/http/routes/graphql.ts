import { HeaderMap } from '@apollo/server';
import type { CreateContext, GatewayContext } from '../../context/index.js';
import { GatewayError } from '../../errors/index.js';
import type { Credential, ResolvedIdentity, ResolveIdentity } from '../../identity/index.js';
import type { Exchange, Refuse } from '../exchange.js';
import type { Answer } from '../graphql/execute-prepared.js';
import type { Generations } from '../graphql/generations.js';
import { searchWithNamedDocument } from '../graphql/named-document.js';
import { type RequestParams, readParams } from '../graphql/request-params.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { setCommonHeaders } from '../steps/common-headers.js';
import { createDepartures } from '../steps/departures.js';
import { HttpConnection } from '../steps/http-connection.js';
import { negotiateResult, type ResultFormat } from '../steps/media-type.js';
import { withReports } from '../steps/policy-reports.js';
import { parseJson, receiveBody } from '../steps/read-body.js';
import { readCredential } from '../steps/read-credential.js';
import { send } from '../steps/send.js';

export interface GraphQLRouteOptions {
  readonly generations: Generations;
  readonly trusted: TrustedDocuments;
  readonly resolveIdentity: ResolveIdentity;
  readonly createContext: CreateContext;
  readonly bodyLimitBytes: number;
  /** The page of the GraphQL IDE; null: none is served. */
  readonly graphiql: (() => Promise<string>) | null;
  /** Where browsers report what the policy of that page has stopped; null: nowhere. */
  readonly cspReportUri: string | null;
}

/** What is not done yet, where something is waited for. */
type Waiting = Promise<void> | undefined;

/** The page has its scripts and styles within it. It is served in development only, and loads nothing from elsewhere. */
const GRAPHIQL_POLICY =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const JSON_BODY = /^application\/json\s*(;\s*charset=("?)utf-?8\2\s*)?$/i;

/** `POST /graphql` and `GET /graphql`. */
export function createGraphQLRoute(options: GraphQLRouteOptions) {
  const { generations, trusted, resolveIdentity, createContext, bodyLimitBytes, graphiql } = options;
  const graphiqlPolicy = withReports(GRAPHIQL_POLICY, options.cspReportUri);
  const departures = createDepartures();

  // A request that nothing has to be waited for makes no promise on its way.

  function judge(exchange: Exchange, credential: Credential | null, text: string | undefined, refuse: Refuse): Waiting {
    // After the body: who dawdles over sending it is judged by what holds when it is there, not by what held before.
    const resolved = resolveIdentity(credential, exchange.facts);
    return resolved instanceof Promise
      ? resolved.then((known) => respond(exchange, known, text, refuse))
      : respond(exchange, resolved, text, refuse);
  }

  function respond(exchange: Exchange, resolved: ResolvedIdentity, text: string | undefined, refuse: Refuse): Waiting {
    const { headers } = exchange.req;
    const context = createContext(resolved, exchange.facts, new HttpConnection(exchange.req, exchange.res));
    const format = negotiateResult(headers.accept);
    if (text === undefined || format === null || !isJson(headers['content-type'])) {
      return respondByProtocol(exchange, text, context, format);
    }
    const params = readParams(trusted.resolve(parseJson(text)));
    const answer = answerByCurrent(params, context);
    if (answer instanceof Promise) return answer.then((made) => depart(exchange, made, format, refuse));
    depart(exchange, answer, format, refuse);
  }

  /** From its beginning to its end by the schema that is served now. */
  function answerByCurrent(params: RequestParams, context: GatewayContext): Answer | Promise<Answer> {
    const held = generations.hold();
    let waiting = false;
    try {
      const answer = held.generation.engine.answer(params, context);
      if (!(answer instanceof Promise)) return answer;
      waiting = true;
      return answer.finally(() => held.release());
    } finally {
      if (!waiting) held.release();
    }
  }

  function depart(exchange: Exchange, { status, text }: Answer, format: ResultFormat, refuse: Refuse): void {
    const { mediaType } = format;
    departures.add({ exchange, status: statusFor(status, format), mediaType, text, refuse });
  }

  return (exchange: Exchange, refuse: Refuse): Waiting => {
    const { req } = exchange;
    if (graphiql !== null && wantsPage(exchange)) return sendPage(exchange, graphiql, graphiqlPolicy);
    const credential = readCredential(req);
    if (req.method !== 'POST') return judge(exchange, credential, undefined, refuse);
    receiveBody(req, bodyLimitBytes, (body) => {
      if (typeof body !== 'string') {
        refuse(exchange, body);
        return;
      }
      try {
        judge(exchange, credential, body, refuse)?.catch((error: unknown) => refuse(exchange, error));
      } catch (error) {
        refuse(exchange, error);
      }
    });
  };

  async function respondByProtocol(
    exchange: Exchange,
    body: string | undefined,
    context: ReturnType<CreateContext>,
    format: ResultFormat | null,
  ): Promise<void> {
    const { req, res } = exchange;
    setCommonHeaders(exchange);
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(req.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const search = searchWithNamedDocument(trusted, exchange.search);
    const held = generations.hold();
    const response = await held.generation.engine
      .executeHttp({ method: req.method ?? 'GET', headers, search, body }, context)
      .finally(() => held.release());
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

function isJson(mediaType: string | undefined): boolean {
  return mediaType === 'application/json' || JSON_BODY.test(mediaType ?? '');
}

async function sendPage(exchange: Exchange, page: () => Promise<string>, policy: string): Promise<void> {
  const text = await page();
  setCommonHeaders(exchange);
  exchange.res.setHeader('Content-Security-Policy', policy);
  exchange.res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  send(exchange.res, 200, 'text/html', text);
}

function wantsPage({ req, search }: Exchange): boolean {
  return req.method === 'GET' && search === '' && (req.headers.accept ?? '').includes('text/html');
}
