import { useMemo } from 'react';
import { Link } from 'wouter';
import type { SessionRowFragment, SessionsQuery } from '../generated/graphql.js';
import { type Pages, usePages } from '../graphql/use-pages.js';
import { PersonCell } from '../people/person.js';
import { PersonPicker } from '../people/person-picker.js';
import { ACCESS_NAMES } from '../ui/access.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { PagesView } from '../ui/pages.js';
import { Select } from '../ui/select.js';
import { type Column, Table } from '../ui/table.js';
import { DateTime } from '../ui/time.js';
import { Sessions } from './session-documents.js';
import { endInWords, STATUS_NAMES, STATUS_TONES } from './session-in-words.js';
import { type SessionFilter, STATUSES, useSessionFilter } from './use-session-filter.js';

const PAGE_SIZE = 50;
const STATUS_CHOICES = [
  { value: 'ANY', label: 'Any' },
  ...STATUSES.map((value) => ({ value, label: STATUS_NAMES[value] })),
] as const;

export interface SessionHistory {
  readonly filter: SessionFilter;
  readonly pages: Pages<SessionRowFragment>;
}

export function useSessionHistory(): SessionHistory {
  const filter = useSessionFilter();
  const { status, actorId, subjectId, problem } = filter;
  const variables = useMemo(
    () => ({ filter: { status, actorId, subjectId }, first: PAGE_SIZE }),
    [status, actorId, subjectId],
  );
  return { filter, pages: usePages(Sessions, variables, connection, { enabled: problem === null }) };
}

/** All sessions, newest first, filtered. */
export function SessionHistoryView({ filter, pages }: SessionHistory) {
  return (
    <section className="stack" aria-labelledby="history">
      <h2 id="history">History</h2>
      <search className="session-filters" aria-label="Session history">
        <Select
          label="State"
          value={filter.status ?? 'ANY'}
          choices={STATUS_CHOICES}
          onChange={(value) => filter.set('status', value === 'ANY' ? null : value)}
        />
        <PersonPicker label="Actor" value={filter.actorId} onChange={(id) => filter.set('actorId', id)} />
        <PersonPicker label="Subject" value={filter.subjectId} onChange={(id) => filter.set('subjectId', id)} />
      </search>
      {filter.problem === null ? (
        <PagesView
          pages={pages}
          what="sessions"
          empty={{ title: 'No session matches.', hint: 'Choose another state, actor or subject.' }}
        >
          {(sessions) => <Table label="Sessions" rows={sessions} rowId={({ id }) => id} columns={COLUMNS} />}
        </PagesView>
      ) : (
        <div className="failure" role="alert">
          <div>
            <p className="failure-title">The address has a filter that is not one.</p>
            <p>{filter.problem} Nothing is shown, so that nobody takes it for all there is.</p>
            <Button onPress={filter.clear}>Show all sessions</Button>
          </div>
        </div>
      )}
    </section>
  );
}

function connection({ impersonationSessions }: SessionsQuery) {
  return impersonationSessions;
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
    heading: 'Acted as',
    cell: ({ subject, subjectId }) => <PersonCell person={subject} id={subjectId} />,
  },
  { id: 'access', heading: 'Access', cell: ({ access }) => ACCESS_NAMES[access] },
  { id: 'reason', heading: 'Reason', cell: ({ reason }) => reason },
  {
    id: 'status',
    heading: 'State',
    cell: (session) => (
      <>
        <Badge tone={STATUS_TONES[session.status]}>{STATUS_NAMES[session.status]}</Badge>
        {session.status === 'ACTIVE' ? null : <span className="cell-note">{endInWords(session)}</span>}
      </>
    ),
  },
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
