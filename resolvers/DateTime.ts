import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { formatDateTime, parseDateTime } from '../src/domain/date-time.js';

function parse(text: unknown): number {
  const time = typeof text === 'string' ? parseDateTime(text) : null;
  if (time === null) throw invalid();
  return time;
}

function invalid(): GraphQLError {
  return new GraphQLError('A DateTime must be an RFC 3339 string, e.g. "2026-01-31T12:00:00.000Z".', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** Inside the gateway a DateTime is a number: milliseconds since the epoch. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  // Both as schema/base.graphql has them: what is left unsaid here is erased from what introspection tells.
  description: 'A moment: RFC 3339, in UTC, with milliseconds, e.g. `2026-01-31T12:00:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new TypeError('a DateTime must be a number of milliseconds');
    return formatDateTime(value);
  },
  parseValue: parse,
  parseLiteral(node) {
    if (node.kind !== Kind.STRING) throw invalid();
    return parse(node.value);
  },
});
