import { useMemo, useState } from 'react';
import { Link, useParams } from 'wouter';
import type { SessionRowFragment } from '../generated/graphql.js';
import { shownBriefly } from '../graphql/shown-text.js';
import { useQuery } from '../graphql/use-query.js';
import { viewerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { PersonCell } from '../people/person.js';
import { useEventLog } from '../trail/events/use-event-log.js';
import { EventTrail } from '../trail/list/event-trail.js';
import { HoleNotice } from '../trail/list/hole-notice.js';
import { ACCESS_NAMES } from '../ui/access.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { LiveState } from '../ui/live-state.js';
import { Page } from '../ui/page.js';
import { Empty, Failure, Loading } from '../ui/states.js';
import { DateTime, Duration } from '../ui/time.js';
import { Remaining } from './remaining.js';
import { RevokeDialog } from './revoke-dialog.js';
import { Session } from './session-documents.js';
import { endInWords, lasted, STATUS_NAMES, STATUS_TONES } from './session-in-words.js';
import { useSessionChanges } from './use-session-changes.js';
import './sessions.css';

/** One session: who, as whom, why, for how long, and everything that was done in it. */
export default function SessionPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { data, error, refetch } = useQuery(Session, { id }, { staleTime: 0 });
  const reload = () => void refetch();
  useSessionChanges(reload);
  const session = data?.impersonationSession;

  return (
    <Page title="Session" lead={<code>{shownBriefly(id)}</code>} actions={<Link href="/sessions">All sessions</Link>}>
      {data === undefined ? (
        error === null ? (
          <Loading what="the session" lines={4} />
        ) : (
          <Failure error={error} onRetry={reload} />
        )
      ) : session == null ? (
        <Empty title="There is no such session.">
          Its start may be on record all the same:{' '}
          <Link href={`/audit?sessionId=${encodeURIComponent(id)}`}>look in the audit trail</Link>.
        </Empty>
      ) : (
        <Facts session={session} onEnded={reload} />
      )}
      <SessionEvents sessionId={id} />
    </Page>
  );
}

function Facts({ session, onEnded }: { readonly session: SessionRowFragment; readonly onEnded: () => void }) {
  const [isRevoking, setRevoking] = useState(false);
  const viewer = viewerOf(useIdentity());
  const { status, access, actor, actorId, subject, subjectId, reason, ticket, startedAt, expiresAt, endedAt } = session;
  const isActive = status === 'ACTIVE';
  return (
    <section className="card stack" aria-label="The session">
      <dl className="session-facts">
        <div>
          <dt>State</dt>
          <dd>
            <Badge tone={STATUS_TONES[status]}>{STATUS_NAMES[status]}</Badge>{' '}
            {isActive ? (
              <>
                <Remaining expiresAt={expiresAt} /> left
              </>
            ) : (
              endInWords(session)
            )}
          </dd>
        </div>
        <div>
          <dt>Actor</dt>
          <dd>
            <PersonCell person={actor} id={actorId} />
          </dd>
        </div>
        <div>
          <dt>Subject</dt>
          <dd>
            <PersonCell person={subject} id={subjectId} />
          </dd>
        </div>
        <div>
          <dt>Access</dt>
          <dd>{ACCESS_NAMES[access]}</dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            <DateTime value={startedAt} seconds />
          </dd>
        </div>
        <div>
          <dt>{isActive ? 'Ends by itself' : 'Ended'}</dt>
          <dd>
            <DateTime value={endedAt ?? expiresAt} seconds />
            {endedAt === null ? null : (
              <span className="cell-note">
                after <Duration seconds={lasted({ startedAt, endedAt }, 0)} />
              </span>
            )}
          </dd>
        </div>
        <div className="session-reason">
          <dt>Reason</dt>
          <dd>
            {reason}
            {ticket === null ? null : <span className="cell-note">{ticket}</span>}
          </dd>
        </div>
      </dl>
      {isActive && viewer?.roles.includes('ADMIN') ? (
        <div>
          <Button kind="danger" onPress={() => setRevoking(true)}>
            Revoke…
          </Button>
        </div>
      ) : null}
      {isRevoking ? <RevokeDialog session={session} onClose={() => setRevoking(false)} onEnded={onEnded} /> : null}
    </section>
  );
}

function SessionEvents({ sessionId }: { readonly sessionId: string }) {
  const filter = useMemo(() => ({ sessionId }), [sessionId]);
  const { log, state, following, mayHaveHole, reload } = useEventLog(filter, true);
  return (
    <section className="stack" aria-labelledby="session-events">
      <div className="title-row">
        <h2 id="session-events">What was done</h2>
        <LiveState following={following} />
      </div>
      <HoleNotice mayHaveHole={mayHaveHole} reload={reload} />
      <EventTrail
        label="List of events"
        log={log}
        state={state}
        hrefOf={(eventId) => `/audit/events/${encodeURIComponent(eventId)}`}
        empty={{ title: 'Nothing is on record of this session.', hint: 'Compare its id with where you have it from.' }}
      />
    </section>
  );
}
