import type { AccessHistoryQuery } from '../generated/graphql.js';
import { ACCESS_NAMES } from '../ui/access.js';
import { Badge } from '../ui/badge.js';
import { DateTime } from '../ui/time.js';
import { accessInPlainWords, lengthInPlainWords } from './access-in-words.js';

type Session = AccessHistoryQuery['accessHistory']['nodes'][number];

/** One time somebody acted as the person. */
export function AccessEntry({ session, isMine }: { readonly session: Session; readonly isMine: boolean }) {
  const { actor, actorId, access, reason, ticket, startedAt, status } = session;
  return (
    <li className="card access">
      <div className="access-head">
        <h2>{actor?.name ?? actorId}</h2>
        {status === 'ACTIVE' ? <Badge tone="warning">Right now</Badge> : null}
        <Badge tone={access === 'FULL' ? 'danger' : 'neutral'}>{ACCESS_NAMES[access]}</Badge>
      </div>
      <p>
        used the product as {isMine ? 'you' : 'this person'} on <DateTime value={startedAt} />.{' '}
        {lengthInPlainWords(session)} {accessInPlainWords(access, isMine)}
      </p>
      <p className="access-why">
        <span className="muted">Why: </span>
        {reason}
        {ticket === null ? null : <span className="muted"> ({ticket})</span>}
      </p>
    </li>
  );
}
