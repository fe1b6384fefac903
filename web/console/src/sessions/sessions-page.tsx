import { Page } from '../ui/page.js';
import { ActiveSessions } from './active-sessions.js';
import { SessionHistoryView, useSessionHistory } from './session-history.js';
import './sessions.css';

/** Who is impersonating whom, now and before. */
export default function SessionsPage() {
  const history = useSessionHistory();
  return (
    <Page title="Sessions" lead="Who is acting as whom, right now and before.">
      <ActiveSessions onChange={history.pages.reload} />
      <SessionHistoryView {...history} />
    </Page>
  );
}
