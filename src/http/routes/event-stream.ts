import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import { createHandler, type OperationResult, type Response, TOKEN_HEADER_KEY, TOKEN_QUERY_KEY } from 'graphql-sse';
import type { Connection } from '../../context/index.js';
import type { Exchange } from '../exchange.js';
import type { Generations } from '../graphql/generations.js';
import { searchWithNamedDocument } from '../graphql/named-document.js';
import type { Prepare } from '../graphql/prepare.js';
import { readParams } from '../graphql/request-params.js';
import type { RefuseOperation, RunOperation, StreamedResult } from '../graphql/subscriptions.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { drained } from '../steps/drained.js';
import { HttpConnection } from '../steps/http-connection.js';
import { OperationConnection } from '../steps/operation-connection.js';
import { parseJson, readBody } from '../steps/read-body.js';
import { readCredential } from '../steps/read-credential.js';

export interface EventStreamOptions {
  readonly run: RunOperation;
  readonly refuse: RefuseOperation;
  readonly generations: Generations;
  readonly trusted: TrustedDocuments;
  readonly bodyLimitBytes: number;
}

/** How a name that `authenticate` gave out looks. */
const STREAM_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How long a reserved stream waits to be opened, milliseconds. */
const RESERVED_MS = 30_000;
const JSON_TYPE = /^application\/json\b/i;

/** `/graphql/stream`: GraphQL over Server-Sent Events, in both modes of the graphql-sse protocol. */
export function createEventStreamRoute(options: EventStreamOptions) {
  const { run, refuse, generations, trusted, bodyLimitBytes } = options;
  const handle = createHandler<Exchange>({
    authenticate({ method, headers, raw }) {
      // Whoever has the name of a reserved stream receives its results: it must be neither guessed (the package makes it
      // with Math.random) nor planted on somebody by whoever chose it.
      const named = headers.get(TOKEN_HEADER_KEY) ?? new URLSearchParams(raw.search).get(TOKEN_QUERY_KEY) ?? '';
      return method !== 'PUT' && STREAM_NAME.test(named) ? named : randomUUID();
    },
    async onSubscribe({ raw: exchange, method }, sent) {
      const params = readParams(sent);
      const { req, facts: request } = exchange;
      const caller = { token: readCredential(req), request, connection: connectionOf(exchange) };
      if (method === 'GET' && isMutation(generations.current.prepare, params)) {
        await refuse(params, caller, 'BAD_USER_INPUT');
        return NOT_OVER_GET;
      }
      const result = await run(params, caller);
      // Results are formatted by then; the package's types know only unformatted ones.
      return (isWholeRefusal(result) ? alone(result) : result) as Awaited<OperationResult>;
    },
  });

  /** Opens and closes a reservation that nobody has opened: else anybody could fill the memory with them. */
  function dropUnopened(name: string, exchange: Exchange): void {
    const sent: Readonly<Record<string, string>> = { accept: 'text/event-stream', [TOKEN_HEADER_KEY]: name };
    setTimeout(() => {
      handle({
        method: 'GET',
        url: exchange.path,
        headers: { get: (header) => sent[header] },
        body: null,
        raw: exchange,
        context: undefined,
      })
        // One that is open, or is gone already, is answered with a text.
        .then(([body]) => (body === null || typeof body === 'string' ? undefined : body.return()))
        .catch(() => undefined);
    }, RESERVED_MS).unref();
  }

  return async (exchange: Exchange): Promise<void> => {
    const { req, res } = exchange;
    // Refused before anything is reserved or read.
    readCredential(req);
    const isJson = req.method === 'POST' && JSON_TYPE.test(req.headers['content-type'] ?? '');
    const sent = isJson ? trusted.resolve(parseJson(await readBody(req, bodyLimitBytes))) : null;
    const [body, init] = await handle({
      method: req.method ?? 'GET',
      url: `${exchange.path}${searchWithNamedDocument(trusted, exchange.search)}`,
      headers: { get: (name) => headerText(req.headers[name.toLowerCase()]) },
      body: typeof sent === 'object' ? (sent as Record<PropertyKey, unknown> | null) : null,
      raw: exchange,
      context: undefined,
    });
    res.statusCode = init.status;
    for (const [name, value] of Object.entries(init.headers ?? {})) res.setHeader(name, value);
    if (req.method === 'PUT' && init.status === 201 && typeof body === 'string') dropUnopened(body, exchange);
    if (body === null || typeof body === 'string') {
      res.end(body === null || init.status < 400 ? body : withCodes(body));
      return;
    }
    const stop = () => void body.return();
    res.once('close', stop);
    try {
      for await (const text of body) {
        if (!res.writable) break;
        if (!res.write(text)) await drained(res);
      }
    } finally {
      res.off('close', stop);
      res.end();
    }
  };
}

const NOT_OVER_GET: Response = [
  JSON.stringify({ errors: [{ message: 'Mutations need POST.', extensions: { code: 'BAD_USER_INPUT' } }] }),
  {
    status: 405,
    statusText: 'Method Not Allowed',
    headers: { allow: 'POST', 'content-type': 'application/json; charset=utf-8' },
  },
];

/** Where a stream was reserved, the results go out by it: the request that asks is answered at once, and says nothing of the end. */
function connectionOf({ req, res, search }: Exchange): Connection {
  const isReserved = req.headers[TOKEN_HEADER_KEY] !== undefined || new URLSearchParams(search).has(TOKEN_QUERY_KEY);
  return isReserved ? new OperationConnection(req.headers, null) : new HttpConnection(req, res);
}

/** The package takes a result without `data` for execution arguments, and answers with an error of its own. */
function isWholeRefusal(result: StreamedResult): result is FormattedExecutionResult {
  return !(Symbol.asyncIterator in result) && !('data' in result);
}

async function* alone(result: FormattedExecutionResult): AsyncGenerator<FormattedExecutionResult, void, void> {
  yield result;
}

/** The package's own refusals, all of them about the request, have no code. */
function withCodes(body: string): string {
  if (!body.startsWith('{')) return body;
  const { errors = [], ...rest } = JSON.parse(body) as { errors?: readonly { readonly extensions?: unknown }[] };
  const coded = errors.map((error) => ({ ...error, extensions: error.extensions ?? { code: 'BAD_USER_INPUT' } }));
  return JSON.stringify({ ...rest, errors: coded });
}

function isMutation(prepare: Prepare, params: Parameters<Prepare>[0]): boolean {
  const prepared = prepare(params);
  return 'operation' in prepared && prepared.operation.operation === 'mutation';
}

function headerText(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join('\n') : (value ?? null);
}
