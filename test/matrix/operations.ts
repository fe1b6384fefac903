import type { RunningGateway } from '../support/running-gateway.js';
import type { Sender } from './who.js';

/** One request of the field matrix. */
export interface Operation {
  readonly document: string;
  readonly variables?: (gateway: RunningGateway, sender: Sender) => Variables | Promise<Variables>;
  /** Where the field stands in the result: the keys that lead to it. */
  readonly at: readonly string[];
}

type Variables = Readonly<Record<string, unknown>>;

const EVENTS = 'events(first: 1) { nodes { id type } }';
const FIRST_EVENT = ['events', 'nodes', '0', 'id'];
const STOP = (selection: string) =>
  `mutation ($sessionId: ID) { stopImpersonation(sessionId: $sessionId) { ${selection} } }`;
const REVOKE = (selection: string) =>
  `mutation ($input: RevokeImpersonationInput!) { revokeImpersonation(input: $input) { ${selection} } }`;
const START = (selection: string) =>
  `mutation ($input: StartImpersonationInput!) { startImpersonation(input: $input) { ${selection} } }`;
const NOTE = (selection: string) =>
  `mutation ($orderId: ID!) { updateDeliveryNote(orderId: $orderId, note: "At the back door.") { ${selection} } }`;

const someCustomer = () => ({ input: { userId: 'user_carl', reason: 'the matrix' } });
const anotherActors = async (gateway: RunningGateway) => ({
  sessionId: (await gateway.impersonate('user_grace', 'user_carl')).sessionId,
});
const someEvent = async (gateway: RunningGateway) => {
  await gateway.impersonate('user_grace', 'user_carl');
  const { items } = await gateway.store.events.page({}, { limit: 1, direction: 'forward' });
  return { id: items[0]?.id };
};
/** The session the sender runs under; else one of the sender's, where they may have one; else one of somebody else's. */
const own = async (gateway: RunningGateway, { sessionId, actorId }: Sender) => {
  if (sessionId !== null) return { sessionId };
  const actor = actorId === 'user_ada' ? 'user_ada' : 'user_grace';
  return { sessionId: (await gateway.impersonate(actor, 'user_carl')).sessionId };
};
const unknown = () => ({ sessionId: '018f2b1c-0000-7000-8000-000000000000' });
const revoking =
  (which: (gateway: RunningGateway, sender: Sender) => Variables | Promise<Variables>) =>
  async (gateway: RunningGateway, sender: Sender) => ({
    input: { ...(await which(gateway, sender)), reason: 'the matrix' },
  });
const ownOrder = (_gateway: RunningGateway, { viewerId }: Sender) => ({
  orderId: `order_${viewerId ?? 'user_cleo'}_1`,
});

