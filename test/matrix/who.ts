import type { RunningGateway } from '../support/running-gateway.js';

/** Who sends a request whose credential is in order, or who sends none. The columns of the field matrix. */
export const WHO = [
  'anonymous',
  'no role',
  'USER',
  'SUPPORT',
  'AUDITOR',
  'ADMIN',
  'as USER, read',
  'as USER, full',
  'as SUPPORT, full',
] as const;
export type Who = (typeof WHO)[number];

/** Directly signed in: the person. */
const PEOPLE: Partial<Record<Who, string>> = {
  'no role': 'user_0001',
  USER: 'user_cleo',
  SUPPORT: 'user_sam',
  AUDITOR: 'user_audrey',
  ADMIN: 'user_ada',
};

/** ADMIN user_ada under an impersonation: of whom, with which access. */
const SUBJECTS: Partial<Record<Who, { readonly subjectId: string; readonly access: 'READ_ONLY' | 'FULL' }>> = {
  'as USER, read': { subjectId: 'user_cleo', access: 'READ_ONLY' },
  'as USER, full': { subjectId: 'user_cleo', access: 'FULL' },
  'as SUPPORT, full': { subjectId: 'user_sam', access: 'FULL' },
};

/** Somebody who is about to send one request. */
export interface Sender {
  readonly token: string | null;
  /** The effective user; null for nobody. */
  readonly viewerId: string | null;
  readonly actorId: string | null;
  /** The impersonation session the request runs under. */
  readonly sessionId: string | null;
}

/** The credential of the sender, made afresh: a session of its own where there is an impersonation. */
export async function arrive(gateway: RunningGateway, who: Who): Promise<Sender> {
  const subject = SUBJECTS[who];
  if (subject !== undefined) {
    const { subjectId, access } = subject;
    const { actorToken, sessionId } = await gateway.impersonate('user_ada', subjectId, { access });
    return { token: actorToken, viewerId: subjectId, actorId: 'user_ada', sessionId };
  }
  const person = PEOPLE[who] ?? null;
  const token = person === null ? null : await gateway.token(person);
  return { token, viewerId: person, actorId: person, sessionId: null };
}

/** Ends whatever impersonations a request has left behind. */
export async function endAllSessions(gateway: RunningGateway): Promise<void> {
  const active = await gateway.store.sessions.page({ status: 'ACTIVE' }, { limit: 500, direction: 'forward' });
  if (active.items.length === 0) return;
  const token = await gateway.token('user_0002');
  for (const { id } of active.items) {
    const { codes } = await gateway.graphql(token, REVOKE, { input: { sessionId: id, reason: 'the matrix is done' } });
    if (codes.length > 0) throw new Error(`a session could not be ended: ${codes}`);
  }
}

const REVOKE = `mutation ($input: RevokeImpersonationInput!) { revokeImpersonation(input: $input) { session { id } } }`;

/**
 * Makes the people of the matrix what its columns say, and gives each of them one impersonation in their past, so that the
 * lists they may see are not empty. Who is protected now was impersonated before being promoted.
 */
export async function preparePeople(gateway: RunningGateway): Promise<void> {
  const { people, clock } = gateway;
  people.change('user_0001', { roles: [] });
  people.change('user_0002', { roles: ['ADMIN'] });
  for (const [personId, roles] of [
    ['user_audrey', ['AUDITOR']],
    ['user_ada', ['ADMIN']],
  ] as const) {
    people.change(personId, { roles: ['USER'] });
    await pastImpersonation(gateway, personId);
    people.change(personId, { roles });
  }
  for (const personId of ['user_0001', 'user_cleo', 'user_sam']) await pastImpersonation(gateway, personId);
  // What is known of people may be one second old.
  clock.advance(1_100);
}

async function pastImpersonation(gateway: RunningGateway, personId: string): Promise<void> {
  const { actorToken } = await gateway.impersonate('user_0002', personId);
  const { codes } = await gateway.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
  if (codes.length > 0) throw new Error(`the past impersonation of ${personId} did not end: ${codes}`);
}

/** No limit of these stands in the way of so many sessions. */
export const WITHOUT_LIMITS = {
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
  DENIED_EVENTS_PER_MINUTE: '10000',
  // The matrix is one long burst of refusals.
  DENIED_BURST_PER_ACTOR: '0',
  DENIED_BURST_PER_ADDRESS: '0',
  REFUSED_CREDENTIALS_PER_ADDRESS: '0',
};
