import type { FormattedExecutionResult } from 'graphql';
import { createHandler, type OperationResult, type Response } from 'graphql-sse';
import type { Exchange } from '../exchange.js';
import type { Prepare } from '../graphql/prepare.js';
import { readParams } from '../graphql/request-params.js';
import type { RunOperation, StreamedResult } from '../graphql/subscriptions.js';
import { readBody } from '../steps/read-body.js';
import { readCredential } from '../steps/read-credential.js';

export interface EventStreamOptions {
  readonly run: RunOperation;
  readonly prepare: Prepare;
  readonly bodyLimitBytes: number;
}

/** `/graphql/stream`: GraphQL over Server-Sent Events, in both modes of the graphql-sse protocol. */
export function createEventStreamRoute({ run, prepare, bodyLimitBytes }: EventStreamOptions) {
  const handle = createHandler<Exchange>({
    async onSubscribe({ raw: exchange, method }, sent) {
      const params = readParams(sent);
      if (method === 'GET' && isMutation(prepare, params)) return NOT_OVER_GET;
      const result = await run(params, readCredential(exchange.req), exchange.facts);
      // Results are formatted by then; the package's types know only unformatted ones.
      return (isWholeRefusal(result) ? alone(result) : result) as Awaited<OperationResult>;
    },
  });

  return async (exchange: Exchange): Promise<void> => {
    const { req, res } = exchange;
    // Refused before anything is reserved or read.
    readCredential(req);
    const [body, init] = await handle({
      method: req.method ?? 'GET',
      url: req.url ?? '/',
      headers: { get: (name) => headerText(req.headers[name.toLowerCase()]) },
      body: () => readBody(req, bodyLimitBytes),
      raw: exchange,
      context: undefined,
    });
    res.statusCode = init.status;
    for (const [name, value] of Object.entries(init.headers ?? {})) res.setHeader(name, value);
    if (body === null || typeof body === 'string') {
      res.end(body ?? undefined);
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

/** The package takes a result without `data` for execution arguments, and answers with an error of its own. */
function isWholeRefusal(result: StreamedResult): result is FormattedExecutionResult {
  return !(Symbol.asyncIterator in result) && !('data' in result);
}

async function* alone(result: FormattedExecutionResult): AsyncGenerator<FormattedExecutionResult, void, void> {
  yield result;
}

function isMutation(prepare: Prepare, params: Parameters<Prepare>[0]): boolean {
  const prepared = prepare(params);
  return 'operation' in prepared && prepared.operation.operation === 'mutation';
}

function headerText(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join('\n') : (value ?? null);
}

/** Waits for a slow client, or for its going away. */
function drained(res: Exchange['res']): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.once('drain', done);
    res.once('close', done);
  });
}
