import { GraphQLError, type Source } from 'graphql';
import type { LineTable } from './line-table.js';

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

/**
 * One error of a document that is not valid, as clients are told it. A host's scalar may have thrown it: it is not changed.
 * @param source of the document, which had no lines when the error was made
 * @param lines of the document
 */
export function validationFailed(error: GraphQLError, source: Source, lines: LineTable): GraphQLError {
  const { message, nodes, positions, originalError, extensions } = error;
  const told = new GraphQLError(shortened(message), {
    // Not the error itself where there is none: its stack would be written out for it.
    originalError: originalError ?? null,
    extensions: { http: BAD_REQUEST, ...extensions, code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  if (nodes === undefined) return told;
  const locations = error.source === source ? positions?.map((position) => lines.locate(position)) : error.locations;
  return Object.assign(told, { nodes, source: error.source, positions, locations });
}

function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE).toWellFormed()}…`;
}
