import { expect } from 'vitest';
import { DirectiveError } from '../../directives/index.js';
import { createShop } from '../../examples/shop/index.js';
import { createGateway } from '../../src/app.js';
import { readConfig } from '../../src/config/index.js';
import type { HostModule } from '../../src/host-module.js';
import type { AttackGroup, Told } from './attack.js';
import { CHANGE, orderOf } from './moves.js';
import { createVault, SECRETS } from './vault.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';

/** What is wrong with a gateway that runs this module; null where it would start. */
function objection(directory: string, typeDefs: string, resolvers: HostModule['resolvers'] = {}): unknown {
  try {
    createGateway(readConfig({ DATA_DIR: directory, LOG_LEVEL: 'silent' }), {
      hostModules: [{ name: 'host', typeDefs, resolvers }],
      processMetrics: false,
    });
    return null;
  } catch (error) {
    return error;
  }
}

interface Meddled {
  viewer: { id: string; roles: string[] };
  actor: unknown;
  impersonation: { access: string; status: string };
  identity: { viewer: unknown; access: string };
  operation: unknown;
  loaders: { person: { load(id: string): Promise<{ roles: string[] }> } };
}

/** Everything of a context that a resolver could try to change. */
const MEDDLE: Readonly<Record<string, (context: Meddled) => unknown>> = {
  VIEWER: (context) => {
    context.viewer = { id: 'user_grace', roles: ['ADMIN'] };
  },
  ACTOR: (context) => {
    context.actor = { id: 'user_grace' };
  },
  IDENTITY: (context) => {
    context.identity = { ...context.identity, access: 'FULL' };
  },
  OPERATION: (context) => {
    context.operation = null;
  },
  VIEWER_ROLES: ({ viewer }) => viewer.roles.push('ADMIN'),
  VIEWER_ID: ({ viewer }) => {
    viewer.id = 'user_grace';
  },
  ACCESS: ({ identity }) => {
    identity.access = 'FULL';
  },
  SESSION: ({ impersonation }) => {
    impersonation.access = 'FULL';
  },
  LOADED_ROLES: async ({ loaders }) => (await loaders.person.load('user_cleo')).roles.push('ADMIN'),
};
const MEDDLING = Object.keys(MEDDLE);

function createMeddler(): HostModule {
  return {
    name: 'meddler',
    typeDefs: `enum Meddling { ${MEDDLING.join(' ')} } extend type Query { meddle(with: Meddling!): String }`,
    resolvers: {
      Query: {
        async meddle(_source: unknown, args: { with: string }, context: Meddled) {
          await MEDDLE[args.with]?.(context);
          return 'done';
        },
      },
    },
  };
}

