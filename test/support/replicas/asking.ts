import type { Answer } from '../ask.js';
import type { Replica, Replicas } from './replicas.js';

const START = `mutation Start($reason: String!) {
  startImpersonation(input: { userId: "user_audrey", reason: $reason }) { actorToken session { id } }
}`;
const STOP = 'mutation { stopImpersonation { session { id } } }';
const REVOKE = `mutation Revoke($id: ID!) {
  revokeImpersonation(input: { sessionId: $id, reason: "enough" }) { session { id } }
}`;
const WHO = '{ impersonation { id } }';
const ACTIVE = '{ impersonationSessions(first: 100, filter: { status: ACTIVE }) { nodes { id reason } } }';

/** What a replica may answer for a session that it does not honour. */
const REFUSALS = ['IMPERSONATION_ENDED', 'REVOCATION_UNAVAILABLE', 'AUDIT_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE'];

/** Times are milliseconds by performance.now(). */
export interface Asked {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly verdict: 'honoured' | 'refused' | 'gone';
  /** Why it was refused. */
  readonly code: string;
}

export interface Session {
  readonly id: string;
  readonly token: string;
  /** Of an admin who did not begin it. */
  readonly other: string;
}

export interface End {
  readonly how: 'stop' | 'revoke';
  /** When the answer had arrived, by performance.now(). */
  readonly at: number;
  /** The answer said that the store has not taken the end, so that the other replicas cannot know it. */
  readonly unstored: boolean;
}

/** When honoured requests were sent, by their id; so that an event of one can be told to have come too late. */
export const sentWhen = new Map<string, number>();

/** One request under an actor token. @throws Error at an answer that is neither of the two */
export async function askUnder({ id, token }: Pick<Session, 'id' | 'token'>, replica: Replica): Promise<Asked> {
  const sentAt = performance.now();
  let answer: Answer<{ readonly impersonation: { readonly id: string } | null } | null>;
  try {
    answer = await replica.gateway.graphql(token, WHO);
  } catch {
    return { sentAt, answeredAt: performance.now(), verdict: 'gone', code: 'no answer' };
  }
  const answeredAt = performance.now();
  const { codes, data, text } = answer;
  if (codes.length === 0 && data?.impersonation?.id === id) {
    sentWhen.set(answer.headers.get('x-request-id') ?? '', sentAt);
    return { sentAt, answeredAt, verdict: 'honoured', code: '' };
  }
  const [code = ''] = codes;
  if (codes.length !== 1 || !REFUSALS.includes(code)) throw new Error(`${replica.name} answered ${text}`);
  return { sentAt, answeredAt, verdict: 'refused', code };
}

interface Begun {
  readonly startImpersonation: { readonly actorToken: string; readonly session: { readonly id: string } };
}

/** One try to begin a session; null where it was refused, or nothing was answered: who stood still lets idle connections go before it reads on. */
export async function tryToBegin(replica: Replica, { admins }: Replicas, whose: 0 | 1, reason: string) {
  let answer: Answer<Begun | null>;
  try {
    answer = await replica.gateway.graphql<Begun | null>(admins[whose], START, { reason });
  } catch {
    return null;
  }
  const started = answer.data?.startImpersonation;
  if (started === undefined) return null;
  return { id: started.session.id, token: started.actorToken, other: admins[whose === 0 ? 1 : 0] } satisfies Session;
}

/** The ids of active sessions that were begun for this reason. */
export async function activeSessions(replica: Replica, { admins }: Replicas, reason: string): Promise<string[]> {
  const { data } = await replica.gateway.graphql<{
    readonly impersonationSessions: { readonly nodes: readonly { readonly id: string; readonly reason: string }[] };
  }>(admins[0], ACTIVE);
  return data.impersonationSessions.nodes.filter((node) => node.reason === reason).map(({ id }) => id);
}

/**
 * One try to end a session; null where no answer says that it has ended.
 * @param hereOnly whether an earlier answer of this very replica said that it alone knows
 */
export async function tryToEnd(
  { id, token, other }: Session,
  replica: Replica,
  how: End['how'],
  hereOnly = false,
): Promise<End | null> {
  let answer: Answer<unknown>;
  try {
    answer = await (how === 'stop'
      ? replica.gateway.graphql(token, STOP)
      : replica.gateway.graphql(other, REVOKE, { id }));
  } catch {
    return null;
  }
  const at = performance.now();
  const { extensions } = JSON.parse(answer.text) as { extensions?: { endedHereOnly?: readonly string[] } };
  if (answer.codes.length === 0) return { how, at, unstored: extensions?.endedHereOnly?.includes(id) === true };
  return answer.codes.join() === 'IMPERSONATION_ENDED' && !hereOnly ? { how, at, unstored: false } : null;
}
