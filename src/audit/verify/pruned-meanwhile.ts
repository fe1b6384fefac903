import type { EventStore } from '../../stores/index.js';

/** Where the newest record of pruning is looked for; a store without pages is never pruned. */
export type PruneRecordSource = Partial<Pick<EventStore, 'page'>>;

/**
 * Remembers the newest AUDIT_PRUNED event of a live store, and tells later whether another has come since. What it finds is proof of
 * nothing: it is reason to verify again.
 */
export function watchPruning(events: PruneRecordSource): () => Promise<boolean> {
  const newest = async (): Promise<string | null> => {
    const page = await events.page?.({ types: ['AUDIT_PRUNED'] }, { limit: 1, direction: 'forward' });
    return page?.items[0]?.id ?? null;
  };
  const before = newest();
  // Asked for in the end, if at all.
  before.catch(() => undefined);
  return async () => (await newest()) !== (await before);
}
