import { expect } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import type { Attack, AttackGroup, Told } from './attack.js';
import type { Ground } from './ground.js';
import { productionEnvironment } from './production.js';
import { createVault, SECRETS } from './vault.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const COMPLETED = 'OPERATION_COMPLETED ada>cleo';
const FAILED = 'OPERATION_COMPLETED FAILURE ada>cleo';
const gateway = { hostModules: [createShop(), createVault()] };

/** Queries by Ada, an admin, as Cleo, who may see none of it. Nothing of it may be in any answer, event or log line. */
function peek(
  id: string,
  title: string,
  codes: readonly string[],
  trail: readonly string[],
  queries: readonly string[],
  check: (answers: readonly unknown[]) => void = () => {},
): Attack {
  return {
    id,
    title,
    threat: 'a rule on one way to the data leaves another way open',
    codes,
    trail: [STARTED, ...trail],
    gateway,
    async run(ground) {
      const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      const answers = [];
      for (const query of queries) answers.push(await ground.graphql(actorToken, query, { yes: true, no: false }));
      await leavesNoSecret(ground, answers);
      check(answers.map(({ data }) => data));
      return answers;
    },
  };
}

async function leavesNoSecret(ground: Ground, answers: readonly { readonly text: string }[]): Promise<void> {
  const kept = (await ground.events()).map(({ stored }) => `${stored.body}${stored.details?.text}`);
  const everything = [...answers.map(({ text }) => text), ...kept, ground.logged()].join('\n');
  for (const secret of [SECRETS.margin, SECRETS.iban, SECRETS.pin]) expect(everything).not.toContain(secret);
}

const DENIED = 'OPERATION_DENIED FORBIDDEN ada>cleo';
const SENSITIVE = 'OPERATION_DENIED SENSITIVE_FIELD ada>cleo';

export const guardedFields: AttackGroup = {
  file: 'guarded-fields.ts',
  title: 'guarded data by every way that leads to it',
  attacks: [
    peek(
      'A117',
      'a guarded type through the interface it implements',
      ['FORBIDDEN'],
      [FAILED, DENIED],
      ['{ notes { id text } }'],
      ([data]) => expect(data).toEqual({ notes: [{ id: 'public', text: 'for everybody' }, null] }),
    ),
    peek(
      'A118',
      'a guarded type through a union, with its fields in inline and named fragments',
      ['FORBIDDEN'],
      [FAILED, DENIED, FAILED, DENIED],
      [
        '{ found { ... on StaffNote { id text margin } ... on PublicNote { id } } }',
        '{ found { ...N } } fragment N on Note { id text ... on StaffNote { margin } }',
      ],
      ([data]) => expect(data).toEqual({ found: [{ id: 'public' }, null] }),
    ),
    peek(
      'A119',
      'the mere existence of guarded objects, by __typename and by empty fragments',
      ['FORBIDDEN'],
      [FAILED, DENIED, FAILED, DENIED],
      ['{ found { __typename } }', '{ notes { ... on StaffNote { __typename } } }'],
      ([data]) => expect(data).toEqual({ found: [{ __typename: 'PublicNote' }, null] }),
    ),
    peek(
      'A120',
      'a guarded field under aliases, fragments and variable-driven @include and @skip',
      ['FORBIDDEN'],
      [`${DENIED} ×4`],
      [
        '{ viewer: staffNote { margin } actor: staffNote { text } }',
        '{ ... on Query { ...F } } fragment F on Query { x: staffNote { y: margin } }',
        'query ($yes: Boolean!) { staffNote @include(if: $yes) { margin } }',
        'query ($no: Boolean!) { staffNote @skip(if: $no) { ... @include(if: true) { margin } } }',
      ],
    ),
    peek(
      'A121',
      'a guarded field beside one that is open',
      ['FORBIDDEN'],
      [FAILED, DENIED],
      ['{ staffNote { margin } viewer { id } }'],
      ([data]) => expect(data).toEqual({ staffNote: null, viewer: { id: 'user_cleo' } }),
    ),
    peek(
      'A122',
      'a field that the actor’s role would open, in the subject’s wallet',
      ['FORBIDDEN'],
      [FAILED, DENIED],
      ['{ wallet { id limit } }'],
      ([data]) => expect(data).toEqual({ wallet: { id: 'wallet', limit: null } }),
    ),
    peek(
      'A123',
      'a sensitive field by name, alias, fragment and @include',
      ['none'],
      [COMPLETED, SENSITIVE, COMPLETED, SENSITIVE],
      [
        '{ wallet { iban } }',
        'query ($yes: Boolean!) { wallet { id: iban ...W ... @include(if: $yes) { c: iban } } } fragment W on Wallet { b: iban }',
      ],
      ([, data]) => expect(data).toEqual({ wallet: { id: null, b: null, c: null } }),
    ),
    peek(
      'A124',
      'a sensitive field that cannot be null',
      ['SENSITIVE_FIELD'],
      [FAILED, SENSITIVE],
      ['{ wallet { id pin } }'],
    ),
    peek(
      'A125',
      'the card number of the subject’s orders, however it is called',
      ['none'],
      [COMPLETED, SENSITIVE],
      ['{ orders { title: cardLast4 ...C } } fragment C on Order { totalCents: cardLast4 }'],
      ([data]) => expect(JSON.stringify(data)).not.toMatch(/\d{4}/),
    ),
    {
      id: 'A126',
      title: 'guarded types, directives and roles by introspection, aliased, in production',
      threat: 'the map of what is worth attacking',
      codes: ['GRAPHQL_VALIDATION_FAILED'],
      trail: [],
      async gateway(directory) {
        return { hostModules: [createVault()], environment: await productionEnvironment(directory) };
      },
      async run(ground) {
        const queries = ['{ __schema { types { name } } }', '{ x: __type(name: "StaffNote") { fields { name } } }'];
        const answers: Told[] = [];
        for (const query of [...queries, 'query Q { ...F } fragment F on Query { __schema { directives { name } } }']) {
          answers.push(await ground.graphql(null, query));
        }
        const guess = await ground.graphql(null, '{ staffNot { margi } }');
        expect(guess.text, 'no near misses are named').not.toContain('staffNote');
        return [...answers, guess];
      },
    },
  ],
};