export const hostModules: AttackGroup = {
  file: 'host-modules.ts',
  title: 'careless and failing applications behind the gateway',
  attacks: [
    {
      id: 'A150',
      title: 'a resolver that fails with a database message in seven ways',
      threat: 'addresses, credentials and data of the database in an answer',
      codes: ['INTERNAL_SERVER_ERROR'],
      trail: [],
      gateway: { hostModules: [createVault()] },
      async run(ground) {
        const ways = ['DATABASE', 'UNKNOWN_CODE', 'KNOWN_CODE', 'STRING', 'NULL', 'SERIALISATION', 'REJECTION'];
        const answers = [];
        for (const how of ways) {
          const answer = await ground.graphql(null, 'query ($how: Failure!) { failing(how: $how) }', { how });
          expect(answer.text).not.toMatch(/hunter2|mongodb|10\.0\.0\.7|stack|node_modules/);
          expect(answer.errors[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'));
          answers.push(answer);
        }
        expect(ground.logged(), 'the cause is in the log').toContain('duplicate key');
        expect(ground.logged(), 'without its credential').not.toContain('hunter2');
        expect(SECRETS.database).toContain('hunter2');
        return answers;
      },
    },
    {
      id: 'A151',
      title: 'an application whose mutation carries no directive at all',
      threat: 'what the application forgot is open to whoever impersonates',
      codes: ['READ_ONLY_SESSION', 'none'],
      trail: [
        `${STARTED}`,
        'OPERATION_DENIED READ_ONLY_SESSION ada>cleo',
        STARTED,
        'OPERATION_ATTEMPTED ada>cleo',
        'OPERATION_COMPLETED ada>cleo',
      ],
      gateway: { hostModules: [createVault()] },
      async run(ground) {
        const answers: Told[] = [];
        for (const access of ['READ_ONLY', 'FULL']) {
          const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access });
          answers.push(await ground.graphql(actorToken, 'mutation { forgotten(note: "x") }'));
        }
        return answers;
      },
    },
    {
      id: 'A152',
      title: 'an application that defines a directive again, weaker, or under other places',
      threat: 'the rules mean something else than they say',
      codes: ['refused at start'],
      trail: [],
      async run(ground) {
        const query = 'extend type Query { mine: String @authenticated }';
        const weaker = [
          'directive @requiresRole(role: [Role!]!, of: Principal! = ACTOR) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE',
          'directive @requiresRole(role: [Role!], of: Principal! = VIEWER) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE',
          'directive @authenticated(unless: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE',
          'directive @sensitive on FIELD_DEFINITION',
          'directive @blockedWhileImpersonating on FIELD_DEFINITION | OBJECT | QUERY',
        ];
        for (const definition of weaker) {
          expect([definition, objection(ground.directory, `${definition} ${query}`)]).toEqual([
            definition,
            expect.any(Error),
          ]);
        }
        return [{ codes: ['refused at start'] }];
      },
    },
    {
      id: 'A153',
      title: 'an application whose directive is misspelt, unknown, without effect or names no role',
      threat: 'a rule that everybody reads and nothing enforces',
      codes: ['refused at start'],
      trail: [],
      async run(ground) {
        const mistakes = [
          'extend type Query { mine: String @authentificated }',
          'extend type Query { mine: String @requiresRole(role: BOSS) }',
          'extend type Query { mine: String @requiresRole(role: []) }',
          'extend type Query { mine: String } type Unused { secret: String @requiresRole(role: ADMIN) }',
          'extend type Query { mine: String @sensitive @blockedWhileImpersonating }',
          'extend enum Principal { BOTH } extend type Query { mine: String }',
        ];
        for (const sdl of mistakes) expect([sdl, objection(ground.directory, sdl)]).toEqual([sdl, expect.any(Error)]);
        expect(objection(ground.directory, mistakes[1] ?? '')).toBeInstanceOf(DirectiveError);
        expect(objection(ground.directory, 'extend type Query { mine: String @authenticated }')).toBeNull();
        return [{ codes: ['refused at start'] }];
      },
    },
    {
      id: 'A154',
      title: 'an application that declares a field of the gateway’s own again, without its rule',
      threat: 'the trail, or the start of an impersonation, is open to everybody',
      codes: ['UNAUTHENTICATED', 'FORBIDDEN'],
      trail: ['IMPERSONATION_DENIED UNAUTHENTICATED ->cleo', 'IMPERSONATION_DENIED FORBIDDEN carl>cleo'],
      gateway: {
        hostModules: [
          createShop(),
          {
            name: 'again',
            typeDefs: `
              extend type Query { user(id: ID!): User }
              extend type Mutation { startImpersonation(input: StartImpersonationInput!): StartImpersonationPayload! }
            `,
            resolvers: {},
          },
        ],
      },
      async run(ground) {
        const carl = await ground.token('user_carl');
        const start =
          'mutation { startImpersonation(input: { userId: "user_cleo", reason: "left open" }) { actorToken } }';
        const answers = [];
        for (const token of [null, carl]) {
          answers.push(
            await ground.graphql(token, start),
            await ground.graphql(token, '{ user(id: "user_ada") { email } }'),
          );
        }
        for (const { text } of answers) expect(text).not.toContain('ada.whitfield');
        return answers;
      },
    },
    {
      id: 'A155',
      title: 'an application that writes to what it is given: the viewer, the actor, the access, the roles of a person',
      threat:
        'one careless resolver changes who is in effect, for this request or, through what requests share, for all',
      codes: ['INTERNAL_SERVER_ERROR', 'READ_ONLY_SESSION', 'FORBIDDEN'],
      trail: [
        STARTED,
        'OPERATION_COMPLETED FAILURE ada>cleo ×9',
        'OPERATION_DENIED READ_ONLY_SESSION ada>cleo',
        'OPERATION_DENIED FORBIDDEN ada>cleo',
      ],
      gateway: { hostModules: [createShop(), createMeddler()] },
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const answers = [];
        for (const what of MEDDLING) {
          const answer = await ground.graphql(actorToken, `{ meddle(with: ${what}) viewer { id roles } actor { id } }`);
          expect(answer.data).toEqual({
            meddle: null,
            viewer: { id: 'user_cleo', roles: ['USER'] },
            actor: { id: 'user_ada' },
          });
          answers.push(answer);
        }
        answers.push(await ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') }));
        answers.push(await ground.graphql(actorToken, '{ users { nodes { id } } }'));
        return answers;
      },
    },
  ],
};
