import type { Told } from './attack.js';

export interface StreamedAnswer extends Told {
  /** HTTP status. */
  readonly status: number;
  /** `data` of each result in order. */
  readonly data: readonly unknown[];
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** An open event stream (graphql-sse), result by result. */
export interface OpenStream {
  readonly status: number;
  /** The next result; null where the stream has ended. */
  next(): Promise<Result | null>;
  close(): void;
}

export async function openStream(
  origin: string,
  token: string | null,
  init: {
    readonly method?: string;
    readonly search?: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  },
): Promise<OpenStream> {
  const stop = new AbortController();
  const response = await fetch(`${origin}/graphql/stream${init.search ?? ''}`, {
    method: init.method ?? 'POST',
    signal: stop.signal,
    headers: {
      accept: 'text/event-stream',
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const messages = read(response);
  return {
    status: response.status,
    async next() {
      const { value, done } = await messages.next();
      return done === true ? null : value;
    },
    close: () => stop.abort(),
  };
}

/** The results of a whole stream, or the body of an answer that is none. */
async function* read(response: Response): AsyncGenerator<Result, void> {
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
    const text = await response.text();
    if (text.startsWith('{')) yield JSON.parse(text) as Result;
    return;
  }
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const message of whole) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (!/^event: next$/m.test(message) || data === undefined) continue;
      const payload = JSON.parse(data) as Result & { payload?: Result };
      // In single connection mode the result is wrapped with the id of its operation.
      yield payload.payload ?? payload;
    }
  }
}

export function codesOf(result: Result | null): readonly string[] {
  return (result?.errors ?? []).map(({ extensions }) => extensions?.code ?? 'uncoded');
}

/** Sends an operation that has one result over SSE and waits for it. */
export async function askStream(
  origin: string,
  token: string | null,
  body: { readonly query: string; readonly variables?: Record<string, unknown> },
): Promise<StreamedAnswer> {
  const stream = await openStream(origin, token, { body });
  const results: Result[] = [];
  for (let result = await stream.next(); result !== null; result = await stream.next()) results.push(result);
  return { status: stream.status, data: results.map(({ data }) => data), codes: results.flatMap(codesOf) };
}
