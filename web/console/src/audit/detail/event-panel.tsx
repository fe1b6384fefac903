import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { IconButton } from '../../ui/button.js';
import { CrossIcon } from '../../ui/icons.js';
import { EventView } from './event-view.js';
import './detail.css';

export interface EventPanelProps {
  readonly id: string;
  readonly hrefOf: (id: string) => string;
  readonly onClose: () => void;
}

/** One event beside the list. It takes the focus when it opens; Escape closes it. */
export function EventPanel({ id, hrefOf, onClose }: EventPanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    void id;
    heading.current?.focus();
  }, [id]);

  return (
    <aside
      className="event-panel"
      aria-labelledby="event-panel-heading"
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose();
      }}
    >
      <div className="event-panel-head">
        <h2 id="event-panel-heading" ref={heading} tabIndex={-1}>
          Event
        </h2>
        <Link href={`/audit/events/${encodeURIComponent(id)}`}>Open as a page</Link>
        <IconButton label="Close the event" onPress={onClose}>
          <CrossIcon />
        </IconButton>
      </div>
      <EventView key={id} id={id} hrefOf={hrefOf} level={3} />
    </aside>
  );
}
