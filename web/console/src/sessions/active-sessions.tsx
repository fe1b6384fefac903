import { useEffect, useEffectEvent, useState } from 'react';
import { Link } from 'wouter';
import type { SessionRowFragment, SessionsQuery } from '../generated/graphql.js';
import { usePages } from '../graphql/use-pages.js';
import { viewerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { PersonCell } from '../people/person.js';
import { ACCESS_NAMES } from '../ui/access.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { LiveState } from '../ui/live-state.js';
import { PagesView } from '../ui/pages.js';
import { Failure } from '../ui/states.js';
import { type Column, Table } from '../ui/table.js';
import { DateTime } from '../ui/time.js';
import { Remaining } from './remaining.js';
import { RevokeDialog } from './revoke-dialog.js';
import { Sessions } from './session-documents.js';
import { useSessionChanges } from './use-session-changes.js';

const ACTIVE = { filter: { status: 'ACTIVE' }, first: 50 } as const;

/** Who is impersonating whom right now, as it changes. */
export function ActiveSessions({ onChange }: { readonly onChange: () => void }) {
  const pages = usePages(Sessions, ACTIVE, connection);
  const [revoking, setRevoking] = useState<SessionRowFragment | null>(null);
  const following = useSessionChanges(() => {
    pages.reload();
    onChange();
  });
  useNextExpiry(pages.items, pages.reload);
  const viewer = viewerOf(useIdentity());
  const mayRevoke = viewer?.roles.includes('ADMIN') ?? false;

  return (
    <section className="stack" aria-labelledby="right-now">
      <div className="title-row">
        <h2 id="right-now">Right now</h2>
        <LiveState following={following} />
      </div>
      {following.refusal === null ? null : <Failure error={following.refusal} />}
      <PagesView
        pages={pages}
        what="active sessions"
        empty={{ title: 'Nobody is impersonating anybody.', hint: 'A session shows up here the moment it begins.' }}
      >
        {(sessions) => (
          <Table
            label="Active sessions"
            rows={sessions}
            rowId={({ id }) => id}
            columns={mayRevoke ? [...COLUMNS, revokeColumn(setRevoking)] : COLUMNS}
          />
        )}
      </PagesView>
      {revoking === null ? null : (
        <RevokeDialog session={revoking} onClose={() => setRevoking(null)} onEnded={pages.reload} />
      )}
    </section>
  );
}

function connection({ impersonationSessions }: SessionsQuery) {
  return impersonationSessions;
}

/** Reads the list again when the next session's time is over: its event may take some seconds more. */
function useNextExpiry(sessions: readonly SessionRowFragment[], reload: () => void): void {
  const tell = useEffectEvent(reload);
  const next = sessions.reduce(
    (soonest, { expiresAt }) => Math.min(soonest, Date.parse(expiresAt)),
    Number.POSITIVE_INFINITY,
  );
  useEffect(() => {
    if (next === Number.POSITIVE_INFINITY) return;
    // Again and again, since the gateway's clock may be behind this one.
    let timer = setTimeout(check, Math.max(0, next - Date.now()) + 200);
    function check(): void {
      tell();
      timer = setTimeout(check, 1_500);
    }
    return () => clearTimeout(timer);
  }, [next]);
}

const COLUMNS: readonly Column<SessionRowFragment>[] = [
  {
    id: 'actor',
    heading: 'Actor',
    isRowHeading: true,
    cell: ({ actor, actorId }) => <PersonCell person={actor} id={actorId} />,
  },
  {
    id: 'subject',
    heading: 'Acts as',
    cell: ({ subject, subjectId }) => <PersonCell person={subject} id={subjectId} />,
  },
  {
    id: 'access',
    heading: 'Access',
    cell: ({ access }) => <Badge tone={access === 'FULL' ? 'danger' : 'warning'}>{ACCESS_NAMES[access]}</Badge>,
  },
  {
    id: 'reason',
    heading: 'Reason',
    cell: ({ reason, ticket }) => (
      <>
        {reason}
        {ticket === null ? null : <span className="cell-note">{ticket}</span>}
      </>
    ),
  },
  { id: 'left', heading: 'Time left', cell: ({ expiresAt }) => <Remaining expiresAt={expiresAt} /> },
  {
    id: 'started',
    heading: 'Started',
    cell: ({ id, startedAt }) => (
      <Link href={`/sessions/${encodeURIComponent(id)}`}>
        <DateTime value={startedAt} />
        <span className="visually-hidden"> – details</span>
      </Link>
    ),
  },
];

function revokeColumn(onRevoke: (session: SessionRowFragment) => void): Column<SessionRowFragment> {
  return {
    id: 'revoke',
    heading: 'Revoke',
    isHeadingHidden: true,
    cell: (session) => (
      <Button
        aria-label={`Revoke ${session.actor?.name ?? session.actorId} acting as ${session.subject?.name ?? session.subjectId}`}
        onPress={() => onRevoke(session)}
      >
        Revoke…
      </Button>
    ),
  };
}
