import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { createHandler, type OperationResult, type Response, TOKEN_HEADER_KEY, TOKEN_QUERY_KEY } from 'graphql-sse';
import type { Connection } from '../../context/index.js';
import { GatewayError } from '../../errors/index.js';
import type { ResolveIdentity } from '../../identity/index.js';
import type { EdgeMetrics } from '../../platform/edge-metrics.js';
import type { Logger } from '../../platform/logger.js';
import { countedAs } from '../../policy/index.js';
import type { Exchange } from '../exchange.js';
import type { Generations } from '../graphql/generations.js';
import { searchWithNamedDocument } from '../graphql/named-document.js';
import type { Prepare } from '../graphql/prepare.js';
import { readParams } from '../graphql/request-params.js';
import type { Caller, RefuseOperation, RunOperation } from '../graphql/subscriptions.js';
import type { TrustedDocuments } from '../graphql/trusted-documents.js';
import { CutOff, Outlet } from '../protection/outlet.js';
import type { Places } from '../protection/places.js';
import { tooMany } from '../protection/rate-limited.js';
import { HttpConnection } from '../steps/http-connection.js';
import { OperationConnection } from '../steps/operation-connection.js';
import { parseJson, readBody } from '../steps/read-body.js';
import { readCredential } from '../steps/read-credential.js';
import { checkOperationId, paramsIn } from './operation-id.js';
import { ReservedStream } from './reserved-streams.js';
import { Taking } from './taking.js';

export interface EventStreamOptions {
  readonly run: RunOperation;
  readonly refuse: RefuseOperation;
  readonly generations: Generations;
  readonly resolveIdentity: ResolveIdentity;
  /** The event streams that each identity may have reserved. */
  readonly places: Places;
  readonly trusted: TrustedDocuments;
  readonly bodyLimitBytes: number;
  /** How much may wait for the client of a stream, bytes. */
  readonly bufferBytes: number;
  /** How long it may take nothing, milliseconds. */
  readonly stalledMs: number;
  readonly logger: Logger;
  readonly metrics: EdgeMetrics;
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
  /** The reserved stream that it is about; empty where there is none. */
  readonly named: string;
  /** Of the client whom results go to: by this exchange itself, or by the one that has opened the stream. */
  readonly taking: Taking;
  /** What the operation came to. */
  results: AsyncGenerator<FormattedExecutionResult, void, void> | null;
}

