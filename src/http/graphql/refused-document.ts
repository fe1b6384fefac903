import { GraphQLError } from 'graphql';

/** A cycle of fragments is told by all their names: a hundred of them, of long names, were megabytes. */
const LONGEST_MESSAGE = 2_000;
const BAD_REQUEST = Object.freeze({ status: 400 });

/** The error of a text that is no document, as clients are told it. */
export function parsingFailed(error: GraphQLError): GraphQLError {
  const { message, source, positions, originalError, extensions } = error;
  return new GraphQLError(shortened(message), {
    source: source ?? null,
    positions: positions ?? null,
    originalError: originalError ?? null,
    extensions: { http: BAD_REQUEST, ...extensions, code: 'GRAPHQL_PARSE_FAILED' },
  });
}

/** One error of a document that is not valid, as clients are told it. A host's scalar may have thrown it: it is not changed. */
export function validationFailed(error: GraphQLError): GraphQLError {
  const { message, nodes, locations, originalError, extensions } = error;
  const told = new GraphQLError(shortened(message), {
    // Not the error itself where there is none: its stack would be written out for it.
    originalError: originalError ?? null,
    extensions: { http: BAD_REQUEST, ...extensions, code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  if (nodes === undefined) return told;
  // Where they stand was looked for once; to find it again is, for many errors in many lines, as dear as all of the validation.
  return Object.assign(told, { nodes, locations });
}

function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE).toWellFormed()}…`;
}
