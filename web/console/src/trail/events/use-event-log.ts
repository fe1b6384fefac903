import { useEffect, useEffectEvent, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { EventRowFieldsFragment, EventsQueryVariables } from '../../generated/graphql.js';
import type { Client } from '../../graphql/client.js';
import { useClient } from '../../graphql/client-context.js';
import { useCaller } from '../../graphql/use-caller.js';
import { type Following, useFollow } from '../../graphql/use-follow.js';
import type { Caller } from '../../identity/identity.js';
import type { AuditFilter } from '../filter/audit-filter.js';
import { writeFilter } from '../filter/filter-in-url.js';
import { Events, EventsRecorded } from './event-documents.js';
import { createEventLog, type EventLog, type EventLogState, type EventSource, type Place } from './event-log.js';

const PAGE = 200;
/** Events of the stream are shown together this often, milliseconds: a flood costs no more than a trickle. */
const GATHER_MS = 150;
/** How often is asked whether what was pending in sight is sealed by now, milliseconds. */
const SEALING_MS = 3_000;

export interface FollowedLog {
  readonly log: EventLog<EventRowFieldsFragment>;
  readonly state: EventLogState<EventRowFieldsFragment>;
  readonly following: Following;
  /** Following had to begin anew, from the present: what came between may be missing from the list. */
  readonly mayHaveHole: boolean;
  /** Reads the list anew, from the newest. */
  readonly reload: () => void;
}

/** The events that pass the filter, read as needed and followed where `isLive`. Another filter object is another list. */
export function useEventLog(filter: AuditFilter, isLive: boolean): FollowedLog {
  const client = useClient();
  const { key, token } = useCaller('effective');
  const subject = writeFilter(filter);
  const log = useMemo(
    () => createEventLog(sourceOf(client, { key, token }, asInput(filter))),
    [client, key, token, filter],
  );
  const state = useSyncExternalStore(log.subscribe, log.read);

  useEffect(() => {
    log.open();
    return () => log.close();
  }, [log]);

  const [holed, setHoled] = useState<unknown>(null);
  const cursor = useRef<{ readonly log: unknown; readonly at: string | null }>({ log: null, at: null });
  const gathered = useRef<EventRowFieldsFragment[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hand = useEffectEvent(() => {
    timer.current = undefined;
    const events = gathered.current;
    gathered.current = [];
    log.recorded(events);
  });

  const following = useFollow(EventsRecorded, {
    enabled: isLive,
    subject,
    variables: () => ({ filter: asInput(filter), after: cursor.current.log === log ? cursor.current.at : null }),
    onEvent({ impersonationEventRecorded: { streamCursor, ...event } }) {
      cursor.current = { log, at: streamCursor };
      gathered.current.push(event);
      timer.current ??= setTimeout(hand, GATHER_MS);
    },
    onLive() {
      // With a cursor the stream itself tells what was recorded meanwhile.
      if (cursor.current.log !== log || cursor.current.at === null) log.catchUp();
    },
    onCursorLost() {
      cursor.current = { log, at: null };
      setHoled(log);
    },
  });

  useEffect(() => {
    const sealing = setInterval(() => void log.refresh(({ integrity }) => integrity.status === 'PENDING'), SEALING_MS);
    return () => {
      clearInterval(sealing);
      clearTimeout(timer.current);
      timer.current = undefined;
      gathered.current = [];
    };
  }, [log]);

  return {
    log,
    state,
    following,
    mayHaveHole: holed === log,
    reload() {
      setHoled(null);
      log.open();
    },
  };
}

type FilterInput = NonNullable<EventsQueryVariables['filter']>;

function asInput({ types, ...rest }: AuditFilter): FilterInput {
  return { ...rest, ...(types === undefined ? {} : { types: [...types] }) };
}

function sourceOf(client: Client, caller: Caller, filter: FilterInput): EventSource<EventRowFieldsFragment> {
  async function page(variables: EventsQueryVariables, isOlder: boolean, signal: AbortSignal) {
    const { impersonationEvents } = await client.ask({ document: Events, variables }, caller, { signal });
    const { edges, pageInfo } = impersonationEvents;
    return {
      rows: edges.map(({ cursor, node }) => ({ event: node, cursor })),
      hasMore: isOlder ? pageInfo.hasNextPage : pageInfo.hasPreviousPage,
    };
  }

  return {
    older: (from, signal) =>
      page({ filter: restricted(filter, from, 'older'), first: PAGE, after: cursorOf(from) }, true, signal),
    newer: (from, signal) =>
      page({ filter: restricted(filter, from, 'newer'), last: PAGE, before: cursorOf(from) }, false, signal),
  };
}

function cursorOf(from: Place | null): string | null {
  return from !== null && 'cursor' in from ? from.cursor : null;
}

/** Where a row has no cursor, its time is one: both ends of the filter's time are half-open. */
function restricted(filter: FilterInput, from: Place | null, direction: 'older' | 'newer'): FilterInput {
  if (from === null || 'cursor' in from) return filter;
  if (direction === 'newer') return { ...filter, occurredAfter: from.occurredAt };
  return { ...filter, occurredBefore: new Date(Date.parse(from.occurredAt) + 1).toISOString() };
}
