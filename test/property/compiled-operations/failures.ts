import { GraphQLError } from 'graphql';
import { GatewayError } from '../../../src/errors/index.js';
import type { Labels } from './labels.js';

class SubclassError extends Error {
  readonly extensions = { from: 'a subclass' };
}

/** What resolvers throw, each time anew. */
const THROWN: readonly ((key: string) => unknown)[] = [
  (key) => new Error(`failed at ${key}`),
  (key) => new GraphQLError(`refused at ${key}`, { extensions: { code: 'REFUSED', key } }),
  (key) => new GraphQLError(`elsewhere than ${key}`, { path: ['some', 0, 'where'] }),
  (key) => new GraphQLError(`caused at ${key}`, { originalError: new Error('the cause'), extensions: { deep: [key] } }),
  () => new GatewayError('FORBIDDEN', { extensions: { requires: ['x'] } }),
  () => new GatewayError('SENSITIVE_FIELD'),
  (key) => Object.freeze(new Error(`frozen at ${key}`)),
  (key) => Object.freeze(new GraphQLError(`frozen, refused at ${key}`)),
  (key) => new SubclassError(key),
  () => new TypeError(''),
  () => 'only a string',
  () => undefined,
  () => null,
  () => 0,
  (key) => ({ message: 'no error', key }),
  () => Symbol('thrown'),
];

export function failure(random: () => number, key: string, labels: Labels): unknown {
  const make = THROWN[Math.floor(random() * THROWN.length)] ?? THROWN[0];
  const thrown = make?.(key);
  labels.give(thrown, `thrown at ${key}`);
  return thrown;
}
