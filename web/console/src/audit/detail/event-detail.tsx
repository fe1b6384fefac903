import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { PersonCell } from '../../people/person.js';
import { because } from '../../trail/events/codes-in-words.js';
import { eventInWords, OUTCOME_NAMES, typeName } from '../../trail/events/event-in-words.js';
import { EventTime } from '../../trail/list/event-time.js';
import { Badge } from '../../ui/badge.js';
import { DateTime } from '../../ui/time.js';
import { Chain } from './chain.js';
import type { EventDetailProps, ShownEvent } from './event-detail-props.js';
import { Fact, Facts } from './facts.js';
import { Integrity } from './integrity.js';
import { readableVariables } from './variables.js';

/** Everything that is on record of one event. All of it is text: much of it was chosen by whoever sent it. */
export function EventDetail({ found, hrefOf, level }: EventDetailProps) {
  const { event } = found;
  const Heading: 'h2' | 'h3' = level === 2 ? 'h2' : 'h3';
  return (
    <div className="event-detail">
      <p className="event-sentence">{eventInWords(event)}</p>
      <Integrity status={event.integrity.status} />
      {event.detailsErased ? (
        <p className="erased">
          <Badge tone="warning">Details erased</Badge> The reason, ticket, address, user agent and variables of this
          event were destroyed on request. That there were some, and that they were not others, is still provable; what
          they said is gone.
        </p>
      ) : null}
      <section>
        <Heading>What happened</Heading>
        <Facts>
          <Fact name="Type">
            {typeName(event.type)} <code>{event.type}</code>
          </Fact>
          <Fact name="Outcome">{OUTCOME_NAMES[event.outcome]}</Fact>
          <Fact name="Code">{event.code === null ? null : <Code code={event.code} />}</Fact>
          <Fact name="When">
            <EventTime value={event.occurredAt} />
            <span className="cell-note">
              <code>{event.occurredAt}</code>
            </span>
          </Fact>
          <Fact name="Actor">
            <PersonCell person={event.actor} id={event.actorId} />
          </Fact>
          <Fact name="Subject">
            {event.subjectId === null ? null : <PersonCell person={event.subject} id={event.subjectId} />}
          </Fact>
          <Fact name="Session">
            {event.sessionId === null ? null : (
              <Link href={`/sessions/${encodeURIComponent(event.sessionId)}`}>
                <code>{event.sessionId}</code>
              </Link>
            )}
          </Fact>
          <Fact name="Reason">{detail(event, event.reason)}</Fact>
          <Fact name="Ticket">{detail(event, event.ticket)}</Fact>
          <Fact name="Attempts">{event.count > 1 ? event.count.toLocaleString() : null}</Fact>
        </Facts>
      </section>
      {event.gap === null ? null : (
        <section>
          <Heading>Gap</Heading>
          <Facts>
            <Fact name="From">
              <DateTime value={event.gap.from} seconds />
            </Fact>
            <Fact name="Until">
              <DateTime value={event.gap.until} seconds />
            </Fact>
            <Fact name="Events given up">{event.gap.lost.toLocaleString()}</Fact>
          </Facts>
        </section>
      )}
      {event.anomaly === null ? null : (
        <section>
          <Heading>Anomaly</Heading>
          <Facts>
            <Fact name="Told from">
              {`${event.anomaly.threshold.toLocaleString()} within ${event.anomaly.windowSeconds.toLocaleString()} s`}
            </Fact>
            <Fact name="Refusals">{event.anomaly.codes.join(', ')}</Fact>
          </Facts>
        </section>
      )}
      {event.operation === null ? null : (
        <Operation event={event} operation={event.operation} heading={<Heading>Operation</Heading>} />
      )}
      <section>
        <Heading>Request</Heading>
        <Facts>
          <Fact name="Request id">
            <Link href={`/audit?requestId=${encodeURIComponent(event.requestId)}`}>
              <code>{event.requestId}</code>
            </Link>
          </Fact>
          <Fact name="Address">{detail(event, event.ipAddress, 'code')}</Fact>
          <Fact name="User agent">{detail(event, event.userAgent)}</Fact>
        </Facts>
      </section>
      <Chain found={found} heading={<Heading>Place in the chain</Heading>} hrefOf={hrefOf} />
    </div>
  );
}

interface OperationProps {
  readonly event: ShownEvent;
  readonly operation: NonNullable<ShownEvent['operation']>;
  readonly heading: ReactNode;
}

function Operation({ event, operation, heading }: OperationProps) {
  const { name, type, fields, variables, errorCodes, durationMs, documentHash, upstreams } = operation;
  return (
    <section>
      {heading}
      <Facts>
        <Fact name="Name">{name ?? <span className="muted">it has none</span>}</Fact>
        <Fact name="Kind">{type.toLowerCase()}</Fact>
        <Fact name="Fields">
          <CodeList items={fields} />
        </Fact>
        <Fact name="Variables">
          {variables === null ? (
            event.detailsErased ? (
              <span className="muted">erased</span>
            ) : null
          ) : (
            <pre className="variables">{readableVariables(variables)}</pre>
          )}
        </Fact>
        <Fact name="Errors">
          {errorCodes.length === 0 ? null : (
            <ul>
              {[...new Set(errorCodes)].map((code) => (
                <li key={code}>
                  <Code code={code} />
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="Took">{durationMs === null ? null : `${durationMs.toLocaleString()} ms`}</Fact>
        <Fact name="Services asked">{upstreams.length === 0 ? null : <CodeList items={upstreams} />}</Fact>
        <Fact name="Document">
          <code>SHA-256 {documentHash}</code>
        </Fact>
      </Facts>
    </section>
  );
}

function Code({ code }: { readonly code: string }) {
  return (
    <>
      <code>{code}</code> <span className="muted">because {because(code)}</span>
    </>
  );
}

function CodeList({ items }: { readonly items: readonly string[] }) {
  return (
    <ul>
      {[...new Set(items)].map((item) => (
        <li key={item}>
          <code>{item}</code>
        </li>
      ))}
    </ul>
  );
}

/** A detail that may have been erased: what is gone is told apart from what never was. */
function detail({ detailsErased }: ShownEvent, value: string | null, as: 'text' | 'code' = 'text'): ReactNode {
  if (value !== null) return as === 'code' ? <code>{value}</code> : value;
  return detailsErased ? <span className="muted">erased, if there was one</span> : null;
}
