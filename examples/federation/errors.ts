import { GraphQLError } from 'graphql';

/** Codes that the gateway lets through, in words of its own; of any other error a client learns that there was one. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

export function forbidden(): GraphQLError {
  return new GraphQLError('Not yours.', { extensions: { code: 'FORBIDDEN' } });
}
