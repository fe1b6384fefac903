import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError, StoreUnavailableError } from '../../../src/errors/index.js';
import { errorCode, formatError, withoutSuggestion } from '../../../src/http/graphql/format-error.js';

const MASKED = {
  message: 'Something went wrong. Quote the request id when you report it.',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};
const SECRET = 'MongoServerError: connection to mongodb://root:hunter2@10.0.0.3 refused';

/** The error as it would have thrown it from a field, the way graphql-js does. */
function inField(originalError: Error, path: (string | number)[] = ['orders', 0]): GraphQLError {
  return new GraphQLError(originalError.message, { originalError, path });
}
function shown(error: GraphQLError, code?: string) {
  const formatted = error.toJSON();
  // What Apollo has made of it before it asks.
  const extensions = { ...formatted.extensions, ...(code === undefined ? {} : { code }), stacktrace: [SECRET] };
  return formatError({ ...formatted, extensions }, error);
}

describe('of an error a client sees', () => {
  it('the public parts of a GatewayError, and never its cause', () => {
    const error = new GatewayError('FORBIDDEN', {
      extensions: { requires: { role: ['ADMIN'], of: 'VIEWER' } },
      cause: new Error(SECRET),
    });
    expect(shown(inField(error))).toEqual({
      message: 'You are not allowed to do this.',
      path: ['orders', 0],
      extensions: { code: 'FORBIDDEN', requires: { role: ['ADMIN'], of: 'VIEWER' } },
    });
  });

  it.each([
    ['a plain error', new Error(SECRET)],
    ['a type error', new TypeError(SECRET)],
    ['an error that claims a code', Object.assign(new Error(SECRET), { code: 'FORBIDDEN' })],
    ['an error with extensions', Object.assign(new Error(SECRET), { extensions: { code: 'BAD_USER_INPUT' } })],
    [
      'an error that is called a GatewayError',
      Object.assign(new Error(SECRET), { name: 'GatewayError', extensions: { code: 'FORBIDDEN' } }),
    ],
  ])('nothing of %s that a resolver threw', (_, thrown) => {
    expect(shown(inField(thrown))).toEqual({ ...MASKED, path: ['orders', 0] });
  });

  it('that a store did not answer, and nothing of what it was', () => {
    expect(shown(inField(new StoreUnavailableError(SECRET)))).toEqual({
      message: 'A service that is needed for this did not answer. Try again later.',
      path: ['orders', 0],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  it('what a resolver said in a GraphQLError with a code of the closed list', () => {
    const deliberate = new GraphQLError('There is no such order.', {
      extensions: { code: 'BAD_USER_INPUT', sql: SECRET },
    });
    expect(shown(inField(deliberate))).toEqual({
      message: 'There is no such order.',
      path: ['orders', 0],
      extensions: { code: 'BAD_USER_INPUT' },
    });
    const foreign = Object.assign(new Error('There is no such order.'), {
      name: 'GraphQLError',
      extensions: { code: 'FORBIDDEN' },
    });
    expect(shown(inField(foreign), 'FORBIDDEN').extensions).toEqual({ code: 'FORBIDDEN' });
  });

  it.each(['SOMETHING_ELSE', 'INTERNAL_SERVER_ERROR', 'toString', ''])(
    'nothing of a GraphQLError with the code %j',
    (code) => {
      const thrown = new GraphQLError(SECRET, { extensions: { code } });
      expect(shown(inField(thrown), code)).toEqual({ ...MASKED, path: ['orders', 0] });
    },
  );

  it('nothing of an error that graphql-js made of a result', () => {
    const error = new GraphQLError(`Cannot return null for ${SECRET}`, { path: ['orders'] });
    expect(shown(error, 'INTERNAL_SERVER_ERROR')).toEqual({ ...MASKED, path: ['orders'] });
  });

  it.each([
    ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_PARSE_FAILED'],
    ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'],
    ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    ['OPERATION_RESOLUTION_FAILURE', 'GRAPHQL_VALIDATION_FAILED'],
    ['BAD_REQUEST', 'BAD_USER_INPUT'],
    ['PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_USER_INPUT'],
  ])('what is wrong with the request itself (%s becomes %s)', (code, expected) => {
    expect(shown(new GraphQLError('what is wrong', { extensions: { code } }))).toEqual({
      message: 'what is wrong',
      extensions: { code: expected },
    });
  });

  it('nothing of an error outside any field that is not about the request', () => {
    expect(shown(new GraphQLError(SECRET, { extensions: { code: 'FORBIDDEN' } }))).toEqual(MASKED);
    expect(formatError({ message: SECRET }, new Error(SECRET))).toEqual(MASKED);
    expect(formatError({ message: SECRET }, SECRET)).toEqual(MASKED);
    expect(formatError({ message: SECRET }, undefined)).toEqual(MASKED);
  });

  it('a code of the closed list, always', () => {
    expect(errorCode({ message: '', extensions: { code: 'FORBIDDEN' } })).toBe('FORBIDDEN');
    for (const extensions of [undefined, {}, { code: 1 }, { code: 'toString' }, { code: 'ELSE' }]) {
      expect(errorCode({ message: '', ...(extensions && { extensions }) })).toBe('INTERNAL_SERVER_ERROR');
    }
  });
});

describe('an error about the request, for whom the schema is hidden', () => {
  it.each([
    [
      'Cannot query field "ordrs" on type "Query". Did you mean "orders"?',
      'Cannot query field "ordrs" on type "Query".',
    ],
    ['Did you mean "a", "b", or "c"?', ''],
    [
      'Value "Did you mean it?" does not exist in "T" enum. Did you mean the enum value "A"?',
      'Value "Did you mean it?" does not exist in "T" enum.',
    ],
    ['Value "Did you mean it" does not exist.', 'Value "Did you mean it" does not exist.'],
    ['Is it?', 'Is it?'],
  ])('%s: is shown without a suggestion', (message, without) => {
    expect(withoutSuggestion({ message }).message).toBe(without);
    expect(withoutSuggestion({ message, path: ['a'] }).message).toBe(message);
  });
});
