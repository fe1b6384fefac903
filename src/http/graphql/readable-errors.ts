import { isProxy } from 'node:util/types';
import { GraphQLError, type GraphQLErrorExtensions, type GraphQLErrorOptions } from 'graphql';

/** Stands for an error that throws when it is looked at. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  constructor() {
    super('An error of a resolver could not be read.');
  }
}

/**
 * The errors of an execution as errors that anybody can look at. What a host's resolver throws may be anything: an error whose
 * properties throw when they are read would else take the whole answer with it, and the record of what was done.
 * @param errors as they were collected; what graphql-js located by itself comes back as it is.
 */
export function readableErrors(errors: readonly unknown[]): GraphQLError[] {
  return errors.map(readable);
}

function readable(error: unknown): GraphQLError {
  try {
    if (!(error instanceof GraphQLError)) return replaced(asError(error));
    return isPlain(error) ? error : copied(error);
  } catch {
    return replaced(new UnreadableError());
  }
}

const OWN = ['message', 'path', 'locations', 'nodes', 'originalError', 'extensions'] as const;

/** Whether its properties are values, as graphql-js makes them, and tell the same each time that they are read. */
function isPlain(error: GraphQLError): boolean {
  if (isProxy(error) || error.toJSON !== GraphQLError.prototype.toJSON) return false;
  for (const name of OWN) {
    const property = Object.getOwnPropertyDescriptor(error, name);
    if (property === undefined || !('value' in property)) return false;
    // A sensitive value is taken out of it later on.
    if (name === 'message' && (typeof property.value !== 'string' || property.writable !== true)) return false;
  }
  return isReadable(error.extensions);
}

/** Whether it can be taken apart as Apollo does; what is in it is looked at where it is shown. */
function isReadable(extensions: GraphQLErrorExtensions): boolean {
  try {
    const taken: GraphQLErrorExtensions = { ...extensions };
    return taken.code === extensions.code && taken.http === extensions.http;
  } catch {
    return false;
  }
}

function copied({ message, nodes, source, positions, path, originalError, extensions }: GraphQLError): GraphQLError {
  const options: GraphQLErrorOptions = {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: isReadable(extensions) ? { ...extensions } : {},
  };
  return new GraphQLError(String(message), options);
}

function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return typeof thrown === 'string' ? new Error(thrown) : new UnreadableError();
}

function replaced(originalError: Error): GraphQLError {
  return new GraphQLError('unexpected', { originalError, extensions: {} });
}
