import type { GatewayContext } from './gateway-context.js';

/** By what is one and the same for all copies of a context. */
const noted = new WeakMap<GatewayContext['operation'], string[]>();

/** Notes that this operation has ended a session, and that only this replica knows so far. */
export function noteUnstoredEnd({ operation }: Pick<GatewayContext, 'operation'>, sessionId: string): void {
  const before = noted.get(operation);
  if (before === undefined) noted.set(operation, [sessionId]);
  else before.push(sessionId);
}

/** The `extensions` of an answer that would else promise too much; undefined where there is nothing to say. */
export function unstoredEnds({
  operation,
}: Pick<GatewayContext, 'operation'>): { readonly endedHereOnly: readonly string[] } | undefined {
  const endedHereOnly = noted.get(operation);
  return endedHereOnly === undefined ? undefined : { endedHereOnly };
}
