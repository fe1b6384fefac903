import { expect, onTestFinished } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';
import type { Ground } from './ground.js';
import { START, startInput } from './moves.js';
import { connect } from './socket.js';
import { sendGraphQL } from './wire.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const NESTED = 'IMPERSONATION_DENIED NESTED_IMPERSONATION ada>carl';

/** A start from inside an impersonation: refused in the name of the person really acting, and nobody is impersonated. */
function nested(
  id: string,
  title: string,
  attempts: number,
  attempt: (ground: Ground, actorToken: string) => Promise<readonly (Told & { readonly data?: unknown })[]>,
): Attack {
  return {
    id,
    title: `a start from inside an impersonation: ${title}`,
    threat:
      'the chain of who is really acting grows a link that nobody checked; a read-only session becomes a full one',
    codes: ['NESTED_IMPERSONATION'],
    trail: [STARTED, attempts === 1 ? NESTED : `${NESTED} ×${attempts}`],
    async run(ground) {
      const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      const answers = await attempt(ground, actorToken);
      for (const answer of answers) expect(answer.data ?? null).toBeNull();
      const sessions = await ground.truth.sessions.page({}, { limit: 10, direction: 'forward' });
      expect(sessions.items.map(({ id }) => id)).toEqual([sessionId]);
      return answers;
    },
  };
}

const INPUT = '{ userId: "user_carl", reason: "one deeper" }';

export const nesting: AttackGroup = {
  file: 'nesting.ts',
  title: 'impersonation inside impersonation',
  attacks: [
    nested('A61', 'directly, in a session with full access', 1, async (ground, token) => [
      await ground.graphql(token, START, startInput('user_carl')),
    ]),
    nested('A62', 'under aliases, twice in one document', 1, async (ground, token) => [
      // The first refusal ends the whole operation.
      await ground.graphql(
        token,
        `mutation { viewer: startImpersonation(input: ${INPUT}) { actorToken } again: startImpersonation(input: ${INPUT}) { actorToken } }`,
      ),
    ]),
    nested('A63', 'through named and inline fragments on Mutation', 2, async (ground, token) => [
      await ground.graphql(
        token,
        `mutation { ...F } fragment F on Mutation { ...G } fragment G on Mutation { startImpersonation(input: ${INPUT}) { actorToken } }`,
      ),
      await ground.graphql(
        token,
        `mutation { ... on Mutation { ... @include(if: true) { startImpersonation(input: ${INPUT}) { actorToken } } } }`,
      ),
    ]),
    nested('A64', 'as one of two operations, chosen by name, its input in variables', 1, async (ground, token) => [
      await sendGraphQL(ground.url, token, {
        query: `query Harmless { viewer { id } } ${START}`,
        operationName: 'Start',
        variables: startInput('user_carl'),
      }).then((answer) => ({ ...answer, data: answer.body?.data })),
    ]),
    nested('A65', 'over a WebSocket', 1, async (ground, token) => {
      const connection = await connect(ground.url, { params: { authorization: `Bearer ${token}` } });
      onTestFinished(() => connection.close());
      return [await connection.ask(START, startInput('user_carl'))];
    }),
    nested('A66', 'over an event stream', 1, async (ground, token) => {
      const { codes, data } = await askStream(ground.url, token, { query: START, variables: startInput('user_carl') });
      return [{ codes, data: data[0] }];
    }),
    nested('A67', 'with the actor’s own id as the subject, and with a bad reason', 1, async (ground, token) => [
      // The nesting is the most telling of all that is wrong.
      await ground.graphql(token, START, startInput('user_carl', { reason: '', durationSeconds: -1 })),
    ]),
    {
      id: 'A68',
      title: 'a start in a batch: an array of operations in one body',
      threat: 'one request’s checks are made for many operations',
      codes: ['BAD_USER_INPUT'],
      // The body is no GraphQL request, so there is no operation that could be named.
      trail: [STARTED],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const one = { query: START, variables: startInput('user_carl') };
        const answers = [
          await sendGraphQL(ground.url, actorToken, [one, one]),
          await sendGraphQL(ground.url, actorToken, [one]),
          await sendGraphQL(ground.url, await ground.token('user_ada'), [one, { query: '{ viewer { id } }' }]),
        ];
        for (const answer of answers) expect([answer.status, answer.body?.data]).toEqual([400, undefined]);
        return answers;
      },
    },
    {
      id: 'A69',
      title:
        'a longer life for an actor token: presented to the development issuer, to a refresh, to a start for its own subject',
      threat: 'the time box is renewed for ever',
      codes: ['NESTED_IMPERSONATION', 'GRAPHQL_VALIDATION_FAILED'],
      trail: [
        STARTED,
        'IMPERSONATION_DENIED NESTED_IMPERSONATION ada>cleo',
        'OPERATION_DENIED GRAPHQL_VALIDATION_FAILED ada>cleo ×2',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        return [
          await ground.graphql(actorToken, START, startInput('user_cleo', { durationSeconds: 3_600 })),
          await ground.graphql(actorToken, 'mutation { refreshImpersonation { actorToken } }'),
          await ground.graphql(actorToken, '{ impersonation { id actorToken } }'),
        ];
      },
    },
  ],
};
