import type { TypedDocumentString } from '../generated/graphql.js';
import { Refusal, Unreachable } from './refusal.js';
import { errorCodeOf } from './refusals-in-words.js';

export interface Operation<Result, Variables> {
  readonly document: TypedDocumentString<Result, Variables>;
  readonly variables: Variables;
}

export interface Sending {
  /** Where the gateway takes GraphQL. */
  readonly path: string;
  /** The bearer token; null asks as nobody. */
  readonly token: string | null;
  readonly signal?: AbortSignal | undefined;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
  /** Nobody caused it: the page polls, or brings itself up to date. Then it keeps no impersonation alive. */
  readonly isUnattended?: boolean;
}

/** What came back: refusals stand beside the data they left null. */
export interface Answer<Result> {
  readonly data: Result | null;
  readonly refusals: readonly Refusal[];
  /** Whether the request was refused as a whole (401, 503, …) rather than in part. */
  readonly refusedAsWhole: boolean;
  /** The sessions whose end only the gateway knows that answered: it is not stored yet. */
  readonly endedHereOnly: readonly string[];
}

interface SentError {
  readonly message?: unknown;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * Sends one operation, with the token in the Authorization header and nowhere else. Throws {@link Unreachable} where nothing
 * readable comes back, and what `signal` is aborted with.
 */
export async function execute<Result, Variables>(
  { document, variables }: Operation<Result, Variables>,
  sending: Sending,
): Promise<Answer<Result>> {
  return executeText<Result>(document.toString(), variables, sending);
}

/** The same for a document that somebody typed: nothing is known of its result. */
export async function executeText<Result>(
  query: string,
  variables: unknown,
  { path, token, signal, keepalive, isUnattended }: Sending,
): Promise<Answer<Result>> {
  const headers: Record<string, string> = {
    Accept: 'application/graphql-response+json, application/json',
    'Content-Type': 'application/json',
  };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  if (isUnattended === true) headers['Impersonation-Activity'] = 'none';
  let response: Response;
  let body: {
    readonly data?: Result | null;
    readonly errors?: readonly SentError[];
    readonly extensions?: { readonly endedHereOnly?: unknown } | null;
  };
  try {
    response = await fetch(path, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
      credentials: 'omit',
      cache: 'no-store',
      // What was meant for the gateway goes nowhere else.
      redirect: 'error',
      ...(signal === undefined ? {} : { signal }),
      ...(keepalive === true ? { keepalive } : {}),
    });
    body = await response.json();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new Unreachable({ cause: error });
  }
  const errors = Array.isArray(body?.errors)
    ? body.errors.filter((error) => typeof error === 'object' && error !== null)
    : [];
  if (typeof body !== 'object' || body === null || (body.data === undefined && errors.length === 0)) {
    throw new Unreachable();
  }
  const requestId = response.headers.get('x-request-id');
  return {
    data: body.data ?? null,
    refusals: errors.map((error) => asRefusal(error, requestId)),
    refusedAsWhole: !response.ok,
    endedHereOnly: textsOf(body.extensions?.endedHereOnly),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function asRefusal({ message, path, extensions: sent }: SentError, requestId: string | null): Refusal {
  const extensions = typeof sent === 'object' && sent !== null ? sent : {};
  const code = errorCodeOf(extensions.code);
  return new Refusal(code, typeof message === 'string' ? message : '', extensions, requestId, path ?? null);
}
