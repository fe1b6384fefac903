import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { formatAnything, formatError } from '../../../src/http/graphql/format-error.js';
import { formatResolverError } from '../../../src/http/graphql/format-resolver-error.js';
import { logUnexpected } from '../../../src/http/graphql/log-unexpected.js';
import { readableErrors } from '../../../src/http/graphql/readable-errors.js';

const SECRET = 'hunter2';
const MASKED = {
  message: 'Something went wrong. Quote the request id when you report it.',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};
const thrower = () => {
  throw new Error(SECRET);
};
const withGetter = <T extends object>(target: T, name: string): T =>
  Object.defineProperty(target, name, { get: thrower, enumerable: true });
const located = (extensions: Record<string, unknown> = {}) =>
  new GraphQLError('meant for the client', { path: ['a'], extensions: { code: 'FORBIDDEN', ...extensions } });
const circular = () => {
  const extensions: Record<string, unknown> = {};
  extensions.self = extensions;
  return extensions;
};

/** As both ways do it; the unshowable ones beside it. */
function shown(thrown: unknown): { error: GraphQLFormattedError; unshowable: number } {
  let unshowable = 0;
  const [error] = readableErrors([thrown]) as [GraphQLError];
  const format = formatAnything(formatError, () => {
    unshowable += 1;
  });
  return { error: formatResolverError(error, format).error, unshowable };
}

describe('an error of an execution', () => {
  it('that graphql-js located comes back as it is', () => {
    const errors = [located(), new GraphQLError('b', { originalError: new Error('x'), path: ['b'] })];
    const readable = readableErrors(errors);
    for (const [at, error] of errors.entries()) expect(readable[at]).toBe(error);
  });

  it('of a class of its own, frozen or with a `toJSON` of its own keeps what is meant for the client', () => {
    class NotAllowed extends GraphQLError {
      override toJSON() {
        return { message: SECRET, extensions: { stack: SECRET } };
      }
    }
    const own = new NotAllowed('no', { path: ['a'], extensions: { code: 'FORBIDDEN' } });
    const expected = { message: 'no', path: ['a'], extensions: { code: 'FORBIDDEN' } };
    expect(shown(own).error).toEqual(expected);
    expect(shown(Object.freeze(new GraphQLError('no', { path: ['a'], extensions: own.extensions }))).error).toEqual(
      expected,
    );
  });

  it.each<[string, () => unknown]>([
    ['whose message throws', () => withGetter(located(), 'message')],
    ['whose extensions throw', () => withGetter(located(), 'extensions')],
    ['whose code throws', () => new GraphQLError('a', { path: ['a'], extensions: withGetter({}, 'code') })],
    ['whose path throws', () => withGetter(located(), 'path')],
    ['whose original error throws', () => withGetter(located(), 'originalError')],
    ['whose message is no text', () => Object.defineProperty(located(), 'message', { value: { a: 1n } })],
    ['that is a proxy', () => new Proxy(located(), { get: thrower, getOwnPropertyDescriptor: thrower })],
    ['that is none, and throws', () => withGetter(new Error('a'), 'message')],
    ['that is no error', () => ({ message: SECRET })],
    ['that is nothing', () => undefined],
    ['that is a symbol', () => Symbol(SECRET)],
    ['that is text', () => SECRET],
  ])('%s is told as INTERNAL_SERVER_ERROR or without what is secret, and never throws', (_what, make) => {
    const { error } = shown(make());
    expect(() => JSON.stringify(error)).not.toThrow();
    expect(JSON.stringify(error)).not.toContain(SECRET);
    expect(typeof error.message).toBe('string');
    if (error.extensions?.code !== 'FORBIDDEN') expect(error).toMatchObject(MASKED);
  });

  it.each<[string, () => Error]>([
    ['circular extensions', () => new GatewayError('FORBIDDEN', { extensions: circular() })],
    ['a bigint in its extensions', () => new GatewayError('FORBIDDEN', { extensions: { big: 1n } })],
    ['a `toJSON` in them that throws', () => new GatewayError('FORBIDDEN', { extensions: { a: { toJSON: thrower } } })],
    ['a message that throws', () => withGetter(new GatewayError('FORBIDDEN'), 'message')],
    ['a message that is no text', () => Object.defineProperty(new GatewayError('FORBIDDEN'), 'message', { value: 7 })],
  ])('that is a refusal with %s cannot be shown, and is INTERNAL_SERVER_ERROR', (_what, make) => {
    const originalError = make();
    const error = new GraphQLError('a', { path: ['a'] });
    Object.defineProperty(error, 'originalError', { value: originalError, writable: true });
    expect(shown(error)).toEqual({ error: MASKED, unshowable: 1 });
  });

  it('of the host’s with circular extensions or a bigint shows its message and its code alone', () => {
    for (const more of [circular(), { big: 1n }]) {
      expect(shown(located(more))).toEqual({
        error: { message: 'meant for the client', path: ['a'], extensions: { code: 'FORBIDDEN' } },
        unshowable: 0,
      });
    }
  });

  it('is logged without throwing, though writing it down does', () => {
    const lines: unknown[] = [];
    const log = {
      error(told: { err?: Error } | string, message?: string) {
        if (typeof told === 'object') void told.err?.message;
        lines.push(message);
      },
    };
    const error = new GraphQLError('a', { path: ['a'] });
    Object.defineProperty(error, 'originalError', { value: withGetter(new Error('a'), 'message') });
    logUnexpected({ log } as never, error);
    expect(lines).toEqual(['unexpected error in a resolver, which cannot be written down']);
  });
});
