import type { AccessHistoryQuery } from '../generated/graphql.js';
import { ACCESS_NAMES } from '../ui/access.js';
import { Badge } from '../ui/badge.js';
import { DateTime } from '../ui/time.js';
import { accessInPlainWords, isGoingOn, lengthInPlainWords } from './access-in-words.js';

type Session = AccessHistoryQuery['accessHistory']['nodes'][number];

/** One time somebody acted as the person. */
export function AccessEntry({ session, isMine }: { readonly session: Session; readonly isMine: boolean }) {
  const { actor, actorId, access, reason, ticket, startedAt } = session;
  return (
    <li className="card access">
      <div className="access-head">
        <h2>{actor?.name ?? actorId}</h2>
        {isGoingOn(session) ? <Badge tone="warning">Right now</Badge> : null}
        <Badge tone={access === 'FULL' ? 'danger' : 'neutral'}>{ACCESS_NAMES[access]}</Badge>
      </div>
      <p>
        {isGoingOn(session) ? 'is using' : 'used'} the product as {isMine ? 'you' : 'this person'},{' '}
        {isGoingOn(session) ? 'since' : 'on'} <DateTime value={startedAt} />. {lengthInPlainWords(session)}{' '}
        {accessInPlainWords(session, isMine)}
      </p>
      <p className="access-why">
        <span className="muted">Why: </span>
        {reason}
        {ticket === null ? null : <span className="muted"> ({ticket})</span>}
      </p>
    </li>
  );
}
