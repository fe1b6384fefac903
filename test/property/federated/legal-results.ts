import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type ExecutionResult,
  type GraphQLError,
  GraphQLList,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isListType,
} from 'graphql';
import { GatewayError } from '../../../src/errors/index.js';

/** What came back, in a form that two can be compared in. */
export interface Outcome {
  readonly data: unknown;
  /** `path: CODE`. */
  readonly errors: readonly string[];
}

/** Codes of services that go through; of all others a client learns that there was an error. */
const KNOWN = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'];

export function localOutcome({ data, errors = [] }: ExecutionResult): Outcome {
  return {
    data: data == null ? null : JSON.parse(JSON.stringify(data)),
    errors: errors.map((error) => `${error.path?.join('.')}: ${codeOf(error)}`),
  };
}

function codeOf({ originalError, extensions }: GraphQLError): string {
  if (originalError instanceof GatewayError) return originalError.code;
  return KNOWN.find((code) => code === extensions.code) ?? 'INTERNAL_SERVER_ERROR';
}

/** The same schema with everything nullable: it reports every error that there is. */
export function withoutNonNull(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config) => ({ ...config, type: nullable(config.type) }),
    [MapperKind.INTERFACE_FIELD]: (config) => ({ ...config, type: nullable(config.type) }),
  });
}

function nullable(type: GraphQLOutputType): GraphQLOutputType {
  const bare = getNullableType(type) as GraphQLOutputType;
  return isListType(bare) ? new GraphQLList(nullable(bare.ofType)) : bare;
}

/**
 * What differs from what the specification lets a result be; null where nothing does. Data is the same. Where several fields
 * of one object make it null, one of their errors is reported, whichever came first (§6.4.4): so every error is one that there
 * is, and the errors of both end at the same nulls.
 */
export function difference(expected: Outcome, every: Outcome, found: Outcome): string | null {
  const [one, other] = [expected, found].map(({ data }) => JSON.stringify(sorted(data)));
  if (one !== other) return `the data is\n${other}\nand not\n${one}\nwith the errors ${found.errors.join(', ')}`;
  const invented = found.errors.filter((error) => !every.errors.includes(error));
  if (invented.length > 0) return `there is no ${invented.join(', ')} in ${every.errors.join(', ')}`;
  const [wanted, had] = [expected, found].map(({ errors }) => nulls(errors, found.data));
  return wanted === had ? null : `errors end at ${had} and not at ${wanted}`;
}

function nulls(errors: readonly string[], data: unknown): string {
  const ends = errors.map((error) => {
    const path = error.slice(0, error.lastIndexOf(': ')).split('.');
    let value = data;
    let length = 0;
    while (length < path.length && value !== null && value !== undefined) {
      value = (value as Record<string, unknown>)[path[length] ?? ''];
      length += 1;
    }
    return path.slice(0, length).join('.');
  });
  return [...new Set(ends)].sort().join(' ');
}

/** Services together may answer keys in another order; an object is a set of them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
