import type { Identity } from '../../../src/domain/identity.js';
import type { ImpersonationSession } from '../../../src/domain/impersonation-session.js';
import { EPOCH } from '../audit/drafts.js';
import { ada, cleo, direct, impersonated, session } from '../policy/people.js';
import { grace, openReplica, pass, REQUEST, type Replica, Stores } from './replicas.js';

/** A session of Ada as Cleo that has just begun. */
export const RUNNING = session({ id: 's', startedAt: EPOCH, expiresAt: EPOCH + 600_000 });

/** Two replicas, over stores that hold these sessions. */
export function open(sessions: readonly ImpersonationSession[] = [RUNNING]) {
  const stores = new Stores();
  for (const one of sessions) stores.sessions.sessions.set(one.id, one);
  return { stores, ...stores, replica: openReplica(stores), other: openReplica(stores) };
}
/** The actor under the session's own token. */
export function under(one: ImpersonationSession = RUNNING): Identity {
  return impersonated(ada, cleo, one.access, { session: one });
}
export const stop = (replica: Replica, identity: Identity = under(), id: string | null = null) =>
  replica.stop(identity, id, REQUEST, null);
export const revoke = (
  replica: Replica,
  id = 's',
  reason = 'not needed any more',
  identity: Identity = direct(grace),
) => replica.revoke(identity, { sessionId: id, reason }, REQUEST, null);

/** Rounds of both replicas' sweepers, once a second. */
export async function sweeps({ replica, other }: { replica: Replica; other: Replica }, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    for (const { sweeper } of [replica, other]) void sweeper.sweep().catch(() => undefined);
    await pass(1_000);
  }
}