/** By the row of the field matrix. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'Query.viewer': { document: '{ viewer { id } }', at: ['viewer', 'id'] },
  'Query.actor': { document: '{ actor { id } }', at: ['actor', 'id'] },
  'Query.impersonation': { document: '{ impersonation { id } }', at: ['impersonation', 'id'] },
  'Query.user': { document: '{ user(id: "user_carl") { email } }', at: ['user', 'email'] },
  'Query.users': { document: '{ users(first: 1) { nodes { email } } }', at: ['users', 'nodes', '0', 'email'] },
  'Query.impersonationSession': {
    document: 'query ($sessionId: ID!) { impersonationSession(id: $sessionId) { reason } }',
    variables: anotherActors,
    at: ['impersonationSession', 'reason'],
  },
  'Query.impersonationSessions': {
    document: '{ impersonationSessions(first: 1) { nodes { reason } } }',
    at: ['impersonationSessions', 'nodes', '0', 'reason'],
  },
  'Query.impersonationEvent': {
    document: 'query ($id: ID!) { impersonationEvent(id: $id) { requestId } }',
    variables: someEvent,
    at: ['impersonationEvent', 'requestId'],
  },
  'Query.impersonationEvents': {
    document: '{ impersonationEvents(first: 1) { nodes { id } } }',
    at: ['impersonationEvents', 'nodes', '0', 'id'],
  },
  'Query.impersonationStatistics': {
    document: `{
      impersonationStatistics(occurredAfter: "2026-01-01T00:00:00.000Z", occurredBefore: "2026-01-02T00:00:00.000Z") { from }
    }`,
    at: ['impersonationStatistics', '0', 'from'],
  },
  'Query.accessHistory': {
    document: '{ accessHistory(first: 1) { nodes { reason } } }',
    at: ['accessHistory', 'nodes', '0', 'reason'],
  },
  'Query.orders': { document: '{ orders { title } }', at: ['orders', '0', 'title'] },
  'Mutation.startImpersonation': {
    document: START('actorToken'),
    variables: someCustomer,
    at: ['startImpersonation', 'actorToken'],
  },
  'Mutation.stopImpersonation of the current session': {
    document: STOP('session { status }'),
    at: ['stopImpersonation', 'session', 'status'],
  },
  "Mutation.stopImpersonation of one's own session by id": {
    document: STOP('session { status }'),
    variables: own,
    at: ['stopImpersonation', 'session', 'status'],
  },
  "Mutation.stopImpersonation of another actor's session": {
    document: STOP('session { status }'),
    variables: anotherActors,
    at: ['stopImpersonation', 'session', 'status'],
  },
  'Mutation.stopImpersonation of an unknown session': {
    document: STOP('session { status }'),
    variables: unknown,
    at: ['stopImpersonation', 'session', 'status'],
  },
  "Mutation.revokeImpersonation of another actor's session": {
    document: REVOKE('session { status }'),
    variables: revoking(anotherActors),
    at: ['revokeImpersonation', 'session', 'status'],
  },
  "Mutation.revokeImpersonation of one's own session": {
    document: REVOKE('session { status }'),
    variables: revoking(own),
    at: ['revokeImpersonation', 'session', 'status'],
  },
  'Mutation.revokeImpersonation of an unknown session': {
    document: REVOKE('session { status }'),
    variables: revoking(unknown),
    at: ['revokeImpersonation', 'session', 'status'],
  },
  'Mutation.updateDeliveryNote': {
    document: NOTE('deliveryNote'),
    variables: ownOrder,
    at: ['updateDeliveryNote', 'deliveryNote'],
  },
  "Mutation.updateDeliveryNote of somebody else's order": {
    document: NOTE('deliveryNote'),
    variables: () => ({ orderId: 'order_user_carl_1' }),
    at: ['updateDeliveryNote', 'deliveryNote'],
  },
  'Mutation.changePassword': {
    document: 'mutation { changePassword(newPassword: "correct horse battery") }',
    at: ['changePassword'],
  },
  'Subscription.impersonationEventRecorded': {
    document: 'subscription { impersonationEventRecorded { id } }',
    at: ['impersonationEventRecorded', 'id'],
  },
  'Subscription.auditVerification': {
    document: 'subscription { auditVerification { startedAt } }',
    at: ['auditVerification', 'startedAt'],
  },
  'ImpersonationSession.events in Query.impersonation': {
    document: `{ impersonation { ${EVENTS} } }`,
    at: ['impersonation', ...FIRST_EVENT],
  },
  'ImpersonationSession.events in Query.accessHistory': {
    document: `{ accessHistory(first: 1) { nodes { ${EVENTS} } } }`,
    at: ['accessHistory', 'nodes', '0', ...FIRST_EVENT],
  },
  'ImpersonationSession.events in Query.impersonationSession': {
    document: `query ($sessionId: ID!) { impersonationSession(id: $sessionId) { ${EVENTS} } }`,
    variables: anotherActors,
    at: ['impersonationSession', ...FIRST_EVENT],
  },
  'ImpersonationSession.events in Query.impersonationSessions': {
    document: `{ impersonationSessions(first: 1) { nodes { ${EVENTS} } } }`,
    at: ['impersonationSessions', 'nodes', '0', ...FIRST_EVENT],
  },
  'ImpersonationSession.events in Mutation.startImpersonation': {
    document: START(`session { ${EVENTS} }`),
    variables: someCustomer,
    at: ['startImpersonation', 'session', ...FIRST_EVENT],
  },
  'ImpersonationSession.events in Mutation.stopImpersonation': {
    document: STOP(`session { ${EVENTS} }`),
    variables: own,
    at: ['stopImpersonation', 'session', ...FIRST_EVENT],
  },
  'ImpersonationSession.events in Mutation.revokeImpersonation': {
    document: REVOKE(`session { ${EVENTS} }`),
    variables: revoking(anotherActors),
    at: ['revokeImpersonation', 'session', ...FIRST_EVENT],
  },
  'Order.cardLast4 in Query.orders': { document: '{ orders { cardLast4 } }', at: ['orders', '0', 'cardLast4'] },
  'Order.cardLast4 in Mutation.updateDeliveryNote': {
    document: NOTE('cardLast4'),
    variables: ownOrder,
    at: ['updateDeliveryNote', 'cardLast4'],
  },
};

export function kindOf(operation: Operation | undefined): 'query' | 'mutation' | 'subscription' {
  const document = operation?.document ?? '';
  return (['mutation', 'subscription'] as const).find((kind) => document.startsWith(kind)) ?? 'query';
}

/** The value that stands there; null where something on the way is null or absent. */
export function valueAt(data: unknown, keys: readonly string[]): unknown {
  let value = data;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Readonly<Record<string, unknown>>)[key] ?? null;
  }
  return value ?? null;
}
