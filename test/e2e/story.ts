import { beforeAll, expect, it } from 'vitest';
import type { Told, UnmodifiedClient } from '../support/graphql-clients.js';

/** Where a story plays. */
export interface Stage {
  /** The gateway's origin. */
  readonly origin: string;
  /** A session token of the person, from wherever people sign in. */
  signIn(userId: string): Promise<string>;
}

interface Started {
  readonly actorToken: string;
  readonly expiresAt: string;
  readonly session: { readonly id: string };
}

interface RecordedEvent {
  readonly type: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly actor: { readonly id: string } | null;
  readonly subject: { readonly id: string } | null;
  readonly reason: string | null;
  readonly operation: { readonly fields: readonly string[]; readonly variables: string | null } | null;
}

const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) {
    actorToken expiresAt viewer { id }
    session { id status access actorId subjectId reason ticket startedAt expiresAt actor { id } subject { id } }
  }
}`;
const WHO = 'query Who { viewer { id } actor { id } impersonation { id status access actorId subjectId } }';
const ORDERS = 'query Orders { orders { id deliveryNote cardLast4 customer { id } } }';
const NOTE = `mutation Note($orderId: ID!, $note: String!) {
  updateDeliveryNote(orderId: $orderId, note: $note) { id deliveryNote }
}`;
const PASSWORD = 'mutation Password($newPassword: String!) { changePassword(newPassword: $newPassword) }';
const STOP = `mutation Stop($sessionId: ID) {
  stopImpersonation(sessionId: $sessionId) { session { id status endedAt endedBy { id } } viewer { id } }
}`;
const EVENTS = `query Events($filter: ImpersonationEventFilter) {
  impersonationEvents(filter: $filter, first: 100) {
    nodes { type outcome code actor { id } subject { id } reason operation { fields variables } }
  }
}`;

interface Order {
  readonly id: string;
  readonly deliveryNote: string | null;
  readonly cardLast4: string | null;
  readonly customer: { readonly id: string };
}

const NEW_PASSWORD = 'correct-horse-battery';

/** Tells the whole story of the contract to a client: each step is a test, and builds on those before it. */
export function tellStory(client: UnmodifiedClient, stage: () => Stage): void {
  const people: Record<'ada' | 'carl' | 'cleo' | 'audrey', string> = { ada: '', carl: '', cleo: '', audrey: '' };
  let began = '';
  let readOnly: Started;
  let full: Started;
  let orderId = '';

  const as = <T>(token: string | null, document: string, variables?: Record<string, unknown>): Promise<Told<T>> =>
    client.ask<T>(stage().origin, token, document, variables);

  /** The rest of what a refused request gets, whichever client sent it. */
  async function refusedOutright(token: string): Promise<void> {
    const { data, codes } = await as(token, WHO);
    expect({ data, codes }).toEqual({ data: null, codes: ['IMPERSONATION_ENDED'] });
    const response = await fetch(`${stage().origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: WHO }),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await response.json()).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'IMPERSONATION_ENDED' } }],
    });
  }

  async function eventsOf(filter: Record<string, unknown>): Promise<RecordedEvent[]> {
    const { data, codes } = await as<{ impersonationEvents: { nodes: RecordedEvent[] } }>(people.audrey, EVENTS, {
      filter,
    });
    expect(codes).toEqual([]);
    return data?.impersonationEvents.nodes.toReversed() ?? [];
  }

  beforeAll(async () => {
    for (const name of ['ada', 'carl', 'cleo', 'audrey'] as const) people[name] = await stage().signIn(`user_${name}`);
    began = new Date().toISOString();
  });

  it('outside impersonation viewer and actor are the same person; without a credential there is neither', async () => {
    const signedIn = await as(people.ada, WHO);
    expect(signedIn).toEqual({
      data: { viewer: { id: 'user_ada' }, actor: { id: 'user_ada' }, impersonation: null },
      codes: [],
      errors: [],
    });
    const anonymous = await as(null, WHO);
    expect(anonymous.data).toEqual({ viewer: null, actor: null, impersonation: null });
  });

  it('a customer who tries to impersonate is refused, and told which role it takes', async () => {
    const { data, codes, errors } = await as(people.carl, START, {
      input: { userId: 'user_cleo', reason: 'I am curious' },
    });
    expect({ data, codes }).toEqual({ data: null, codes: ['FORBIDDEN'] });
    expect(errors[0]?.extensions?.requires).toEqual({ role: ['ADMIN'], of: 'VIEWER' });
  });

  it('an admin starts an impersonation and gets an actor token', async () => {
    const { data, codes } = await as<{ startImpersonation: Started }>(people.ada, START, {
      input: { userId: 'user_cleo', reason: 'Case 4711: order is missing', ticket: '4711', durationSeconds: 120 },
    });
    expect(codes).toEqual([]);
    expect(data?.startImpersonation).toEqual({
      actorToken: expect.stringMatching(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/),
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      viewer: { id: 'user_cleo' },
      session: {
        id: expect.any(String),
        status: 'ACTIVE',
        access: 'READ_ONLY',
        actorId: 'user_ada',
        subjectId: 'user_cleo',
        reason: 'Case 4711: order is missing',
        ticket: '4711',
        startedAt: expect.any(String),
        expiresAt: data?.startImpersonation.expiresAt,
        actor: { id: 'user_ada' },
        subject: { id: 'user_cleo' },
      },
    });
    readOnly = data?.startImpersonation as Started;
  });

  it('under the actor token the viewer is the customer and the actor is still the admin', async () => {
    const { data } = await as(readOnly.actorToken, WHO);
    expect(data).toEqual({
      viewer: { id: 'user_cleo' },
      actor: { id: 'user_ada' },
      impersonation: {
        id: readOnly.session.id,
        status: 'ACTIVE',
        access: 'READ_ONLY',
        actorId: 'user_ada',
        subjectId: 'user_cleo',
      },
    });
  });

  it('the application shows the actor what the customer sees, without what is sensitive', async () => {
    const own = await as<{ orders: Order[] }>(people.cleo, ORDERS);
    const seen = await as<{ orders: Order[] }>(readOnly.actorToken, ORDERS);
    expect(seen.codes).toEqual([]);
    const orders = own.data?.orders ?? [];
    expect(orders.some(({ cardLast4 }) => cardLast4 !== null)).toBe(true);
    expect(seen.data?.orders).toEqual(orders.map((order) => ({ ...order, cardLast4: null })));
    expect(new Set(seen.data?.orders.map(({ customer }) => customer.id))).toEqual(new Set(['user_cleo']));
    orderId = orders[0]?.id ?? '';
  });

  it('a read-only session refuses a change, and nothing changes', async () => {
    const before = await as(people.cleo, ORDERS);
    const { data, codes } = await as(readOnly.actorToken, NOTE, { orderId, note: 'Throw it over the fence' });
    expect({ data, codes }).toEqual({ data: null, codes: ['READ_ONLY_SESSION'] });
    expect(await as(people.cleo, ORDERS)).toEqual(before);
  });

  it('an impersonation cannot be started from inside another one', async () => {
    const { codes } = await as(readOnly.actorToken, START, { input: { userId: 'user_carl', reason: 'once more' } });
    expect(codes).toEqual(['NESTED_IMPERSONATION']);
  });

  it('stopping from the actor token gives the admin back to themselves', async () => {
    const { data, codes } = await as(readOnly.actorToken, STOP);
    expect(codes).toEqual([]);
    expect(data).toEqual({
      stopImpersonation: {
        session: {
          id: readOnly.session.id,
          status: 'STOPPED',
          endedAt: expect.any(String),
          endedBy: { id: 'user_ada' },
        },
        viewer: { id: 'user_ada' },
      },
    });
  });

  it('the token of a stopped session is refused outright', async () => {
    await refusedOutright(readOnly.actorToken);
  });

  it('a full session may change what the customer may', async () => {
    const started = await as<{ startImpersonation: Started }>(people.ada, START, {
      input: { userId: 'user_cleo', reason: 'Case 4711: a new note', access: 'FULL' },
    });
    full = started.data?.startImpersonation as Started;
    const note = `Ring twice (${client.name})`;
    const changed = await as(full.actorToken, NOTE, { orderId, note });
    expect(changed).toEqual({
      data: { updateDeliveryNote: { id: orderId, deliveryNote: note } },
      codes: [],
      errors: [],
    });
    const seen = await as<{ orders: Order[] }>(people.cleo, ORDERS);
    expect(seen.data?.orders.find(({ id }) => id === orderId)?.deliveryNote).toBe(note);
  });

  it('even a full session cannot change a password', async () => {
    const { data, codes } = await as(full.actorToken, PASSWORD, { newPassword: NEW_PASSWORD });
    expect({ data, codes }).toEqual({ data: null, codes: ['BLOCKED_WHILE_IMPERSONATING'] });
  });

  it('the admin stops a session from their own token, by its id', async () => {
    const { data, codes } = await as<{ stopImpersonation: unknown }>(people.ada, STOP, { sessionId: full.session.id });
    expect(codes).toEqual([]);
    expect(data?.stopImpersonation).toMatchObject({
      session: { id: full.session.id, status: 'STOPPED', endedBy: { id: 'user_ada' } },
      viewer: { id: 'user_ada' },
    });
    await refusedOutright(full.actorToken);
  });

  it('stopping what has ended, or outside any session, is an error', async () => {
    expect((await as(people.ada, STOP, { sessionId: full.session.id })).codes).toEqual(['IMPERSONATION_ENDED']);
    expect((await as(people.ada, STOP)).codes).toEqual(['NOT_IMPERSONATING']);
    expect((await as(people.ada, STOP, { sessionId: 'nobody-knows' })).codes).toEqual(['SESSION_NOT_FOUND']);
    expect((await as(people.cleo, STOP, { sessionId: full.session.id })).codes).toEqual(['FORBIDDEN']);
  });

  it('the auditor reads the first session in order, with the right people in it', async () => {
    const events = await eventsOf({ sessionId: readOnly.session.id });
    expect(events.map(({ type, code, operation }) => [type, code, operation?.fields ?? null])).toEqual([
      ['IMPERSONATION_STARTED', null, ['Mutation.startImpersonation']],
      ['OPERATION_COMPLETED', null, ['Query.viewer', 'Query.actor', 'Query.impersonation']],
      ['OPERATION_COMPLETED', null, ['Query.orders']],
      ['OPERATION_DENIED', 'SENSITIVE_FIELD', ['Query.orders']],
      ['OPERATION_DENIED', 'READ_ONLY_SESSION', ['Mutation.updateDeliveryNote']],
      ['IMPERSONATION_DENIED', 'NESTED_IMPERSONATION', ['Mutation.startImpersonation']],
      ['IMPERSONATION_STOPPED', null, ['Mutation.stopImpersonation']],
      ['OPERATION_DENIED', 'IMPERSONATION_ENDED', null],
      ['OPERATION_DENIED', 'IMPERSONATION_ENDED', null],
    ]);
    expect(new Set(events.map(({ actor }) => actor?.id))).toEqual(new Set(['user_ada']));
    // The nested attempt was about somebody else, and says so.
    expect(events.map(({ subject }) => subject?.id)).toEqual(
      events.map(({ type }) => (type === 'IMPERSONATION_DENIED' ? 'user_carl' : 'user_cleo')),
    );
    expect(events[0]?.reason).toBe('Case 4711: order is missing');
  });

  it('the auditor reads the second session in order, and finds no password in it', async () => {
    const events = await eventsOf({ sessionId: full.session.id });
    expect(events.map(({ type, outcome, code }) => [type, outcome, code])).toEqual([
      ['IMPERSONATION_STARTED', 'SUCCESS', null],
      ['OPERATION_ATTEMPTED', 'UNKNOWN', null],
      ['OPERATION_COMPLETED', 'SUCCESS', null],
      ['OPERATION_DENIED', 'FAILURE', 'BLOCKED_WHILE_IMPERSONATING'],
      ['IMPERSONATION_STOPPED', 'SUCCESS', null],
      ['OPERATION_DENIED', 'FAILURE', 'IMPERSONATION_ENDED'],
      ['OPERATION_DENIED', 'FAILURE', 'IMPERSONATION_ENDED'],
    ]);
    expect(events.every(({ actor, subject }) => actor?.id === 'user_ada' && subject?.id === 'user_cleo')).toBe(true);
    expect(JSON.parse(events[3]?.operation?.variables ?? 'null')).toEqual({ newPassword: '[REDACTED]' });
    expect(JSON.stringify(events)).not.toContain(NEW_PASSWORD);
  });

  it('the refused attempts and the auditor’s own reading are on the record too', async () => {
    const denied = await eventsOf({ occurredAfter: began, actorId: 'user_carl' });
    expect(denied).toMatchObject([
      { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', code: 'FORBIDDEN', subject: { id: 'user_cleo' } },
    ]);
    const read = await eventsOf({ occurredAfter: began, actorId: 'user_audrey' });
    expect(read.length).toBeGreaterThanOrEqual(3);
    expect(new Set(read.map(({ type }) => type))).toEqual(new Set(['AUDIT_READ']));
  });
}
