import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import type { UpstreamConfig } from '../config/gateway-config.js';
import { callTime } from './call-time.js';
import { exchange } from './exchange.js';
import { graphqlAnswer } from './graphql-answer.js';
import { type CalledService, jsonOf, POST_HEADERS } from './post-operation.js';
import { UpstreamFailure } from './upstream-failure.js';

const SERVICE_QUERY = 'query ServiceSchema { _service { sdl } }';

/**
 * The schema of a service, asked for once within the service's time and size, in nobody's name.
 * @throws UpstreamFailure; TypeError where the configuration names a file.
 */
export async function fetchSdl(
  { schema, timeoutMs }: Pick<UpstreamConfig, 'schema' | 'timeoutMs'>,
  service: Pick<CalledService, 'name' | 'path' | 'pool' | 'slots' | 'maxResponseBytes' | 'clock'>,
  ends: Parameters<typeof callTime>[2],
): Promise<string> {
  if (!('fetch' in schema)) throw new TypeError('the schema of this service is a file');
  const { name, path, pool, slots, maxResponseBytes, clock } = service;
  const time = callTime(name, timeoutMs, ends);
  const byService = schema.fetch === 'service';
  try {
    if (!(await slots.take(time.signal))) throw new UpstreamFailure(name, 'busy');
    const answer = await exchange(pool.dispatcher, {
      upstream: name,
      path,
      headers: POST_HEADERS,
      body: JSON.stringify({ query: byService ? SERVICE_QUERY : getIntrospectionQuery() }),
      signal: time.signal,
      maxBytes: maxResponseBytes,
      onSettled: () => slots.release(),
    });
    const { data, errors } = graphqlAnswer(
      name,
      await jsonOf(name, answer, maxResponseBytes, clock.now()),
      answer.status,
    );
    const sdl = errors === undefined ? (byService ? serviceSdl(data) : introspectedSdl(data)) : null;
    if (sdl === null) throw new UpstreamFailure(name, 'malformed', { code: 'NO_SCHEMA', status: answer.status });
    return sdl;
  } finally {
    time.done();
  }
}

function serviceSdl(data: ExecutionData): string | null {
  const sdl = (data?._service as { readonly sdl?: unknown } | null | undefined)?.sdl;
  return typeof sdl === 'string' && sdl !== '' ? sdl : null;
}

/** What the service says of its types need not be a schema. */
function introspectedSdl(data: ExecutionData): string | null {
  try {
    return printSchema(buildClientSchema(data as unknown as IntrospectionQuery));
  } catch {
    return null;
  }
}

type ExecutionData = Readonly<Record<string, unknown>> | null | undefined;
