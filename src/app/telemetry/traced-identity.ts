import type { ResolveIdentity } from '../../identity/index.js';
import type { Tracing } from '../../platform/tracing.js';

/**
 * Finding out who asks, as a span where it has to be waited for: a signature that is verified for the first time, keys that are
 * fetched, people or a session that are read. What is remembered takes no time worth a span.
 */
export function tracedIdentity(resolve: ResolveIdentity, tracing: Tracing): ResolveIdentity {
  return (credential, facts) => {
    const startedAt = Date.now();
    const resolved = resolve(credential, facts);
    if (!(resolved instanceof Promise)) return resolved;
    const span = tracing.begin('identity.resolve', { parent: facts.traceparent, startedAt });
    return resolved.then(
      (known) => {
        span.set({ 'gateway.identity.kind': known.identity.kind });
        span.ended(null);
        return known;
      },
      (error: unknown) => {
        span.ended(error instanceof Error && 'code' in error ? String(error.code) : 'unexpected');
        throw error;
      },
    );
  };
}
