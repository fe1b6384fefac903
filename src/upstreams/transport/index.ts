import { type ExecutionRequest, type Executor, getOperationASTFromRequest } from '@graphql-tools/utils';
import {
  buildClientSchema,
  type ExecutionResult,
  getIntrospectionQuery,
  type IntrospectionQuery,
  print,
  printSchema,
} from 'graphql';
import type { Clock } from '../../platform/clock.js';
import type { UpstreamConfig } from '../config/gateway-config.js';
import { maskedExecutor } from '../execution/mask-errors.js';
import { readForwardedHeaders } from '../forwarded-headers.js';
import type { IdentityOnward } from '../identity-onward.js';
import type { OnwardContext } from '../onward-context.js';
import { outboundHeaders } from '../outbound-headers.js';

export interface UpstreamTransport {
  /** Its errors are masked. `request.context` has to be an OnwardContext. */
  readonly executor: Executor;
  fetchSdl(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export interface UpstreamTransportDependencies {
  readonly onward: IdentityOnward;
  readonly clock: Clock;
}

const MAX_ANSWER_BYTES = 10_485_760;

/** Calls one upstream over HTTP. */
export function createUpstreamTransport(
  upstream: UpstreamConfig,
  { onward, clock }: UpstreamTransportDependencies,
): UpstreamTransport {
  const forward = readForwardedHeaders(upstream.headers);

  async function post(headers: Record<string, string>, body: unknown, signal?: AbortSignal): Promise<ExecutionResult> {
    const timeout = AbortSignal.timeout(upstream.timeoutMs);
    const response = await fetch(upstream.url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        ...headers,
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return JSON.parse(await limitedText(response)) as ExecutionResult;
  }

  async function call(request: ExecutionRequest): Promise<ExecutionResult> {
    const { identity, inboundHeaders: inbound, signal, touched } = request.context as OnwardContext;
    if (getOperationASTFromRequest(request).operation === 'subscription') throw new Error('streams are not served yet');
    const assertion = await onward.assertionFor(identity, upstream.name, clock.now());
    const headers = outboundHeaders({ inbound, forward, assertion });
    touched(upstream.name);
    return post(headers, { query: print(request.document), variables: request.variables }, signal);
  }

  return {
    executor: maskedExecutor(call as Executor),
    async fetchSdl(signal) {
      const { schema } = upstream;
      if (!('fetch' in schema)) throw new TypeError('the schema of this service is a file');
      if (schema.fetch === 'introspection') {
        const { data } = await post({}, { query: getIntrospectionQuery() }, signal);
        return printSchema(buildClientSchema(data as unknown as IntrospectionQuery));
      }
      const { data } = await post({}, { query: '{ _service { sdl } }' }, signal);
      const sdl = (data?._service as { readonly sdl?: unknown } | undefined)?.sdl;
      if (typeof sdl !== 'string') throw new Error('it answers with no schema');
      return sdl;
    },
    close: async () => undefined,
  };
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
