import type { ImpersonationSession } from '../domain/impersonation-session.js';
import { GatewayError, StoreUnavailableError } from '../errors/index.js';
import type { ImpersonationDependencies } from './dependencies.js';

/**
 * A session that is to be ended: the store's word, or while the store does not answer what this replica knows of it, since
 * ending a session must not wait for a store.
 * @throws GatewayError REVOCATION_UNAVAILABLE where neither knows.
 */
export async function findSession(
  { sessions, view }: Pick<ImpersonationDependencies, 'sessions' | 'view'>,
  id: string,
): Promise<ImpersonationSession | null> {
  try {
    return await sessions.get(id);
  } catch (cause) {
    const known = cause instanceof StoreUnavailableError ? view.lastKnown(id) : null;
    if (known === null) throw new GatewayError('REVOCATION_UNAVAILABLE', { cause });
    return known;
  }
}
