import { graphql } from '../generated/gql.js';
import type { AccessHistoryQuery } from '../generated/graphql.js';
import { usePages } from '../graphql/use-pages.js';
import { viewerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { Page } from '../ui/page.js';
import { PagesView } from '../ui/pages.js';
import { DateTime } from '../ui/time.js';
import { AccessEntry } from './access-entry.js';
import './access-history.css';

const AccessHistory = graphql(`
  query AccessHistory($first: Int!, $after: String) {
    accessHistory(first: $first, after: $after) {
      nodes {
        id
        status
        access
        actor {
          id
          name
        }
        actorId
        reason
        ticket
        startedAt
        expiresAt
        endedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const FIRST = { first: 30 } as const;

/** Who acted as the viewer: a person's own ledger, in plain words. */
export default function AccessHistoryPage() {
  const state = useIdentity();
  const pages = usePages(AccessHistory, FIRST, connection);
  const subject = viewerOf(state)?.name ?? 'the subject';
  const isMine = state.impersonation === null;

  return (
    <Page
      title={isMine ? 'My access history' : 'Access history'}
      lead={
        isMine
          ? 'Every time somebody from support used the product as you: who, when, why and what they could do.'
          : `What ${subject} sees here: everybody who used the product in their name. You are on it.`
      }
    >
      <PagesView
        pages={pages}
        what="visits"
        empty={{
          title: isMine
            ? 'Nobody has ever used the product as you.'
            : 'Nobody has ever used the product as this person.',
          hint: 'If somebody from support does, to help, it is listed here from the first moment: who, when and why. It cannot be switched off.',
        }}
      >
        {(sessions) => (
          <ol className="accesses">
            {sessions.map((session) => (
              <AccessEntry key={session.id} session={session} isMine={isMine} />
            ))}
          </ol>
        )}
      </PagesView>
      {pages.state === 'ready' && pages.items.length > 0 ? (
        <p className="muted">
          The list goes back to the first time; nothing is taken off it. The latest one began{' '}
          <DateTime value={pages.items[0]?.startedAt ?? ''} />.
        </p>
      ) : null}
    </Page>
  );
}

function connection({ accessHistory }: AccessHistoryQuery) {
  return accessHistory;
}