/** `/graphql/stream`: GraphQL over Server-Sent Events, in both modes of the graphql-sse protocol. */
export function createEventStreamRoute(options: EventStreamOptions) {
  const { run, refuse, generations, trusted, resolveIdentity, places, bodyLimitBytes, logger, metrics } = options;
  const reserved = new Map<string, ReservedStream>();
  /** What lets go of those that nobody has opened. */
  const unopened = new Map<string, NodeJS.Timeout>();
  /** Of operations that have a stream of their own. */
  const outlets = new WeakMap<Exchange, Outlet>();

  function newOutlet({ facts }: Exchange): Outlet {
    return new Outlet({
      stalledMs: options.stalledMs,
      mostBytes: options.bufferBytes,
      onCut() {
        metrics.slowClientCut('sse');
        logger.warn({ requestId: facts.id }, 'a client was cut off that did not take the events sent to it');
      },
    });
  }

  function outletOf({ exchange, named }: Asked): Outlet {
    const stream = reserved.get(named);
    if (stream !== undefined) return stream.outlet;
    let outlet = outlets.get(exchange);
    if (outlet === undefined) {
      outlet = newOutlet(exchange);
      outlets.set(exchange, outlet);
    }
    return outlet;
  }

  const handle = createHandler<Asked>({
    authenticate({ method, raw }) {
      // The name of a reserved stream leads to its results: it must be neither guessed (the package makes it with
      // Math.random) nor planted on somebody by whoever chose it.
      return method !== 'PUT' && STREAM_NAME.test(raw.named) ? raw.named : randomUUID();
    },
    async onSubscribe({ raw: asked, method }, sent) {
      const params = readParams(sent);
      const { exchange, named, taking } = asked;
      const stream = reserved.get(named);
      const id = String(sent.extensions?.operationId ?? '');
      const caller = callerOf(exchange);
      const { connection } = caller;
      if (method === 'GET' && isMutation(generations.current.prepare, params)) {
        await refuse(params, caller, 'BAD_USER_INPUT');
        return NOT_OVER_GET;
      }
      if (stream !== undefined && connection instanceof OperationConnection) stream.began(id, connection);
      const result = await run(params, caller).catch((error: unknown) => {
        stream?.ended(id);
        throw error;
      });
      if (!(Symbol.asyncIterator in result)) stream?.ended(id);
      // Worked out when the client waits for it: what it does not take, the package would keep without a bound. What is there already
      // waits by its size (`onNext`).
      asked.results = Symbol.asyncIterator in result ? taking.paced(result) : alone(result);
      // Results are formatted by then; the package's types know only unformatted ones.
      return asked.results as Awaited<OperationResult>;
    },
    // Awaited before a result is put where it waits to be sent, and that place has no bound.
    onNext: (_context, { raw }, result) => outletOf(raw).ready(result),
  });

  /** Opens and closes a reservation that nobody has opened: else anybody could fill the memory with them. */
  function dropUnopened(name: string, asked: Asked): void {
    const late = setTimeout(() => {
      unopened.delete(name);
      handle({
        method: 'GET',
        url: asked.exchange.path,
        headers: { get: (header) => (header === 'accept' ? 'text/event-stream' : null) },
        body: null,
        // The request that reserved it has named none.
        raw: { ...asked, named: name },
        context: undefined,
      })
        // One that is open, or is gone already, is answered with a text.
        .then(([body]) => {
          if (body === null || typeof body === 'string') return;
          void body.return();
          letGo(name);
        })
        .catch(() => undefined);
    }, RESERVED_MS).unref();
    unopened.set(name, late);
  }

  function letGo(name: string): void {
    // It would hold the request that reserved the stream until then.
    clearTimeout(unopened.get(name));
    unopened.delete(name);
    reserved.get(name)?.close();
    reserved.delete(name);
  }

  /** Who is asking, by what they are counted as. @throws GatewayError where the credential is refused */
  async function ownerOf({ req, facts }: Exchange): Promise<string> {
    const { identity } = await resolveIdentity(readCredential(req), facts);
    return countedAs(identity, facts.ipAddress);
  }

  /** @throws GatewayError RATE_LIMITED where somebody has reserved too many */
  function place(owner: string): () => void {
    const leave = places.tryTake(owner);
    if (leave !== null) return leave;
    metrics.limited('subscriptionsPerIdentity');
    throw tooMany('subscriptionsPerIdentity', places.allowed);
  }

  /**
   * The name of a reserved stream may stand in an address, and with it in a log: it alone lets nobody else have its results,
   * end its operations, or send results of their own by it, which its owner would take for theirs.
   * @throws GatewayError FORBIDDEN where somebody else has reserved it; what resolving the credential throws
   */
  async function checkOwner(exchange: Exchange, stream: ReservedStream | undefined, sent: unknown): Promise<void> {
    if (stream === undefined || (await ownerOf(exchange)) === stream.owner) return;
    if (sent !== null) await refuse(readParams(sent), callerOf(exchange), 'FORBIDDEN');
    throw new GatewayError('FORBIDDEN', { message: 'Somebody else has reserved this event stream.' });
  }

  /** @throws GatewayError RATE_LIMITED where the client has not taken what it asked for before */
  async function checkOperations({ exchange, taking }: Asked, sent: unknown): Promise<void> {
    if (taking.operations < MOST_OPERATIONS) return;
    if (sent !== null) await refuse(readParams(sent), callerOf(exchange), 'RATE_LIMITED');
    throw new GatewayError('RATE_LIMITED', {
      message: `At most ${MOST_OPERATIONS} operations at once send their results by one stream.`,
      extensions: { limit: { name: 'operationsPerStream', allowed: MOST_OPERATIONS } },
    });
  }

  return async (exchange: Exchange): Promise<void> => {
    const { req, res } = exchange;
    // Refused before anything is reserved or read.
    readCredential(req);
    const isJson = req.method === 'POST' && JSON_TYPE.test(req.headers['content-type'] ?? '');
    const sent = isJson ? trusted.resolve(parseJson(await readBody(req, bodyLimitBytes))) : null;
    const search = searchWithNamedDocument(trusted, exchange.search);
    checkOperationId(isJson ? sent : paramsIn(search));
    const named = namedStream(exchange);
    const stream = reserved.get(named);
    // Whatever the method: the package has a stream opened by POST as well.
    await checkOwner(exchange, stream, sent);
    const asked: Asked = { exchange, named, taking: stream?.taking ?? new Taking(), results: null };
    await checkOperations(asked, sent);
    const owner = req.method === 'PUT' ? await ownerOf(exchange) : null;
    // Last of all: what goes wrong before would keep the place for ever.
    const leave = owner === null ? null : place(owner);
    const [body, init] = await handle({
      method: req.method ?? 'GET',
      url: `${exchange.path}${search}`,
      headers: { get: (name) => headerText(req.headers[name.toLowerCase()]) },
      body: typeof sent === 'object' ? (sent as Record<PropertyKey, unknown> | null) : null,
      raw: asked,
      context: undefined,
    }).catch((error: unknown) => {
      leave?.();
      throw error;
    });
    res.statusCode = init.status;
    for (const [name, value] of Object.entries(init.headers ?? {})) res.setHeader(name, value);
    if (owner !== null && leave !== null && init.status === 201 && typeof body === 'string') {
      reserved.set(body, new ReservedStream(owner, newOutlet(exchange), leave));
      dropUnopened(body, asked);
    } else leave?.();
    if (req.method === 'DELETE' && init.status === 200) {
      const id = new URLSearchParams(exchange.search).get('operationId');
      reserved.get(named)?.ended(id ?? '');
    }
    if (body === null || typeof body === 'string') {
      // The client has taken the operation back before it had begun: the package does not let go of what came of it.
      if (init.status !== 202) await asked.results?.return();
      if (init.status < 400) res.end(body);
      else refuseAsTold(res, body, init.statusText);
      return;
    }
    const outlet = outletOf(asked);
    const stop = () => {
      outlet.end();
      asked.taking.end();
      void body.return();
    };
    res.once('close', stop);
    try {
      await outlet.send(res, taken(body, asked.taking));
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
    } finally {
      res.off('close', stop);
      stop();
      letGo(named);
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

/** The same texts; each is asked for when the client waits for it. */
async function* taken(texts: AsyncIterator<string>, taking: Taking): AsyncGenerator<string, void, void> {
  for (;;) {
    taking.waits();
    const { done, value } = await texts.next();
    taking.isBusy();
    if (done === true) return;
    yield value;
  }
}

function callerOf(exchange: Exchange): Caller {
  const { req, facts: request } = exchange;
  return { credential: readCredential(req), request, connection: connectionOf(exchange) };
}

/** The reserved stream that a request names; empty where it names none. */
function namedStream({ req, search }: Exchange): string {
  return headerText(req.headers[TOKEN_HEADER_KEY]) ?? new URLSearchParams(search).get(TOKEN_QUERY_KEY) ?? '';
}

/** Where a stream was reserved, the results go out by it: the request that asks is answered at once, and says nothing of the end. */
function connectionOf({ req, res, search }: Exchange): Connection {
  const isReserved = req.headers[TOKEN_HEADER_KEY] !== undefined || new URLSearchParams(search).has(TOKEN_QUERY_KEY);
  return isReserved ? new OperationConnection(req.headers, null) : new HttpConnection(req, res);
}

async function* alone(result: FormattedExecutionResult): AsyncGenerator<FormattedExecutionResult, void, void> {
  yield result;
}

/** The package's own refusals, all of them about the request, have no code, and some of them no words either. */
function refuseAsTold(res: ServerResponse, body: string | null, statusText: string): void {
  const told = body ?? JSON.stringify({ errors: [{ message: `${statusText}.` }] });
  const { errors = [], ...rest } = JSON.parse(told) as { errors?: readonly { readonly extensions?: unknown }[] };
  const coded = errors.map((error) => ({ ...error, extensions: error.extensions ?? { code: 'BAD_USER_INPUT' } }));
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify({ ...rest, errors: coded }));
}

function isMutation(prepare: Prepare, params: Parameters<Prepare>[0]): boolean {
  const prepared = prepare(params);
  return 'operation' in prepared && prepared.operation.operation === 'mutation';
}

function headerText(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join('\n') : (value ?? null);
}
