import { useSyncExternalStore } from 'react';
import { dismissAnnouncement, readAnnouncements, subscribeToAnnouncements } from './announcer.js';
import { IconButton } from './button.js';
import { CrossIcon } from './icons.js';

/** Where announcements are said, and those that are shown. It stays reachable while a dialog is open. */
export function Announcements() {
  const announcements = useSyncExternalStore(subscribeToAnnouncements, readAnnouncements);
  const shown = announcements.filter(({ isShown }) => isShown);
  return (
    <div data-live-announcer="true" data-react-aria-top-layer="true">
      <div className="visually-hidden" role="status">
        {announcements
          .filter(({ isUrgent }) => !isUrgent)
          .map(({ id, text }) => (
            <p key={id}>{text}</p>
          ))}
      </div>
      <div className="visually-hidden" role="alert">
        {announcements
          .filter(({ isUrgent }) => isUrgent)
          .map(({ id, text }) => (
            <p key={id}>{text}</p>
          ))}
      </div>
      {shown.length === 0 ? null : (
        <section className="toasts" aria-label="Messages">
          <ul>
            {shown.map(({ id, text }) => (
              <li key={id} className="toast">
                <span>{text}</span>
                <IconButton label="Dismiss this message" onPress={() => dismissAnnouncement(id)}>
                  <CrossIcon />
                </IconButton>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
