import { expect, onTestFinished } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { askStream, codesOf, openStream } from './event-source.js';
import type { Ground } from './ground.js';
import { CHANGE, orderOf } from './moves.js';
import { connect } from './socket.js';
import { bearer, send, sendGraphQL } from './wire.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const NOTE = `updateDeliveryNote(orderId: "${orderOf('user_cleo')}", note: "changed")`;

/** Changes under a read-only session: each refused, none made. */
function readOnly(
  id: string,
  title: string,
  codes: readonly string[],
  trail: readonly string[],
  attempt: (ground: Ground, actorToken: string) => Promise<readonly Told[]>,
): Attack {
  return {
    id,
    title: `a change in a read-only session: ${title}`,
    threat: 'looking is doing',
    codes,
    trail: [STARTED, ...trail],
    async run(ground) {
      const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
      const answers = await attempt(ground, actorToken);
      const { data } = await ground.graphql(await ground.token('user_cleo'), '{ orders { deliveryNote } }');
      expect(JSON.stringify(data)).not.toContain('changed');
      return answers;
    },
  };
}

const DENIED = 'OPERATION_DENIED READ_ONLY_SESSION ada>cleo';
const NOT_OVER_GET = 'OPERATION_DENIED BAD_USER_INPUT ada>cleo';

export const readOnlySessions: AttackGroup = {
  file: 'read-only.ts',
  title: 'changes that the session does not allow',
  attacks: [
    readOnly('A106', 'directly and under an alias', ['READ_ONLY_SESSION'], [`${DENIED} ×2`], async (ground, token) => [
      await ground.graphql(token, CHANGE, { order: orderOf('user_cleo') }),
      await ground.graphql(token, `mutation { stopImpersonation: ${NOTE} { id } }`),
    ]),
    readOnly('A107', 'through fragments', ['READ_ONLY_SESSION'], [`${DENIED} ×3`], async (ground, token) => [
      await ground.graphql(token, `mutation { ...F } fragment F on Mutation { ${NOTE} { id } }`),
      await ground.graphql(token, `mutation { ... on Mutation { ... { ${NOTE} { id } } } }`),
      await ground.graphql(
        token,
        `mutation ($yes: Boolean = true) { ${NOTE} @include(if: $yes) @skip(if: false) { id } }`,
      ),
    ]),
    readOnly('A108', 'chosen by operationName out of three', ['READ_ONLY_SESSION'], [DENIED], async (ground, token) => [
      await sendGraphQL(ground.url, token, {
        query: `query A { viewer { id } } mutation B { ${NOTE} { id } } query C { viewer { id } }`,
        operationName: 'B',
      }),
    ]),
    readOnly(
      'A109',
      'by GET, with the preflight header and without',
      ['BAD_USER_INPUT'],
      // Without it the request is not even looked at: any web page could make a browser send it.
      [NOT_OVER_GET],
      async (ground, token) => {
        const path = `/graphql?query=${encodeURIComponent(`mutation { ${NOTE} { id } }`)}`;
        const json = ['apollo-require-preflight', 'true'] as const;
        const get = { method: 'GET', path };
        return [
          await send(ground.url, { ...get, headers: [bearer(token), json] }),
          await send(ground.url, { ...get, headers: [bearer(token)] }),
        ];
      },
    ),
    readOnly('A110', 'over a WebSocket', ['READ_ONLY_SESSION'], [`${DENIED} ×2`], async (ground, token) => {
      const connection = await connect(ground.url, { params: { authorization: token } });
      onTestFinished(() => connection.close());
      return [
        await connection.ask(CHANGE, { order: orderOf('user_cleo') }),
        await connection.ask(`mutation { a: ${NOTE} { id } }`),
      ];
    }),
    readOnly('A111', 'over an event stream, by POST', ['READ_ONLY_SESSION'], [DENIED], async (ground, token) => [
      await askStream(ground.url, token, { query: `mutation { ${NOTE} { id } }` }),
    ]),
    readOnly('A112', 'over an event stream, by GET', ['BAD_USER_INPUT'], [NOT_OVER_GET], async (ground, token) => {
      const search = `?query=${encodeURIComponent(`mutation { ${NOTE} { id } }`)}`;
      const stream = await openStream(ground.url, token, { method: 'GET', search });
      expect(stream.status).toBe(405);
      return [{ codes: codesOf(await stream.next()) }];
    }),
    readOnly(
      'A113',
      'in the company of a stop, which is allowed',
      ['READ_ONLY_SESSION', 'IMPERSONATION_ENDED'],
      [DENIED, 'IMPERSONATION_STOPPED ada>cleo', 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo'],
      async (ground, token) => [
        await ground.graphql(token, `mutation { ${NOTE} { id } stopImpersonation { session { status } } }`),
        await ground.graphql(token, `mutation { stopImpersonation { session { status } } ${NOTE} { id } }`),
      ],
    ),
    {
      id: 'A114',
      title:
        'a new password for the subject in a session with full access, directly, by alias, fragment, WebSocket and SSE',
      threat: 'the impersonation is made permanent',
      codes: ['BLOCKED_WHILE_IMPERSONATING'],
      trail: [STARTED, 'OPERATION_DENIED BLOCKED_WHILE_IMPERSONATING ada>cleo ×5'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const field = 'changePassword(newPassword: "correct horse")';
        const connection = await connect(ground.url, { params: { authorization: actorToken } });
        onTestFinished(() => connection.close());
        return [
          await ground.graphql(actorToken, `mutation { ${field} }`),
          await ground.graphql(actorToken, `mutation { updateDeliveryNote: ${field} }`),
          await ground.graphql(actorToken, `mutation { ...F } fragment F on Mutation { ${field} }`),
          await connection.ask(`mutation { ${field} }`),
          await askStream(ground.url, actorToken, { query: `mutation { ${field} }` }),
        ];
      },
    },
    {
      id: 'A115',
      title: 'a change in the subject’s name to what belongs to somebody else, the actor included',
      threat: 'the actor’s own reach is added to the subject’s',
      codes: ['BAD_USER_INPUT'],
      trail: [
        STARTED,
        ...['OPERATION_ATTEMPTED ada>cleo', 'OPERATION_COMPLETED FAILURE ada>cleo'],
        'OPERATION_ATTEMPTED ada>cleo',
        'OPERATION_COMPLETED FAILURE ada>cleo',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        return [
          await ground.graphql(actorToken, CHANGE, { order: orderOf('user_ada') }),
          await ground.graphql(actorToken, CHANGE, { order: orderOf('user_carl') }),
        ];
      },
    },
    {
      id: 'A116',
      title: 'the actor’s own rights from inside: people, sessions, the trail, live and stored',
      threat: 'the subject’s session is an admin’s session',
      codes: ['FORBIDDEN'],
      trail: [STARTED, 'OPERATION_DENIED FORBIDDEN ada>cleo ×4'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const fields = [
          'users { nodes { id } }',
          'user(id: "user_carl") { id }',
          'impersonationEvents { nodes { id } }',
        ];
        const answers: Told[] = [];
        for (const field of [...fields, 'impersonationSessions { nodes { id } }']) {
          const answer = await ground.graphql(actorToken, `{ ${field} }`);
          expect(Object.values(answer.data ?? {})).not.toContainEqual(expect.anything());
          answers.push(answer);
        }
        return answers;
      },
    },
  ],
};
