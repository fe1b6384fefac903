import { Empty, Failure, Loading } from '../../ui/states.js';
import { EventDetail } from './event-detail.js';
import type { EventDetailProps } from './event-detail-props.js';
import { useEvent } from './use-event.js';

export interface EventViewProps extends Pick<EventDetailProps, 'hrefOf' | 'level'> {
  readonly id: string;
}

/** One event, in whichever state its reading is. */
export function EventView({ id, hrefOf, level }: EventViewProps) {
  const { data, error, refetch } = useEvent(id);
  if (data === undefined) {
    return error === null ? (
      <Loading what="the event" lines={8} />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  }
  const { event } = data;
  if (event === null) {
    return (
      <Empty title="There is no such event.">
        Ids of events are long: compare it with where you have it from. If an event with this id was on record before,
        verify the trail.
      </Empty>
    );
  }
  return <EventDetail found={{ ...data, event }} hrefOf={hrefOf} level={level} />;
}
