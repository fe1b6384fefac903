import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import {
  ERROR_CATALOGUE,
  type ErrorCode,
  GatewayError,
  isErrorCode,
  StoreUnavailableError,
} from '../../errors/index.js';

/** Apollo's own codes, in the terms of the closed list. */
const TRANSLATED: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'GRAPHQL_VALIDATION_FAILED',
  BAD_REQUEST: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_USER_INPUT',
};

/** Codes whose messages graphql-js or Apollo wrote about the client's own document or variables. */
const ABOUT_THE_REQUEST: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

/** Turns an error into what a client may see of it. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * What a client may see of an error: a GatewayError's public parts, or what is wrong with the client's own request. Anything
 * else is masked; its cause goes to the log alone.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const place = {
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
  };
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (original instanceof GatewayError) {
    return { message: original.message, ...place, extensions: { ...original.extensions } };
  }
  const code = formatted.extensions?.code;
  const known = typeof code === 'string' ? (TRANSLATED[code] ?? code) : undefined;
  if (isErrorCode(known) && known !== 'INTERNAL_SERVER_ERROR' && isDeliberate(error, known)) {
    return { message: formatted.message, ...place, extensions: { code: known } };
  }
  const masked = original instanceof StoreUnavailableError ? 'UPSTREAM_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
  return { message: ERROR_CATALOGUE[masked].sentence, ...place, extensions: { code: masked } };
}

/** What is shown of an error of which nothing can be. */
export const UNSHOWABLE: GraphQLFormattedError = Object.freeze({
  message: ERROR_CATALOGUE.INTERNAL_SERVER_ERROR.sentence,
  extensions: Object.freeze({ code: 'INTERNAL_SERVER_ERROR' }),
});

/**
 * The same, for whatever a host throws: it never throws itself, and what it gives can be sent as JSON.
 * @param onUnshowable told where an error could not be shown; the log has nothing else of it
 */
export function formatAnything(format: FormatError, onUnshowable: (problem: unknown) => void): FormatError {
  return (formatted, error) => {
    try {
      const shown = format(formatted, error);
      if (typeof shown.message !== 'string') throw new TypeError('the message of an error is no text');
      // Circular, a bigint, a `toJSON` that throws: whoever sends it would find out.
      JSON.stringify(shown);
      return shown;
    } catch (problem) {
      onUnshowable(problem);
      return UNSHOWABLE;
    }
  };
}

const SUGGESTION = 'Did you mean ';

/** An error about the client's request without its `Did you mean …?`: Apollo cannot keep it out of errors about variables. */
export function withoutSuggestion(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { message, path } = formatted;
  if (path !== undefined || !message.endsWith('?')) return formatted;
  // No pattern: the message quotes what the client sent, and one that looked for the first would look for each of a megabyte of them.
  const at = message.lastIndexOf(SUGGESTION);
  return at === -1 ? formatted : { ...formatted, message: message.slice(0, at).trimEnd() };
}

/** A resolver's GraphQLError with a code of the closed list was meant for the client; the rest must be about its request. */
function isDeliberate(error: unknown, code: ErrorCode): boolean {
  if (error instanceof GraphQLError && error.path !== undefined) {
    const { originalError } = error;
    return originalError == null || originalError instanceof GraphQLError || isGraphQLErrorLike(originalError);
  }
  return ABOUT_THE_REQUEST.has(code);
}

/** A GraphQLError of another copy of graphql, as a host's resolvers may throw. */
function isGraphQLErrorLike(error: Error): boolean {
  return error.name === 'GraphQLError';
}

/** The code of a formatted error; INTERNAL_SERVER_ERROR where it has none. */
export function errorCode(error: GraphQLFormattedError): ErrorCode {
  const code = error.extensions?.code;
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
