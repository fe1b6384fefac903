import type { Answer } from './ask.js';

/** The trail and the sessions as an auditor gets them by GraphQL: whole, page by page. */

export interface TrailEvent {
  readonly id: string;
  readonly type: string;
  readonly code: string | null;
  readonly sessionId: string | null;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly integrity: {
    readonly chain: string;
    readonly sequence: number;
    readonly hash: string;
    readonly previousHash: string;
  };
}

export interface ListedSession {
  readonly id: string;
  readonly status: 'ACTIVE' | 'STOPPED' | 'EXPIRED' | 'REVOKED';
  readonly endedAt: string | null;
}

/** Sends a request as somebody who may read the trail. */
export type AskAsAuditor = <T>(query: string, variables: Record<string, unknown>) => Promise<Answer<T>>;

const EVENTS = `query($after: String) {
  list: impersonationEvents(first: 500, after: $after) {
    nodes { id type code sessionId actorId subjectId integrity { chain sequence hash previousHash } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const SESSIONS = `query($after: String) {
  list: impersonationSessions(first: 100, after: $after) {
    nodes { id status endedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page<T> {
  readonly list: {
    readonly nodes: readonly T[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

async function readAll<T>(ask: AskAsAuditor, query: string): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null = null; ; ) {
    const { data, codes }: Answer<Page<T>> = await ask<Page<T>>(query, { after });
    if (codes.length > 0) throw new Error(`the auditor was refused: ${codes.join(', ')}`);
    all.push(...data.list.nodes);
    if (!data.list.pageInfo.hasNextPage) return all;
    after = data.list.pageInfo.endCursor;
  }
}

/** Every event, newest first. */
export const readTrail = (ask: AskAsAuditor): Promise<TrailEvent[]> => readAll(ask, EVENTS);
/** Every session, newest first. */
export const readSessions = (ask: AskAsAuditor): Promise<ListedSession[]> => readAll(ask, SESSIONS);

const END_TYPES: Readonly<Record<string, string>> = {
  STOPPED: 'IMPERSONATION_STOPPED',
  EXPIRED: 'IMPERSONATION_EXPIRED',
  REVOKED: 'IMPERSONATION_REVOKED',
};

/**
 * What does not fit together between the sessions and the trail, one line each: a session without its start on the record or with
 * two, an end without exactly one event of its kind, an active session with an end event, a start that neither became a session nor
 * was voided.
 */
export function contradictions(sessions: readonly ListedSession[], trail: readonly TrailEvent[]): string[] {
  const faults: string[] = [];
  const typesOf = new Map<string, string[]>();
  for (const { sessionId, type } of trail) {
    if (sessionId !== null) typesOf.set(sessionId, [...(typesOf.get(sessionId) ?? []), type]);
  }
  const endEvents = new Set(Object.values(END_TYPES));
  for (const { id, status } of sessions) {
    const types = typesOf.get(id) ?? [];
    const starts = types.filter((type) => type === 'IMPERSONATION_STARTED').length;
    if (starts !== 1) faults.push(`${id} is ${status} and has ${starts} start events`);
    const ends = types.filter((type) => endEvents.has(type));
    const wanted = status === 'ACTIVE' ? [] : [END_TYPES[status]];
    if (ends.join() !== wanted.join()) faults.push(`${id} is ${status} and its end events are [${ends.join()}]`);
    if (types.includes('IMPERSONATION_VOIDED')) faults.push(`${id} is ${status} and voided`);
  }
  const known = new Set(sessions.map(({ id }) => id));
  for (const [id, types] of typesOf) {
    if (known.has(id)) continue;
    const voided = types.filter((type) => type === 'IMPERSONATION_VOIDED').length;
    if (voided !== 1) faults.push(`${id} was started, is no session, and was voided ${voided} times`);
  }
  return faults;
}

/** Where the chains of the trail are not contiguous from 0 or do not link, one line each. */
export function brokenLinks(trail: readonly TrailEvent[]): string[] {
  const chains = new Map<string, TrailEvent['integrity'][]>();
  for (const { integrity } of trail) chains.set(integrity.chain, [...(chains.get(integrity.chain) ?? []), integrity]);
  return [...chains].flatMap(([chain, links]) =>
    links
      .toSorted((a, b) => a.sequence - b.sequence)
      .flatMap(({ sequence, previousHash }, index, sorted) => {
        if (sequence !== index) return [`${chain}: ${sequence} stands where ${index} should`];
        const before = sorted[index - 1];
        return before !== undefined && before.hash !== previousHash ? [`${chain}: ${sequence} does not link`] : [];
      }),
  );
}
