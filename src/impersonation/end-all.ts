import { StoreUnavailableError } from '../errors/index.js';
import type { EndingDependencies } from './dependencies.js';
import { createSessionEnder } from './end-session.js';

const PAGE = 200;

/**
 * Ends every session that is stored as active, each with its event: REVOKED, by nobody, for this reason; EXPIRED where its time was
 * up. To be called again where it failed.
 * @returns how many are active no more
 * @throws StoreUnavailableError where some are, or may be, active still
 */
export async function endAllSessions(reason: string, deps: EndingDependencies): Promise<number> {
  const { sessions, clock } = deps;
  const ender = createSessionEnder(deps);
  let ended = 0;
  for (;;) {
    // Those that were ended are no longer in the list: it is always read from its beginning.
    const { items } = await sessions.page({ status: 'ACTIVE' }, { limit: PAGE, direction: 'forward' });
    if (items.length === 0) break;
    for (const session of items) {
      await ender.end(session, { status: 'REVOKED', endedAt: clock.now(), endedById: null, endReason: reason }, null);
    }
    const now = await sessions.getMany(items.map(({ id }) => id));
    const active = now.filter(({ status }) => status === 'ACTIVE').length;
    if (active === items.length) throw new StoreUnavailableError('Not every session could be ended: run it again.');
    ended += items.length - active;
  }
  await ender.carryOn();
  return ended;
}
