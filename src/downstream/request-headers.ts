import { invalid } from './errors.js';

/** The part of Fetch's `Headers` that is used. */
export interface FetchHeaders {
  get(name: string): string | null;
}

/** Headers by name, in any case; those of a WebSocket's connection parameters too. */
export type HeaderRecord = Readonly<Record<string, unknown>>;

/** Node's `IncomingMessage`, what Express and Fastify make of it, and Fetch's `Request`. */
export interface RequestWithHeaders {
  readonly headers: FetchHeaders | object;
  /** All headers as they were sent, names and values in turn; Node keeps only the first of several in `headers`. */
  readonly rawHeaders?: readonly string[];
  /** Fastify's way to the same. */
  readonly raw?: { readonly rawHeaders?: readonly string[] };
}

/** Whatever carries the headers of a request. */
export type IdentitySource = RequestWithHeaders | FetchHeaders | HeaderRecord;

/** RFC 6750 §2.1: the scheme in any case, blanks, the token. */
const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;
const MAX_LENGTH = 16_384;

/**
 * The assertion of a request; null only where there is no `Authorization` header at all.
 * @throws IdentityError TOKEN_INVALID where there is one that is not one bearer JWT. TypeError where the source is nothing
 *   that has headers: a mistake in the calling code must not pass as an anonymous request.
 */
export function readAssertion(source: IdentitySource): string | null {
  const value = authorizationOf(source);
  if (value === null) return null;
  const token = value.length <= MAX_LENGTH ? BEARER.exec(value.trim())?.[1] : undefined;
  if (token === undefined) throw invalid('header');
  return token;
}

function authorizationOf(source: IdentitySource): string | null {
  if (typeof source !== 'object' || source === null) throw notHeaders();
  if (!isRequest(source)) return fromHeaders(source);
  const raw = source.rawHeaders ?? source.raw?.rawHeaders ?? [];
  const sent = raw.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization');
  if (sent.length > 1) throw invalid('header');
  return fromHeaders(source.headers);
}

function isRequest(source: object): source is RequestWithHeaders {
  return 'headers' in source && typeof source.headers === 'object' && source.headers !== null;
}

function fromHeaders(headers: object): string | null {
  // Several of a name are joined by Fetch, and the joined text is no bearer token.
  if ('get' in headers && typeof headers.get === 'function') return headers.get('authorization');
  const entries = Object.entries(headers as HeaderRecord);
  if (!entries.every(([, value]) => isHeaderValue(value))) throw notHeaders();
  const sent = entries.filter(([name, value]) => name.toLowerCase() === 'authorization' && value !== undefined);
  const [first] = sent;
  if (first === undefined) return null;
  const values = Array.isArray(first[1]) ? first[1] : [first[1]];
  if (sent.length > 1 || values.length !== 1) throw invalid('header');
  return String(values[0]);
}

function isHeaderValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  return value === undefined || typeof value === 'string';
}

function notHeaders(): TypeError {
  return new TypeError('verifyIdentity needs a request, or its headers.');
}
