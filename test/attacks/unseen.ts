import { request } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import type { AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';
import { createHeld } from './held.js';
import { REVOKE, recorded, STOP } from './moves.js';
import { connect } from './socket.js';
import { createVault } from './vault.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const COMPLETED = 'OPERATION_COMPLETED ada>cleo';
const held = createHeld();
const gateway = { hostModules: [createShop(), createVault(), held.module] };
const READ_TRAIL = `query Read($filter: ImpersonationEventFilter, $after: String) {
  impersonationEvents(filter: $filter, first: 1, after: $after) { nodes { id } pageInfo { endCursor } }
}`;

export const unseen: AttackGroup = {
  file: 'unseen.ts',
  title: 'an admin who wants to act unseen',
  attacks: [
    {
      id: 'A172',
      title: 'hanging up before the answer comes',
      threat: 'a request whose answer nobody took is not counted',
      codes: ['none'],
      trail: [STARTED, COMPLETED],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const { hostname, port } = new URL(ground.url);
        const headers = { authorization: `Bearer ${actorToken}`, 'content-type': 'application/json' };
        const body = JSON.stringify({ query: 'query HungUp { held orders { id } }' });
        const begun = held.begun();
        await new Promise<void>((resolve) => {
          const outgoing = request({ hostname, port, method: 'POST', path: '/graphql', headers }, () => undefined);
          outgoing.on('error', () => resolve());
          outgoing.end(body);
          void begun.then(() => outgoing.destroy(new Error('hung up')));
        });
        await recorded(ground, 'OPERATION_COMPLETED');
        expect((await ground.events()).at(-1)?.body.operation?.name).toBe('HungUp');
        return [{ codes: [] }];
      },
    },
    {
      id: 'A173',
      title: 'reads that look like none: __typename, introspection, skipped fields, fragments without a name',
      threat: 'probing with the subject’s rights leaves no trace',
      codes: ['none'],
      trail: [STARTED, `${COMPLETED} ×4`],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const queries = [
          '{ __typename }',
          '{ __type(name: "Wallet") { fields { name } } }',
          '{ orders @skip(if: true) { id } }',
        ];
        const answers: Told[] = [];
        for (const query of [...queries, '{ ... { ... on Query { x: viewer { id } } } }']) {
          answers.push(await ground.graphql(actorToken, query));
        }
        const fields = (await ground.events()).map(({ body }) => body.operation?.fields);
        expect(fields.slice(1)).toEqual([['Query.__typename'], ['Query.__type'], ['Query.orders'], ['Query.viewer']]);
        return answers;
      },
    },
    {
      id: 'A174',
      title:
        'one operation under the name of another: two operations in one document, aliases, a borrowed operation name',
      threat: 'the event tells of what was not done',
      codes: ['none'],
      trail: [STARTED, COMPLETED],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const response = await fetch(`${ground.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${actorToken}` },
          body: JSON.stringify({
            query:
              'query Harmless { viewer { id } } query Real { viewer: orders { title } impersonation: accessHistory { nodes { reason } } }',
            operationName: 'Real',
          }),
        });
        expect(((await response.json()) as { data: { viewer: unknown } }).data.viewer).toBeInstanceOf(Array);
        const operation = (await ground.events()).at(-1)?.body.operation;
        expect(operation).toMatchObject({ name: 'Real', fields: ['Query.orders', 'Query.accessHistory'] });
        return [{ codes: [] }];
      },
    },
    {
      id: 'A175',
      title: 'reading over connections that are recorded only when they open',
      threat: 'one event, then an afternoon of reading',
      codes: ['none'],
      trail: [STARTED, `${COMPLETED} ×5`],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const connection = await connect(ground.url, { params: { authorization: actorToken } });
        onTestFinished(() => connection.close());
        const answers: Told[] = [];
        for (let n = 0; n < 3; n += 1) answers.push(await connection.ask('{ orders { id } }'));
        for (let n = 0; n < 2; n += 1)
          answers.push(await askStream(ground.url, actorToken, { query: '{ orders { id } }' }));
        return answers;
      },
    },
    {
      id: 'A176',
      title: 'a subscription under an impersonation that is never closed properly',
      threat: 'a stream is recorded only at an end that never comes',
      codes: ['none'],
      trail: [STARTED, 'OPERATION_ATTEMPTED ada>cleo', COMPLETED],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const connection = await connect(ground.url, { params: { authorization: actorToken } });
        onTestFinished(() => connection.close());
        const first = await connection.ask('subscription { ticks }', {}, 'ticks');
        expect(first.data).toEqual({ ticks: 'tick' });
        expect((await ground.events()).map(({ stored }) => stored.type)).toContain('OPERATION_ATTEMPTED');
        return [first];
      },
    },
    {
      id: 'A177',
      title: 'a subscription that goes on after its session is revoked, with no event coming',
      threat: 'a silent stream outlives everything',
      codes: ['IMPERSONATION_ENDED'],
      trail: [
        STARTED,
        'OPERATION_ATTEMPTED ada>cleo',
        'IMPERSONATION_REVOKED grace>cleo',
        'OPERATION_COMPLETED FAILURE ada>cleo',
        'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo',
      ],
      // The end is enforced before it is recorded: what it brings about may be on record first.
      settle: (lines) => [...lines.slice(0, 2), ...lines.slice(2).sort()],
      gateway,
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const connection = await connect(ground.url, { params: { authorization: actorToken } });
        onTestFinished(() => connection.close());
        expect((await connection.ask('subscription { ticks }', {}, 'ticks')).codes).toEqual([]);
        await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId });
        const last = await connection.next('ticks');
        expect((await connection.closed).closeCode).toBe(4403);
        return [last];
      },
    },
    {
      id: 'A178',
      title: 'a read that is under way when the session is revoked',
      threat: 'what began in time and ended too late is on neither side of the record',
      codes: ['none'],
      trail: [STARTED, 'IMPERSONATION_REVOKED grace>cleo', COMPLETED],
      gateway,
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const begun = held.begun();
        const slow = ground.graphql(actorToken, '{ held }');
        await begun;
        // The clocks of events tell milliseconds.
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect((await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId })).codes).toEqual([]);
        held.letGo();
        const answer = await slow;
        const [, revoked, completed] = await ground.events();
        const began = Number(completed?.stored.occurredAt) - Number(completed?.body.operation?.durationMs);
        expect(began, 'the event tells that it began before the end').toBeLessThan(Number(revoked?.stored.occurredAt));
        return [answer];
      },
    },
    {
      id: 'A179',
      title: 'being named as somebody else: whose deed a start, a read, a revocation, an expiry and a refusal is',
      threat: 'the trail blames the subject, or a colleague',
      codes: ['none', 'FORBIDDEN'],
      trail: [
        STARTED,
        COMPLETED,
        'OPERATION_DENIED FORBIDDEN ada>cleo',
        'IMPERSONATION_REVOKED grace>cleo',
        'IMPERSONATION_STARTED ada>carl',
        'IMPERSONATION_EXPIRED ada>carl',
      ],
      gateway,
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const answers = [
          await ground.graphql(actorToken, '{ viewer { id } }'),
          await ground.graphql(actorToken, '{ users { nodes { id } } }'),
          await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId }),
        ];
        await ground.impersonate('user_ada', 'user_carl', { durationSeconds: 60 });
        ground.clock.advance(60_000);
        await recorded(ground, 'IMPERSONATION_EXPIRED');
        const { data } = await ground.graphql(
          await ground.token('user_audrey'),
          '{ impersonationSessions { nodes { subjectId endedBy { id } actorId } } }',
        );
        expect(data.impersonationSessions.nodes).toEqual([
          { subjectId: 'user_carl', endedBy: null, actorId: 'user_ada' },
          { subjectId: 'user_cleo', endedBy: { id: 'user_grace' }, actorId: 'user_ada' },
        ]);
        return answers;
      },
    },
    {
      id: 'A180',
      title: 'hiding from the person impersonated: their own ledger of who looked, and why',
      threat: 'the customer cannot know',
      codes: ['none'],
      trail: [STARTED, COMPLETED, 'IMPERSONATION_STOPPED ada>cleo'],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { reason: 'to look at the orders' });
        const answers = [await ground.graphql(actorToken, '{ orders { id } }'), await ground.graphql(actorToken, STOP)];
        const ledger = await ground.graphql(
          await ground.token('user_cleo'),
          '{ accessHistory { nodes { actorId reason status } } }',
        );
        expect(ledger.data.accessHistory.nodes).toEqual([
          { actorId: 'user_ada', reason: 'to look at the orders', status: 'STOPPED' },
        ]);
        return [...answers, ledger];
      },
    },
    {
      id: 'A181',
      title: 'reading the trail under cover of a page somebody, or the reader, has opened before',
      threat: 'who reads the trail is not on it',
      codes: ['none'],
      trail: [
        'AUDIT_READ audrey>-',
        'IMPERSONATION_DENIED FORBIDDEN sam>cleo',
        'AUDIT_READ audrey>-',
        'AUDIT_READ grace>-',
        'AUDIT_READ audrey>- ×2',
      ],
      gateway,
      async run(ground) {
        const audrey = await ground.token('user_audrey');
        const grace = await ground.token('user_grace');
        const read = (token: string, variables: Record<string, unknown> = {}) =>
          ground.graphql(token, READ_TRAIL, variables);
        const answers = [await read(audrey)];
        await ground.graphql(
          await ground.token('user_sam'),
          'mutation { startImpersonation(input: { userId: "user_cleo", reason: "to be found" }) { actorToken } }',
        );
        const first = await read(audrey);
        const after = first.data.impersonationEvents.pageInfo.endCursor;
        // The next page of the same list leaves no event of its own; the same page for somebody else does, and so does
        // another list for the same reader, and the same list an hour later.
        answers.push(first, await read(audrey, { after }), await read(grace, { after }));
        answers.push(await read(audrey, { after, filter: { actorId: 'user_sam' } }));
        ground.clock.advance(600_001);
        answers.push(await read(audrey, { after }));
        return answers;
      },
    },
    {
      id: 'A182',
      title: 'changing or removing an event, a session’s reason or a person through any field there is',
      threat: 'the record is edited by those it is about',
      codes: ['GRAPHQL_VALIDATION_FAILED', 'none'],
      trail: [STARTED],
      gateway,
      async run(ground) {
        await ground.impersonate('user_ada', 'user_cleo', { reason: 'the original reason' });
        const ada = await ground.token('user_ada');
        const wishes = [
          'deleteImpersonationEvent(id: "x") { id }',
          'updateImpersonationSession(id: "x", reason: "better") { id }',
          'eraseDetails(id: "x") { id }',
          'updateUser(id: "user_ada", roles: []) { id }',
        ];
        const answers: Told[] = [];
        for (const wish of wishes) answers.push(await ground.graphql(ada, `mutation { ${wish} }`));
        const { data, codes } = await ground.graphql(ada, '{ __type(name: "Mutation") { fields { name } } }');
        const ours = ['startImpersonation', 'stopImpersonation', 'revokeImpersonation'];
        const host = ['updateDeliveryNote', 'changePassword', 'forgotten', 'setPin', 'setPins'];
        expect(data.__type.fields.map(({ name }: { name: string }) => name).sort()).toEqual([...ours, ...host].sort());
        return [...answers, { codes }];
      },
    },
  ],
};
