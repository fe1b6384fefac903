import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { typeName } from '../../trail/events/event-in-words.js';
import { Badge } from '../../ui/badge.js';
import type { EventDetailProps } from './event-detail-props.js';
import { Fact, Facts } from './facts.js';
import { LINK_WORDS, type LinkState, linkToNext, linkToPrevious } from './links-in-words.js';

export interface ChainProps extends Pick<EventDetailProps, 'found' | 'hrefOf'> {
  readonly heading: ReactNode;
}

/** The event's place in the tamper-evident record, between its neighbours. */
export function Chain({ found: { event, previous = null, next = null }, heading, hrefOf }: ChainProps) {
  const { chain, sequence, hash, previousHash } = event.integrity;
  return (
    <section>
      {heading}
      <Facts>
        <Fact name="Chain">
          <code>{chain}</code>
        </Fact>
        <Fact name="Number">{sequence.toLocaleString()}</Fact>
      </Facts>
      <ol className="chain">
        <Neighbour
          what="Before it"
          event={previous}
          link={linkToPrevious(event, previous)}
          hash={previousHash}
          hrefOf={hrefOf}
        />
        <li className="chain-link" aria-current="true">
          <span className="strong">This event</span>
          <code className="hash">{hash}</code>
        </li>
        <Neighbour what="After it" event={next} link={linkToNext(event, next)} hash={null} hrefOf={hrefOf} />
      </ol>
      <p className="muted">
        Hashes are compared here as the gateway sent them, not recomputed. “Verify now” does that, and an export lets
        you do it yourself.
      </p>
    </section>
  );
}

interface NeighbourProps {
  readonly what: string;
  readonly event: { readonly id: string; readonly type: string } | null;
  readonly link: LinkState | null;
  readonly hash: string | null;
  readonly hrefOf: (id: string) => string;
}

function Neighbour({ what, event, link, hash, hrefOf }: NeighbourProps) {
  const isBad = link === 'broken' || link === 'missing';
  return (
    <li className="chain-link">
      <span>
        {event === null ? (
          <span className="muted">{what}</span>
        ) : (
          <Link href={hrefOf(event.id)}>
            {what}: {typeName(event.type)}
          </Link>
        )}
      </span>
      {hash === null ? null : <code className="hash">{hash}</code>}
      {link === null ? (
        <span className="muted">Nothing follows yet.</span>
      ) : (
        <span>
          {isBad ? <Badge tone="danger">!</Badge> : null} {LINK_WORDS[link]}
        </span>
      )}
    </li>
  );
}
