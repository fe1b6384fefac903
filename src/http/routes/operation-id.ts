import { GatewayError } from '../../errors/index.js';

/**
 * Refuses an id of an operation, by which a reserved stream tells its results apart, that is no text or number: whoever makes a text of it
 * may fail, and each failure would be told in the log as one of the gateway's own, with where it happened.
 * @param params of a GraphQL request, as a client sent them
 * @throws GatewayError BAD_USER_INPUT
 */
export function checkOperationId(params: unknown): void {
  const extensions = memberOf(params, 'extensions');
  const id = memberOf(extensions, 'operationId');
  if (id == null || typeof id === 'string' || typeof id === 'number') return;
  throw new GatewayError('BAD_USER_INPUT', {
    message: '`extensions.operationId` must be a string.',
    extensions: { field: 'extensions' },
  });
}

/** What an address says of `extensions`; nothing where it is no JSON, which is told by whoever reads it in earnest. */
export function paramsIn(search: string): unknown {
  const text = new URLSearchParams(search).get('extensions');
  if (text === null) return null;
  try {
    return { extensions: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
