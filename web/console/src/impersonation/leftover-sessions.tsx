import { graphql } from '../generated/gql.js';
import type { ActiveElsewhereQuery } from '../generated/graphql.js';
import { isEndedHereOnly } from '../graphql/ended-here-only.js';
import { useChange } from '../graphql/use-change.js';
import { useQuery } from '../graphql/use-query.js';
import type { Person } from '../identity/identity.js';
import { notify } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { WarningIcon } from '../ui/icons.js';
import { Failure } from '../ui/states.js';
import { DateTime } from '../ui/time.js';
import { StopLeftover } from './stop.js';

const ActiveElsewhere = graphql(`
  query ActiveElsewhere($actorId: ID!) {
    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {
      nodes {
        id
        subjectId
        expiresAt
        subject {
          id
          name
        }
      }
    }
  }
`);

/** While one is shown, whether it still goes on is asked this often, milliseconds: it may be stopped or revoked anywhere. */
const ASK_AGAIN_MS = 2_000;

function refetchInterval(last: ActiveElsewhereQuery | undefined): number | false {
  return (last?.impersonationSessions.nodes.length ?? 0) > 0 && ASK_AGAIN_MS;
}

/**
 * Impersonations of the signed-in person that go on although nobody here has their token: begun on another device, or in a page
 * that was closed. They can only be stopped.
 */
export function LeftoverSessions({ own }: { readonly own: Person }) {
  const sessions = useQuery(ActiveElsewhere, { actorId: own.id }, { as: 'own', refetchInterval });
  const stop = useChange(StopLeftover, { as: 'own' });
  const found = sessions.data?.impersonationSessions.nodes ?? [];
  if (found.length === 0) return null;
  return (
    <section className="leftover" aria-label="Your other impersonations">
      {found.map(({ id, subject, subjectId, expiresAt }) => {
        const name = subject?.name ?? subjectId;
        return (
          <div key={id} className="leftover-line">
            <WarningIcon />
            <p>
              An impersonation of <strong>{name}</strong> that you began elsewhere is still active, until{' '}
              <DateTime value={expiresAt} />.
            </p>
            <Button
              aria-label={`Stop it: the impersonation of ${name}`}
              isPending={stop.isPending}
              onPress={() =>
                stop.mutate(
                  { sessionId: id },
                  {
                    onSuccess: () => {
                      // Where that is not known everywhere, it is said for as long as that is so.
                      if (!isEndedHereOnly(id)) notify(`The impersonation of ${name} was stopped.`);
                    },
                    onSettled: () => void sessions.refetch(),
                  },
                )
              }
            >
              Stop it
            </Button>
          </div>
        );
      })}
      {stop.error === null ? null : <Failure error={stop.error} />}
    </section>
  );
}
