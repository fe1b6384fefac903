import { request } from 'node:http';
import type { Told } from './attack.js';

/** An HTTP answer as it came. */
export interface WireAnswer extends Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body; null where it is not JSON. */
  readonly body: { readonly data?: unknown; readonly errors?: readonly { readonly message: string }[] } | null;
}

export interface WireRequest {
  readonly method?: string;
  /** Path and query; `/graphql` where absent. */
  readonly path?: string;
  /** Names may be repeated. Nothing is added but Host, Connection and Content-Length. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
  /** Awaited after the headers were sent and before the body is. */
  readonly beforeBody?: () => Promise<void>;
}

export const JSON_TYPE = ['content-type', 'application/json'] as const;

export function bearer(token: string): readonly ['authorization', string] {
  return ['authorization', `Bearer ${token}`];
}

/** Sends one request with exactly these headers, which `fetch` would correct. */
export function send(origin: string, wire: WireRequest): Promise<WireAnswer> {
  return sendAs(origin, new URL(origin).host, wire);
}

/** The same to a gateway that the sender knows by another name. */
export function sendAs(origin: string, host: string, wire: WireRequest): Promise<WireAnswer> {
  const { hostname, port } = new URL(origin);
  const { body = '' } = wire;
  const headers = [
    ...(wire.headers ?? []),
    ['Host', host],
    ['Connection', 'close'],
    ...(body.length === 0 ? [] : [['Content-Length', String(Buffer.byteLength(body))]]),
  ].flat() as string[];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method: wire.method ?? 'POST', path: wire.path ?? '/graphql', headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, ...read(text) });
        });
      },
    );
    outgoing.on('error', reject);
    if (wire.beforeBody === undefined) {
      outgoing.end(body);
      return;
    }
    outgoing.flushHeaders();
    wire.beforeBody().then(() => outgoing.end(body), reject);
  });
}

/** A GraphQL request as JSON. */
export function sendGraphQL(
  origin: string,
  token: string | null,
  body: unknown,
  wire: Omit<WireRequest, 'body'> = {},
): Promise<WireAnswer> {
  return send(origin, {
    ...wire,
    headers: [JSON_TYPE, ...(token === null ? [] : [bearer(token)]), ...(wire.headers ?? [])],
    body: JSON.stringify(body),
  });
}

/** The codes in a body: of a GraphQL answer, or of the first error that has none of them. */
function read(text: string): Pick<WireAnswer, 'codes' | 'body'> {
  try {
    const body = JSON.parse(text);
    const errors: readonly { extensions?: { code?: string } }[] = body?.errors ?? [];
    return { body, codes: errors.map(({ extensions }) => extensions?.code ?? 'uncoded') };
  } catch {
    return { body: null, codes: [] };
  }
}
