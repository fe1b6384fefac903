import { expect } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { START, startInput } from './moves.js';
import { sendGraphQL } from './wire.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const TOO_COMPLEX = 'OPERATION_DENIED QUERY_TOO_COMPLEX ada>cleo';
/** Far more than any of them needs, and far less than a gateway may stand still. */
const PATIENCE_MS = 5_000;

function repeat(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join(' ');
}

/** So that what is refused for its tokens, its depth and its fields is not refused for its length before. */
const LONG_DOCUMENTS = { environment: { QUERY_MAX_CHARACTERS: '1000000', QUERY_MAX_LINES: '20000' } };

/** Documents that cost much more to work on than to send, from inside an impersonation. */
function costly(
  id: string,
  title: string,
  codes: readonly string[],
  trail: readonly string[],
  documents: readonly string[],
): Attack {
  return {
    id,
    title,
    threat: 'one small request holds the gateway for all others',
    codes,
    trail: [STARTED, ...trail],
    gateway: LONG_DOCUMENTS,
    async run(ground) {
      const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
      const answers: Told[] = [];
      for (const query of documents) {
        const before = performance.now();
        answers.push(await sendGraphQL(ground.url, actorToken, { query }));
        expect(performance.now() - before, `${query.slice(0, 40)}…`).toBeLessThan(PATIENCE_MS);
      }
      const sizes = (await ground.events()).map(
        ({ stored }) => stored.body.length + (stored.details?.text.length ?? 0),
      );
      expect(Math.max(...sizes), 'no event grows with the document').toBeLessThan(20_000);
      return answers;
    },
  };
}

export const documents: AttackGroup = {
  file: 'documents.ts',
  title: 'documents that cost more than they look',
  attacks: [
    costly(
      'A143',
      'documents of more than 10,000 tokens: aliases, fields, values, comments between them',
      ['GRAPHQL_PARSE_FAILED'],
      [],
      [
        `{ ${repeat(3_400, (n) => `a${n}: __typename`)} }`,
        `{ ${'__typename '.repeat(10_000)} }`,
        `{ viewer(x: [${'1 '.repeat(10_000)}]) { id } }`,
        `{ ${repeat(10_001, (n) => `f${n} # comment\n`)} }`,
      ],
    ),
    costly(
      'A144',
      'documents nested thousands deep: selections, lists, objects, inline fragments',
      ['QUERY_TOO_COMPLEX'],
      [],
      [
        `{ ${'viewer { '.repeat(4_990)}`,
        `{ user(id: ${'['.repeat(9_000)}`,
        `{ user(id: ${'{ a: '.repeat(3_000)}`,
        `{ ${'... { '.repeat(4_900)}`,
        `query ($a: ${'['.repeat(9_000)}`,
      ],
    ),
    costly(
      'A145',
      'two thousand aliases of fields that are dear',
      ['QUERY_TOO_COMPLEX'],
      [`${TOO_COMPLEX} ×2`],
      [
        `{ ${repeat(1_600, (n) => `a${n}: orders { id }`)} }`,
        `{ ${repeat(500, (n) => `a${n}: accessHistory(first: 500) { nodes { id } }`)} }`,
      ],
    ),
    costly(
      'A146',
      'fragments that spread one another a thousand times, in pairs and in circles',
      ['QUERY_TOO_COMPLEX'],
      [`${TOO_COMPLEX} ×2`],
      [
        `{ ...F0 } ${repeat(800, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F800 on Query { __typename }`,
        `{ ...F0 } ${repeat(800, (n) => `fragment F${n} on Query { ...F${(n + 1) % 800} }`)}`,
      ],
    ),
    costly(
      'A147',
      'introspection that goes round in circles',
      ['QUERY_TOO_COMPLEX'],
      [TOO_COMPLEX],
      ['{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }'],
    ),
    {
      id: 'A148',
      title: 'an operation name and field names of hundreds of kilobytes in a refused start, by nobody at all',
      threat: 'the trail is filled at the attacker’s pace, a megabyte for each line',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: ['IMPERSONATION_DENIED QUERY_TOO_COMPLEX ->- ×3'],
      gateway: LONG_DOCUMENTS,
      async run(ground) {
        const long = 'n'.repeat(300_000);
        const variables = startInput('user_cleo');
        const field = 'startImpersonation(input: $input) { actorToken }';
        const declared = '($input: StartImpersonationInput!)';
        const queries = [
          START.replace('Start(', `${long}(`),
          `mutation ${declared} { ${field} ${long} }`,
          `mutation ${declared} { ${field} ${repeat(3_000, (n) => `${'f'.repeat(90)}${n}`)} }`,
        ];
        const answers: Told[] = [];
        for (const query of queries) answers.push(await sendGraphQL(ground.url, null, { query, variables }));
        for (const { stored, body } of await ground.events()) {
          expect(stored.body.length).toBeLessThan(2_000);
          expect(body.operation?.fields).toEqual(['Mutation.startImpersonation']);
        }
        return answers;
      },
    },
    {
      id: 'A149',
      title: 'variables of half a megabyte, and nested a hundred thousand deep, under an impersonation',
      threat: 'the trail stores whatever a client sends',
      codes: ['FORBIDDEN', 'BAD_USER_INPUT'],
      trail: [STARTED, 'OPERATION_DENIED FORBIDDEN ada>cleo', 'OPERATION_DENIED BAD_USER_INPUT ada>cleo'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const query = 'query ($id: ID!) { user(id: $id) { id } }';
        const deep = `{"query":${JSON.stringify(query)},"variables":{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
        const answers = [
          await sendGraphQL(ground.url, actorToken, { query, variables: { id: 'x'.repeat(500_000) } }),
          await fetch(`${ground.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${actorToken}` },
            body: deep,
          }).then(async (response) => {
            const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
            return { codes: errors.map(({ extensions }) => extensions.code) };
          }),
        ];
        for (const { stored } of await ground.events()) expect(stored.details?.text.length).toBeLessThan(20_000);
        return answers;
      },
    },
  ],
};
