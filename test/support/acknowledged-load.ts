import type { Answer } from './ask.js';
import type { GatewayProcess } from './gateway-process.js';

/** An event that has to be in the trail, because an answer that implies it has arrived. */
export interface Acknowledged {
  readonly type: string;
  readonly requestId: string;
  readonly sessionId: string | null;
}

/** Sessions of the shortest duration there is, so that their time is soon up. */
const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "load", durationSeconds: 60, access: FULL }) {
    actorToken session { id } viewer { id }
  }
}`;
const NOTE = 'mutation Note($id: ID!) { updateDeliveryNote(orderId: $id, note: "ring twice") { id } }';
const QUERY = 'query Orders { viewer { id } orders { id } }';
const BLOCKED = 'mutation { changePassword(newPassword: "correct horse battery") }';
const STOP = 'mutation { stopImpersonation { session { id } } }';
const REVOKE = `mutation Revoke($id: ID!) { revokeImpersonation(input: { sessionId: $id, reason: "load" }) { session { id } } }`;

interface Started {
  readonly startImpersonation: { readonly actorToken: string; readonly session: { readonly id: string } } | null;
}

export interface Load {
  readonly acknowledged: readonly Acknowledged[];
  /** Answers that nobody expected, by their codes. */
  readonly unexpected: readonly string[];
}

export interface LoadOptions {
  readonly workers: number;
  readonly random: () => number;
  /** Whether to go no further; default: never, until the connection breaks. */
  readonly enough?: () => boolean;
  /** Called with each acknowledged event, and how many there are by then. */
  readonly onAcknowledged?: (event: Acknowledged, count: number) => void;
}

/** Starts, mutates, reads, is refused, stops and revokes, from so many workers at once, until the gateway is gone. */
export async function loadUntilGone(
  gateway: GatewayProcess,
  { workers, random, onAcknowledged = () => undefined, enough = () => false }: LoadOptions,
): Promise<Load> {
  const acknowledged: Acknowledged[] = [];
  const acknowledge = (event: Acknowledged) => onAcknowledged(event, acknowledged.push(event));
  const unexpected: string[] = [];
  const [ada = '', grace = '', cleo = ''] = await Promise.all(
    ['user_ada', 'user_grace', 'user_cleo'].map((id) => gateway.signIn(id)),
  );

  async function ask<T>(
    token: string,
    document: string,
    expected: { readonly codes?: string; readonly types: readonly string[]; readonly sessionId: string | null },
    variables: Record<string, unknown> = {},
  ): Promise<Answer<T>> {
    const answer = await gateway.graphql<T>(token, document, variables);
    const requestId = answer.headers.get('x-request-id') ?? '';
    if (answer.codes.join() !== (expected.codes ?? ''))
      unexpected.push(`${answer.codes.join()} to ${document.slice(0, 40)}`);
    else for (const type of expected.types) acknowledge({ type, requestId, sessionId: expected.sessionId });
    return answer;
  }

  async function start(token: string): Promise<{ actorToken: string; session: { id: string } } | null> {
    const { data, codes, headers } = await gateway.graphql<Started | null>(token, START);
    const requestId = headers.get('x-request-id') ?? '';
    const started = data?.startImpersonation ?? null;
    if (started !== null) {
      acknowledge({ type: 'IMPERSONATION_STARTED', requestId, sessionId: started.session.id });
    } else if (codes.includes('AUDIT_UNAVAILABLE')) unexpected.push(codes.join());
    // Any other refusal, such as of too many sessions at once, is on the record too.
    else acknowledge({ type: 'IMPERSONATION_DENIED', requestId, sessionId: null });
    return started;
  }

  async function oneSession(admin: string, other: string): Promise<void> {
    const started = await start(admin);
    if (started === null) return;
    const { actorToken, session } = started;
    const sessionId = session.id;
    const query = { types: ['OPERATION_COMPLETED'], sessionId };
    const mutation = { types: ['OPERATION_ATTEMPTED', 'OPERATION_COMPLETED'], sessionId };
    const { data } = await ask<{ orders: { id: string }[] }>(actorToken, QUERY, query);
    const id = data.orders[0]?.id ?? '';
    if (random() < 0.7) await ask(actorToken, NOTE, mutation, { id });
    if (random() < 0.3) {
      await ask(actorToken, BLOCKED, { codes: 'BLOCKED_WHILE_IMPERSONATING', types: ['OPERATION_DENIED'], sessionId });
    }
    if (random() < 0.2) {
      await ask(cleo, START, { codes: 'FORBIDDEN', types: ['IMPERSONATION_DENIED'], sessionId: null });
    }
    const end = random();
    if (end < 0.75) {
      await ask(actorToken, STOP, { types: ['IMPERSONATION_STOPPED'], sessionId });
    } else if (end < 0.95) {
      await ask(other, REVOKE, { types: ['IMPERSONATION_REVOKED'], sessionId }, { id: sessionId });
    }
  }

  async function work(index: number): Promise<void> {
    const [admin, other] = index % 2 === 0 ? [ada, grace] : [grace, ada];
    while (!enough()) {
      try {
        await oneSession(admin, other);
      } catch {
        // The connection broke: the gateway was killed, and this request was not answered.
        return;
      }
    }
  }

  await Promise.all(Array.from({ length: workers }, (_, index) => work(index)));
  return { acknowledged, unexpected };
}
