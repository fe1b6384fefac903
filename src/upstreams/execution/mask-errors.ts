import { type ExecutionRequest, type Executor, isAsyncIterable, mapAsyncIterator } from '@graphql-tools/utils';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { type ErrorCode, GatewayError } from '../../errors/index.js';

/** Codes of a service that say something about the client's own request or rights, which the client may know. */
const ABOUT_THE_CLIENT: readonly ErrorCode[] = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'];

/**
 * The executor of a service that is not this process, with nothing in its errors that a client must not see: messages and
 * extensions, which may hold addresses, headers or parts of a request, become causes, for the log alone. Codes about the
 * client's request go through with our own sentences; where the call itself failed, the code is UPSTREAM_UNAVAILABLE, or that of the
 * GatewayError it failed with. A stream that fails ends with such an error.
 */
export function maskedExecutor(executor: Executor): Executor {
  return (async (request: ExecutionRequest) => {
    try {
      const result: unknown = await executor(request);
      return isAsyncIterable(result)
        ? mapAsyncIterator(result as AsyncIterable<ExecutionResult>, masked, (cause: unknown) => {
            throw failed(cause);
          })
        : masked(result as ExecutionResult);
    } catch (cause) {
      return { errors: [located(failed(cause))] };
    }
  }) as Executor;
}

/** Errors of our own are made for clients; a service can't make one. */
function failed(cause: unknown): GatewayError {
  return cause instanceof GatewayError ? cause : new GatewayError('UPSTREAM_UNAVAILABLE', { cause });
}

function masked(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return { data: result.data ?? null };
  const errors = result.errors.map((error) => {
    const named = ABOUT_THE_CLIENT.find((code) => code === error.extensions?.code);
    return located(new GatewayError(named ?? 'INTERNAL_SERVER_ERROR', { cause: error }), error.path);
  });
  return { data: result.data ?? null, errors };
}

function located(originalError: GatewayError, path?: GraphQLError['path']): GraphQLError {
  return new GraphQLError(originalError.message, { originalError, ...(path === undefined ? {} : { path }) });
}
