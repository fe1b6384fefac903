import { useQuery } from '../../graphql/use-query.js';
import { EventInChain } from '../../trail/events/event-documents.js';
import { neighbourIds } from '../../trail/events/event-id.js';

/** How often is asked whether a pending event is sealed by now, milliseconds. */
const SEALING_MS = 2_000;
/** How often is asked whether an event follows by now, milliseconds. */
const FOLLOWING_MS = 15_000;

/** One event with its neighbours in the chain. */
export function useEvent(id: string) {
  const { previous, next } = neighbourIds(id);
  return useQuery(
    EventInChain,
    {
      id,
      previous: previous ?? id,
      hasPrevious: previous !== null,
      next: next ?? id,
      hasNext: next !== null,
    },
    {
      refetchInterval: (data) => {
        if (data?.event?.integrity.status === 'PENDING') return SEALING_MS;
        return data?.event != null && data.next == null ? FOLLOWING_MS : false;
      },
    },
  );
}
