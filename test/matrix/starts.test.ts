import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GraphQLAnswer, type RunningGateway, startGateway } from '../support/running-gateway.js';
import { ACTORS, CHANGED_PEOPLE, STARTS, SUBJECT_IDS, SUBJECTS, type Subject } from './starts.js';
import { bearer, EVENT_STREAM, POST, WEB_SOCKET } from './transports.js';
import { endAllSessions, WITHOUT_LIMITS } from './who.js';

const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id actorId subjectId access } viewer { id } }
}`;

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: WITHOUT_LIMITS });
  gateway.people.change('user_0002', { roles: ['ADMIN'] });
  for (const [id, change] of Object.entries(CHANGED_PEOPLE)) gateway.people.change(id, change);
});

afterEach(() => endAllSessions(gateway));
afterAll(() => gateway.stop());

interface Asker {
  readonly token: string | null;
  readonly actorId: string | null;
  readonly sessionId: string | null;
}

async function arrive(who: string): Promise<Asker> {
  const { actorId = null, as } = ACTORS[who] ?? {};
  if (actorId === null) return { token: null, actorId, sessionId: null };
  if (as === undefined) return { token: await gateway.token(actorId), actorId, sessionId: null };
  const { actorToken, sessionId } = await gateway.impersonate(actorId, as.subjectId, { access: as.access });
  return { token: actorToken, actorId, sessionId };
}

function idOf(subject: Subject, asker: Asker): string {
  return subject === 'the actor' ? (asker.actorId ?? 'user_ada') : SUBJECT_IDS[subject];
}

/** What the auditor is shown of a request. */
async function eventsOf(answer: GraphQLAnswer): Promise<readonly Record<string, unknown>[]> {
  const requestId = answer.headers.get('x-request-id');
  const shown = await gateway.graphql(
    await gateway.token('user_audrey'),
    `query ($requestId: ID) { impersonationEvents(filter: {requestId: $requestId}) { nodes {
      type outcome code actorId subjectId sessionId requestId operation { name type fields }
    } } }`,
    { requestId },
  );
  return shown.data.impersonationEvents.nodes;
}

it('every row says who asks', () => {
  expect(STARTS.map(({ name }) => name)).toEqual(Object.keys(ACTORS));
});

describe.each(STARTS)('$name', ({ name, cells }) => {
  it.each(SUBJECTS)('asks for: %s', async (subject) => {
    const expected = cells[subject];
    const asker = await arrive(name);
    const subjectId = idOf(subject, asker);
    const input = { userId: subjectId, reason: 'somebody rang', ticket: 'CASE-7' };
    const answer = await gateway.graphql(asker.token, START, { input });
    const shared = {
      actorId: asker.actorId,
      requestId: answer.headers.get('x-request-id'),
      operation: { name: 'Start', type: 'MUTATION', fields: ['Mutation.startImpersonation'] },
    };

    if (expected === 'yes') {
      expect(answer.codes).toEqual([]);
      const { session, viewer } = answer.data.startImpersonation;
      expect(session).toMatchObject({ actorId: asker.actorId, subjectId, access: 'READ_ONLY' });
      expect(viewer.id).toBe(subjectId);
      expect(await eventsOf(answer)).toEqual([
        { type: 'IMPERSONATION_STARTED', outcome: 'SUCCESS', code: null, subjectId, sessionId: session.id, ...shared },
      ]);
      return;
    }
    expect(answer).toMatchObject({ status: 200, codes: [expected], data: null });
    expect(await eventsOf(answer)).toEqual([
      {
        type: 'IMPERSONATION_DENIED',
        outcome: 'FAILURE',
        code: expected,
        // An id that can be nobody's is not kept: it is whatever text the client sent.
        subjectId: subject === 'blank' ? null : subjectId,
        sessionId: asker.sessionId,
        ...shared,
      },
    ]);
  });
});

describe.each([POST, WEB_SOCKET, EVENT_STREAM])('over $name', (transport) => {
  it.each([
    ['SUPPORT', 'USER', 'FORBIDDEN'],
    ['ADMIN', 'AUDITOR', 'SUBJECT_PROTECTED'],
    ['as USER, full', 'USER', 'NESTED_IMPERSONATION'],
  ] as const)('%s asking for %s is refused with %s and leaves one event', async (who, subject, code) => {
    const asker = await arrive(who);
    const subjectId = idOf(subject, asker);
    const wanted = { types: ['IMPERSONATION_DENIED'], actorId: asker.actorId ?? '', subjectId } as const;
    const page = { limit: 100, direction: 'forward' } as const;
    const before = (await gateway.store.events.page(wanted, page)).items.length;
    const outcome = await transport.send({
      url: gateway.url,
      authorization: bearer(asker.token),
      document: START,
      variables: { input: { userId: subjectId, reason: 'somebody rang' } },
    });
    expect(outcome.codes).toEqual([code]);
    const after = (await gateway.store.events.page(wanted, page)).items;
    expect(after).toHaveLength(before + 1);
    expect(JSON.parse(after[0]?.body ?? '{}').code).toBe(code);
  });
});
