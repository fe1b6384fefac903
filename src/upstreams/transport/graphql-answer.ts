import { type ExecutionResult, GraphQLError } from 'graphql';
import { UpstreamFailure } from './upstream-failure.js';

/** More errors than that of one answer are the same as that many. */
const MOST_ERRORS = 1_000;
const CODE = /^[A-Z][A-Z\d_]{0,63}$/;
/** What a client could have asked for by (GraphQL §2.1.9). Anything else in a path would be words of the service. */
const RESPONSE_KEY = /^[_A-Za-z][_\dA-Za-z]{0,254}$/;
/** Deeper than any answer nests. */
const LONGEST_PATH = 500;

/**
 * A response of a service (GraphQL October 2021, §7.1), checked for its form. Of its errors the path and the code are kept:
 * what a service says in words may hold addresses, headers or parts of the request, and is in its own log.
 * @throws UpstreamFailure where it is no such response.
 */
export function graphqlAnswer(upstream: string, value: unknown, status = 200): ExecutionResult {
  const malformed = (code: string) =>
    new UpstreamFailure(upstream, status < 300 ? 'malformed' : 'status', { code, status });
  if (!isRecord(value)) throw malformed('NO_OBJECT');
  const { data, errors } = value;
  if (data !== undefined && data !== null && !isRecord(data)) throw malformed('DATA_NO_OBJECT');
  if (errors === undefined || errors === null) {
    if (data === undefined || data === null) throw malformed('NO_DATA');
    return { data };
  }
  if (!Array.isArray(errors) || !errors.every(isRecord)) throw malformed('ERRORS_NO_LIST');
  if (errors.length === 0) {
    if (data === undefined || data === null) throw malformed('NO_DATA');
    return { data };
  }
  return { data: data ?? null, errors: errors.slice(0, MOST_ERRORS).map((error) => serviceError(upstream, error)) };
}

function serviceError(upstream: string, { path, extensions }: Readonly<Record<string, unknown>>): GraphQLError {
  const code = isRecord(extensions) && Object.hasOwn(extensions, 'code') ? extensions.code : undefined;
  const known = typeof code === 'string' && CODE.test(code) ? { code } : {};
  return new GraphQLError(`the service ${upstream} answered with an error`, {
    ...(isPath(path) ? { path } : {}),
    extensions: { upstream, ...known },
  });
}

/** The path reaches the client and the log: an address, say, is none. */
function isPath(path: unknown): path is readonly (string | number)[] {
  return Array.isArray(path) && path.length <= LONGEST_PATH && path.every(isKey);
}

function isKey(key: unknown): boolean {
  return typeof key === 'string' ? RESPONSE_KEY.test(key) : Number.isSafeInteger(key) && Number(key) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
