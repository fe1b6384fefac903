import { graphql } from '../generated/gql.js';
import { useQuery } from '../graphql/use-query.js';
import type { EndCause, Impersonation, Person } from '../identity/identity.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { endedUnused } from '../ui/ended-unused.js';
import { Failure, Loading } from '../ui/states.js';

const EndedSession = graphql(`
  query EndedSession($actorId: ID!, $subjectId: ID!) {
    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {
      nodes {
        id
        status
        expiresAt
        endedAt
        endedBy {
          id
          name
        }
      }
    }
  }
`);

const Revocation = graphql(`
  query Revocation($sessionId: ID!) {
    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {
      nodes {
        reason
        code
      }
    }
  }
`);

export interface EndedDialogProps {
  readonly cause: EndCause;
  readonly impersonation: Impersonation;
  readonly own: Person;
  readonly onClose: () => void;
}

/** Says that an impersonation is over that the person did not stop here: why, who did it, and who they are now. */
export function EndedDialog({ cause, impersonation, own, onClose }: EndedDialogProps) {
  const { subject } = impersonation;
  return (
    <Dialog title={`You no longer act as ${subject.name}`} role="alertdialog" isOpen onClose={onClose}>
      <div className="stack">
        {cause === 'ENDED' ? <LookedUp impersonation={impersonation} own={own} /> : <p>{CAUSES[cause]}</p>}
        <p>
          You are <strong>{own.name}</strong> again, on the page where you were before.
        </p>
      </div>
      <DialogActions>
        <Button kind="primary" autoFocus onPress={onClose}>
          Go on as {own.name}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const CAUSES: Record<Exclude<EndCause, 'ENDED'>, string> = {
  EXPIRED: 'The time of this impersonation is over. Start a new one if you still need it.',
  ROLE_LOST:
    'You no longer hold a role that may impersonate, so the impersonation has ended. Ask an admin if that is a mistake.',
  UNCONFIRMED_STOP:
    'You left it before the gateway confirmed the stop. It may go on at the gateway until its time is over; nobody uses its token any more. You can stop it under Sessions.',
};

const UNUSED = 'It was not used for a while, so the gateway ended it. Start a new one if you still need it.';

function LookedUp({ impersonation, own }: { readonly impersonation: Impersonation; readonly own: Person }) {
  const { sessionId, subject } = impersonation;
  const sessions = useQuery(EndedSession, { actorId: own.id, subjectId: subject.id }, { as: 'own', staleTime: 0 });
  const session = sessions.data?.impersonationSessions.nodes.find(({ id }) => id === sessionId);
  const isRevoked = session?.status === 'REVOKED';
  const events = useQuery(Revocation, { sessionId }, { as: 'own', enabled: isRevoked, staleTime: 0 });

  if (sessions.isPending) return <Loading what="why it ended" lines={1} />;
  if (sessions.isError) return <Failure error={sessions.error} />;
  if (session === undefined) return <p>It has ended. Why is not known any more.</p>;
  if (session.status === 'EXPIRED') {
    return <p>{endedUnused(session) ? UNUSED : CAUSES.EXPIRED}</p>;
  }
  if (session.status === 'STOPPED') return <p>It was stopped, by you, in another window or on another device.</p>;
  if (!isRevoked) return <p>The gateway does not accept its token any more.</p>;
  const reason = events.data?.impersonationEvents.nodes[0]?.reason ?? null;
  return (
    <>
      <p>
        {session.endedBy === null ? (
          'The gateway revoked it, because what had allowed it no longer holds: your role, or one of the two accounts, has changed.'
        ) : (
          <>
            <strong>{session.endedBy.name}</strong> revoked it.
          </>
        )}
      </p>
      {reason === null ? null : <blockquote className="quote">{reason}</blockquote>}
    </>
  );
}
