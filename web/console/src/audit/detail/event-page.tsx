import { Link, useParams } from 'wouter';
import { shownBriefly } from '../../graphql/shown-text.js';
import { Page } from '../../ui/page.js';
import { EventView } from './event-view.js';
import './detail.css';

/** The page of one event: it has an address that can be given to somebody else. */
export default function EventPage() {
  const { id = '' } = useParams<{ id: string }>();
  const eventId = decoded(id);
  return (
    <Page title="Event" lead={<code>{shownBriefly(eventId)}</code>} actions={<Link href="/audit">All events</Link>}>
      <EventView
        key={eventId}
        id={eventId}
        level={2}
        hrefOf={(other) => `/audit/events/${encodeURIComponent(other)}`}
      />
    </Page>
  );
}

/** The router gives some characters as they stand in the address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
