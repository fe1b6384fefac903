import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IResolvers } from '@graphql-tools/utils';
import { buildSchema, execute, introspectionFromSchema, parse, validate } from 'graphql';
import { service } from '../unit/upstreams/services.js';

export interface ReceivedCall {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

/** A service behind the gateway over real HTTP, which remembers everything it is asked. */
export interface RecordingUpstream {
  readonly url: string;
  /** Each operation it was asked, those about its schema left out. */
  readonly calls: ReceivedCall[];
  /** Calls that the client left before they were answered. */
  readonly left: string[];
  /** How often it was asked for its schema. */
  readonly schemaCalls: () => number;
  /** What it says its schema is; null: what it really is. */
  told: string | null;
  /** Whether it answers everything with 503. */
  failing: boolean;
  /** How often it has. */
  failures(): number;
  /** Answers wait for it. */
  until: Promise<unknown>;
  close(): Promise<void>;
}

type References = Readonly<Record<string, (reference: never) => unknown>>;

export async function startUpstream(
  name: string,
  sdl: string,
  resolvers: IResolvers,
  references: References = {},
): Promise<RecordingUpstream> {
  const { schema } = service(name, sdl, resolvers, references);
  const calls: ReceivedCall[] = [];
  const left: string[] = [];
  let schemaCalls = 0;
  let failures = 0;
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    const { query, variables = {} } = JSON.parse(text);
    const answer = (value: unknown) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(value));
    };
    if (upstream.failing) {
      failures += 1;
      res.statusCode = 503;
      res.end();
      return;
    }
    if (query.includes('_service')) {
      schemaCalls += 1;
      answer({ data: { _service: { sdl: upstream.told ?? sdl } } });
      return;
    }
    if (query.includes('__schema')) {
      schemaCalls += 1;
      answer({ data: introspectionFromSchema(buildSchema(upstream.told ?? sdl, { assumeValidSDL: true })) });
      return;
    }
    calls.push({ query, variables, headers: req.headers });
    res.once('close', () => {
      if (!res.writableFinished) left.push(query);
    });
    await upstream.until;
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) answer({ errors });
    else answer(await execute({ schema, document, variableValues: variables, contextValue: { headers: req.headers } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: RecordingUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    calls,
    left,
    schemaCalls: () => schemaCalls,
    failures: () => failures,
    told: null,
    failing: false,
    until: Promise.resolve(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return upstream;
}
