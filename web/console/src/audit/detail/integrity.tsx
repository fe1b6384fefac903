import type { IntegrityStatus } from '../../generated/graphql.js';
import { IntegrityBadge } from '../../trail/events/integrity-badge.js';
import { INTEGRITY } from '../../trail/events/integrity-in-words.js';

/** What is known of the event's integrity, what that means, and what it does not mean. */
export function Integrity({ status }: { readonly status: IntegrityStatus }) {
  const { meaning, limits } = INTEGRITY[status];
  return (
    <div className="integrity" data-status={status}>
      <IntegrityBadge status={status} />
      <p>{meaning}</p>
      <p className="muted">{limits}</p>
    </div>
  );
}
