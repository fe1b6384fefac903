import { expect, onTestFinished } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { askStream, codesOf, openStream } from './event-source.js';
import type { Ground } from './ground.js';
import { CHANGE, orderOf, recorded, START, STOP, start, startInput, WHO } from './moves.js';
import { type Connection, type ConnectionOptions, connect } from './socket.js';
import { bearer, send, sendGraphQL } from './wire.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const FOLLOW = 'subscription Follow { impersonationEventRecorded { type actorId } }';

async function open(ground: Ground, options: ConnectionOptions = {}): Promise<Connection> {
  const connection = await connect(ground.url, options);
  onTestFinished(() => connection.close());
  return connection;
}

/** A connection of the auditor's that follows the trail, and whose first event has arrived. */
async function followingAuditor(ground: Ground): Promise<Connection> {
  const connection = await open(ground, { params: { authorization: await ground.token('user_audrey') } });
  connection.send({ type: 'subscribe', id: 'follow', payload: { query: FOLLOW } });
  await recorded(ground, 'AUDIT_READ');
  await start(ground, await ground.token('user_sam'), 'user_cleo');
  expect(await connection.next('follow')).toMatchObject({ codes: [] });
  return connection;
}

export const streams: AttackGroup = {
  file: 'streams.ts',
  title: 'WebSocket and event streams',
  attacks: [
    {
      id: 'A35',
      title: 'a WebSocket without a credential starts an impersonation',
      threat: 'the other door has no lock',
      codes: ['UNAUTHENTICATED'],
      trail: ['IMPERSONATION_DENIED UNAUTHENTICATED ->cleo'],
      async run(ground) {
        const connection = await open(ground);
        return [await connection.ask(START, startInput('user_cleo'))];
      },
    },
    {
      id: 'A36',
      title: 'a WebSocket with a credential that is not valid, in its header or its parameters',
      threat: 'a bad credential becomes anonymous',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await ground.token('user_ada');
        const bad = `${token.slice(0, -6)}AAAAAA`;
        const refused: ConnectionOptions[] = [
          { params: { authorization: `Bearer ${bad}` } },
          { params: { Authorization: bad } },
          { headers: { authorization: `Bearer ${bad}` } },
          { headers: { authorization: 'Basic YWRhOng=' } },
          ...[1, true, [`Bearer ${token}`], { toString: token }, '', ' ', 'Bearer', `Basic ${token}`].map(
            (authorization) => ({ params: { authorization } }),
          ),
        ];
        const answers: Told[] = [];
        for (const options of refused) {
          const end = await (await open(ground, options)).closed;
          expect(end.closeCode).toBe(4403);
          answers.push(end);
        }
        return answers;
      },
    },
    {
      id: 'A37',
      title: 'a WebSocket whose header and parameters name different people, or whose parameters name two',
      threat: 'whoever can add one of the two decides who is in effect',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const ada = await ground.token('user_ada');
        const carl = await ground.token('user_carl');
        const disagreeing: ConnectionOptions[] = [
          { headers: { authorization: `Bearer ${actorToken}` }, params: { authorization: `Bearer ${ada}` } },
          { headers: { authorization: `Bearer ${ada}` }, params: { authorization: `Bearer ${carl}` } },
          { headers: { authorization: `Bearer ${ada}` }, params: { Authorization: carl } },
          { params: { authorization: `Bearer ${carl}`, Authorization: `Bearer ${ada}` } },
          { params: { authorization: null, Authorization: 'Bearer' } },
        ];
        const answers: Told[] = [];
        for (const options of disagreeing) answers.push(await (await open(ground, options)).closed);
        return answers;
      },
    },
    {
      id: 'A38',
      title: 'operations before connection_init, a second connection_init, messages that are none',
      threat: 'an operation runs before anybody has looked at the credential',
      codes: ['Unauthorized', 'Too many initialisation requests', 'Invalid message received'],
      trail: [],
      async run(ground) {
        const early = await open(ground, { params: null });
        early.send({ type: 'subscribe', id: '1', payload: { query: WHO } });
        const twice = await open(ground);
        twice.send({ type: 'connection_init', payload: { authorization: await ground.token('user_ada') } });
        const garbage = await open(ground);
        garbage.send('{"type":"subscribe","id":"1","payload":');
        return Promise.all([early, twice, garbage].map(({ closed }) => closed)).then((ends) =>
          ends.map(({ codes }) => ({
            codes: codes.map((code) => code.replace(/^Invalid message.*/i, 'Invalid message received')),
          })),
        );
      },
    },
    {
      id: 'A39',
      title: 'a WebSocket opened with an actor token goes on asking after the session was stopped elsewhere',
      threat: 'the connection outlives the session',
      codes: ['IMPERSONATION_ENDED'],
      trail: [
        STARTED,
        'OPERATION_COMPLETED ada>cleo',
        'IMPERSONATION_STOPPED ada>cleo',
        'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo ×3',
      ],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const connection = await open(ground, { params: { authorization: actorToken } });
        expect((await connection.ask(WHO)).codes).toEqual([]);
        await ground.graphql(await ground.token('user_ada'), STOP, { id: sessionId });
        return [
          await connection.ask(WHO),
          await connection.ask(CHANGE, { order: orderOf('user_cleo') }),
          await connection.ask('{ orders { id } }'),
        ];
      },
    },
    {
      id: 'A40',
      title: 'an auditor’s stream kept open after the role was taken away',
      threat: 'who may not read the trail any more goes on reading it live',
      codes: ['FORBIDDEN'],
      trail: ['AUDIT_READ audrey>-', 'IMPERSONATION_DENIED FORBIDDEN sam>cleo ×2'],
      async run(ground) {
        const connection = await followingAuditor(ground);
        ground.people.change('user_audrey', { roles: ['USER'] });
        ground.clock.advance(1_001);
        await start(ground, await ground.token('user_sam'), 'user_cleo');
        const answer = await connection.next('follow');
        expect(answer.data ?? null, 'not a word of the event').toBeNull();
        return [answer];
      },
    },
    {
      id: 'A41',
      title: 'an auditor’s stream kept open after the account was disabled',
      threat: 'a dismissed person stays connected',
      codes: ['TOKEN_INVALID'],
      trail: ['AUDIT_READ audrey>-', 'IMPERSONATION_DENIED FORBIDDEN sam>cleo'],
      async run(ground) {
        const connection = await followingAuditor(ground);
        ground.people.change('user_audrey', { disabled: true });
        ground.clock.advance(1_001);
        const last = await connection.next('follow');
        expect((await connection.closed).closeCode).toBe(4403);
        return [last];
      },
    },
    {
      id: 'A42',
      title: 'an event stream (SSE) kept open after its token expired',
      threat: 'a stream never has to show its credential again',
      codes: ['TOKEN_EXPIRED'],
      trail: ['AUDIT_READ audrey>-'],
      async run(ground) {
        const stream = await openStream(ground.url, await ground.token('user_audrey'), { body: { query: FOLLOW } });
        onTestFinished(() => stream.close());
        expect(stream.status).toBe(200);
        ground.clock.advance(13 * 3_600_000);
        const last = await stream.next();
        expect(await stream.next(), 'it has ended').toBeNull();
        return [{ codes: codesOf(last) }];
      },
    },
    {
      id: 'A43',
      title: 'an event stream with a bad credential, with none, and with an actor token, for the live trail',
      threat: 'the third door has no lock; the impersonated identity reads the trail with the actor’s rights',
      codes: ['TOKEN_INVALID', 'UNAUTHENTICATED', 'FORBIDDEN'],
      trail: [
        STARTED,
        'OPERATION_ATTEMPTED ada>cleo',
        'OPERATION_COMPLETED FAILURE ada>cleo',
        'OPERATION_DENIED FORBIDDEN ada>cleo',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const body = { query: FOLLOW };
        const refused = await askStream(ground.url, `${actorToken.slice(0, -6)}AAAAAA`, body);
        expect(refused.status).toBe(401);
        return [refused, await askStream(ground.url, null, body), await askStream(ground.url, actorToken, body)];
      },
    },
    {
      id: 'A44',
      title: 'opening somebody’s reserved event stream by a name of the attacker’s choosing, or one every object has',
      threat: 'results of another person’s operations arrive at the attacker’s',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const path = '/graphql/stream';
        const NAME = 'x-graphql-event-stream-token';
        const reserve = (name: string) =>
          send(ground.url, { method: 'PUT', path, headers: [bearer(ada), [NAME, name]] }).then(({ text }) => text);
        const names = ['chosen-by-the-attacker', '11111111-1111-4111-8111-111111111111', '__proto__', 'constructor'];
        const given = await Promise.all([...names, ...names].map(reserve));
        expect(new Set([...names, ...given]).size, 'no name is the client’s').toBe(names.length + given.length);
        const answers: Told[] = [];
        for (const name of names) {
          const body = { query: WHO, extensions: { operationId: '1' } };
          const answer = await sendGraphQL(ground.url, ada, body, { path, headers: [[NAME, name]] });
          expect([name, answer.status]).toEqual([name, 404]);
          answers.push(answer);
        }
        return answers;
      },
    },
  ],
};
