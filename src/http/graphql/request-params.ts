import { GatewayError } from '../../errors/index.js';

/** The parameters of a GraphQL request (GraphQL over HTTP). */
export interface RequestParams {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Record<string, unknown> | null;
  readonly extensions: Record<string, unknown> | null;
}

/** Checks the parameters as a client sent them. @throws GatewayError BAD_USER_INPUT */
export function readParams(body: unknown): RequestParams {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(Array.isArray(body) ? 'Batched requests are not supported.' : 'The body must be a JSON object.');
  }
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  if (typeof query !== 'string' || query === '') throw badRequest('`query` must be a non-empty string.');
  if (operationName != null && typeof operationName !== 'string') throw badRequest('`operationName` must be a string.');
  return {
    query,
    operationName: operationName ?? null,
    variables: objectOrNull('variables', variables),
    extensions: objectOrNull('extensions', extensions),
  };
}

function objectOrNull(name: string, value: unknown): Record<string, unknown> | null {
  if (value == null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest(`\`${name}\` must be an object.`);
  return value as Record<string, unknown>;
}

function badRequest(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message });
}
