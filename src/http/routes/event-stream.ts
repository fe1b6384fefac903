import { randomUUID } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import { createHandler, type OperationResult, type Response, TOKEN_HEADER_KEY, TOKEN_QUERY_KEY } from 'graphql-sse';
import type { Connection } from '../../context/index.js';
import { GatewayError } from '../../errors/index.js';
import type { Exchange } from '../exchange.js';
import type { Generations } from '../graphql/generations.js';
import type { Prepare } from '../graphql/prepare.js';
import { readParams } from '../graphql/request-params.js';
import type { Caller, RefuseOperation, RunOperation } from '../graphql/subscriptions.js';
import { drained } from '../steps/drained.js';
import { HttpConnection } from '../steps/http-connection.js';
import { OperationConnection } from '../steps/operation-connection.js';
import { parseJson, readBody } from '../steps/read-body.js';
import { readCredential } from '../steps/read-credential.js';
import { Taking } from './taking.js';

export interface EventStreamOptions {
  readonly run: RunOperation;
  readonly refuse: RefuseOperation;
  readonly generations: Generations;
  readonly bodyLimitBytes: number;
}

/** How a name that `authenticate` gave out looks. */
const STREAM_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How long a reserved stream waits to be opened, milliseconds. */
const RESERVED_MS = 30_000;
/** Operations whose results go out by one reserved stream, at once. */
const MOST_OPERATIONS = 100;
const JSON_TYPE = /^application\/json\b/i;

/** A request as the package hands it back. */
interface Asked {
  readonly exchange: Exchange;
  /** Of the client whom results go to: by this exchange itself, or by the one that has opened the stream. */
  readonly taking: Taking;
  /** What the operation came to. */
  results: AsyncGenerator<FormattedExecutionResult, void, void> | null;
}

/** `/graphql/stream`: GraphQL over Server-Sent Events, in both modes of the graphql-sse protocol. */
export function createEventStreamRoute({ run, refuse, generations, bodyLimitBytes }: EventStreamOptions) {
  /** Of the streams that are reserved or open, by their names. */
  const reserved = new Map<string, Taking>();

  const handle = createHandler<Asked>({
    authenticate({ method, headers, raw }) {
      // Whoever has the name of a reserved stream receives its results: it must be neither guessed (the package makes it
      // with Math.random) nor planted on somebody by whoever chose it.
      const named = headers.get(TOKEN_HEADER_KEY) ?? nameOf(raw.exchange) ?? '';
      return method !== 'PUT' && STREAM_NAME.test(named) ? named : randomUUID();
    },
    async onSubscribe({ raw: asked, method }, sent) {
      const params = readParams(sent);
      const caller = callerOf(asked.exchange);
      if (method === 'GET' && isMutation(generations.current.prepare, params)) {
        await refuse(params, caller, 'BAD_USER_INPUT');
        return NOT_OVER_GET;
      }
      const result = await run(params, caller);
      asked.results = asked.taking.paced(Symbol.asyncIterator in result ? result : alone(result));
      // Results are formatted by then; the package's types know only unformatted ones.
      return asked.results as Awaited<OperationResult>;
    },
  });

  function drop(name: string): void {
    reserved.get(name)?.end();
    reserved.delete(name);
  }

  /** Opens and closes a reservation that nobody has opened: else anybody could fill the memory with them. */
  function dropUnopened(name: string, asked: Asked): void {
    const sent: Readonly<Record<string, string>> = { accept: 'text/event-stream', [TOKEN_HEADER_KEY]: name };
    setTimeout(() => {
      handle({
        method: 'GET',
        url: asked.exchange.path,
        headers: { get: (header) => sent[header] },
        body: null,
        raw: asked,
        context: undefined,
      })
        .then(([body]) => {
          // One that is open, or is gone already, is answered with a text.
          if (body === null || typeof body === 'string') return;
          drop(name);
          return body.return();
        })
        .catch(() => undefined);
    }, RESERVED_MS).unref();
  }

  /** @throws GatewayError RATE_LIMITED where the client has not taken what it asked for before */
  async function checkOperations({ exchange, taking }: Asked, sent: unknown): Promise<void> {
    if (taking.operations < MOST_OPERATIONS) return;
    await refuse(readParams(sent), callerOf(exchange), 'RATE_LIMITED');
    throw new GatewayError('RATE_LIMITED', {
      message: `At most ${MOST_OPERATIONS} operations at once send their results by one stream.`,
      extensions: { limit: { name: 'operationsPerStream', allowed: MOST_OPERATIONS } },
    });
  }

  return async (exchange: Exchange): Promise<void> => {
    const { req, res } = exchange;
    // Refused before anything is reserved or read.
    readCredential(req);
    const name = nameOf(exchange) ?? '';
    const asked: Asked = { exchange, taking: reserved.get(name) ?? new Taking(), results: null };
    const isJson = req.method === 'POST' && JSON_TYPE.test(req.headers['content-type'] ?? '');
    const sent = isJson ? parseJson(await readBody(req, bodyLimitBytes)) : null;
    await checkOperations(asked, sent);
    const [body, init] = await handle({
      method: req.method ?? 'GET',
      url: req.url ?? '/',
      headers: { get: (header) => headerText(req.headers[header.toLowerCase()]) },
      body: typeof sent === 'object' ? (sent as Record<PropertyKey, unknown> | null) : null,
      raw: asked,
      context: undefined,
    });
    res.statusCode = init.status;
    for (const [header, value] of Object.entries(init.headers ?? {})) res.setHeader(header, value);
    if (body === null || typeof body === 'string') {
      if (req.method === 'PUT' && init.status === 201 && body !== null) {
        reserved.set(body, new Taking());
        dropUnopened(body, asked);
      }
      // The client has taken the operation back before it had begun: the package does not let go of what came of it.
      if (init.status !== 202) await asked.results?.return();
      res.end(body === null || init.status < 400 ? body : withCodes(body));
      return;
    }
    await send(body, asked);
    drop(name);
  };
}

/** Sends the texts of a stream as fast as the client takes them. */
async function send(body: AsyncGenerator<string, void, unknown>, { exchange, taking }: Asked): Promise<void> {
  const { res } = exchange;
  const stop = () => void body.return();
  res.once('close', stop);
  try {
    for (;;) {
      taking.waits();
      const { done, value } = await body.next();
      taking.isBusy();
      if (done === true || !res.writable) break;
      if (!res.write(value)) await drained(res);
    }
  } finally {
    taking.end();
    stop();
    res.off('close', stop);
    res.end();
  }
}

function callerOf(exchange: Exchange): Caller {
  const { req, facts: request } = exchange;
  return { token: readCredential(req), request, connection: connectionOf(exchange) };
}

/** The name of a stream that was reserved before; null where the exchange is one of itself. */
function nameOf({ req, search }: Exchange): string | null {
  return headerText(req.headers[TOKEN_HEADER_KEY]) ?? new URLSearchParams(search).get(TOKEN_QUERY_KEY);
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
function connectionOf(exchange: Exchange): Connection {
  const { req, res } = exchange;
  return nameOf(exchange) === null ? new HttpConnection(req, res) : new OperationConnection(req.headers, null);
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
