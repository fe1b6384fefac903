import { memo } from 'react';
import { Link } from 'wouter';
import type { EventRowFieldsFragment } from '../../generated/graphql.js';
import { Badge } from '../../ui/badge.js';
import { eventInWords, typeName } from '../events/event-in-words.js';
import { IntegrityBadge } from '../events/integrity-badge.js';
import { EventTime } from './event-time.js';

export interface EventRowProps {
  readonly event: EventRowFieldsFragment;
  readonly href: string;
  readonly isSelected: boolean;
}

/** What happened, in one line. */
export const EventRow = memo(function EventRow({ event, href, isSelected }: EventRowProps) {
  return (
    <>
      <span className="event-time">
        <EventTime value={event.occurredAt} />
      </span>
      <span className="event-type">
        <Badge tone={toneOf(event)}>{typeName(event.type)}</Badge>
      </span>
      <span className="event-what">
        <Link href={href} className="event-link" aria-current={isSelected ? 'true' : undefined}>
          {eventInWords(event)}
        </Link>
        {event.detailsErased ? <span className="muted"> Details erased.</span> : null}
      </span>
      <span className="event-integrity">
        <IntegrityBadge status={event.integrity.status} />
      </span>
    </>
  );
});

function toneOf({ type, outcome }: EventRowFieldsFragment): 'neutral' | 'accent' | 'warning' | 'danger' {
  if (type === 'AUDIT_GAP' || type === 'ANOMALY_DETECTED' || type === 'IMPERSONATION_REVOKED') return 'danger';
  if (outcome === 'FAILURE') return 'warning';
  return type === 'IMPERSONATION_STARTED' ? 'accent' : 'neutral';
}
