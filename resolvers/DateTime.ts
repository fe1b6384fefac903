import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 3339, `T` and `Z`/offset in capitals, seconds and up to nine decimals. */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function parse(text: unknown): number {
  if (typeof text !== 'string') throw invalid();
  const match = RFC_3339.exec(text);
  const time = match === null ? Number.NaN : Date.parse(text);
  // Date.parse rolls 30 February over into March; a client that sends it is mistaken.
  const lastDay = match === null ? 0 : new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  if (match === null || Number.isNaN(time) || Number(match[3]) > lastDay) throw invalid();
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
    return new Date(value).toISOString();
  },
  parseValue: parse,
  parseLiteral(node) {
    if (node.kind !== Kind.STRING) throw invalid();
    return parse(node.value);
  },
});
