import type { Collection, Document, Filter, UpdateFilter } from 'mongodb';
import { ERASURE_MS } from './limits.js';

/** Where a person stands in events and sessions; an index leads to each. */
const PERSON_FIELDS = ['actorId', 'subjectId'] as const;

/**
 * Changes every document that names the person as actor or subject and passes `where`, acknowledged by a majority. One update
 * for each field: an `$or` of both would leave it to the planner whether either index is used.
 * @returns how many documents changed.
 */
export async function eraseOf<S extends Document>(
  collection: Collection<S>,
  personId: string,
  where: Document,
  change: UpdateFilter<S>,
): Promise<number> {
  let changed = 0;
  for (const field of PERSON_FIELDS) {
    // The majority of so many changes may take as long as the changes do.
    const { modifiedCount } = await collection.updateMany({ [field]: personId, ...where } as Filter<S>, change, {
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: ERASURE_MS },
    });
    changed += modifiedCount;
  }
  return changed;
}
