import type { IntegrityStatus } from '../../generated/graphql.js';
import { Badge } from '../../ui/badge.js';
import { INTEGRITY } from './integrity-in-words.js';

/** What is known of an event's integrity. The sentence about it stands in the event's detail. */
export function IntegrityBadge({ status }: { readonly status: IntegrityStatus }) {
  const { label, tone } = INTEGRITY[status];
  return <Badge tone={tone}>{label}</Badge>;
}
