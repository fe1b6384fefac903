import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { sendGraphQL } from './wire.js';

function repeat(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join(' ');
}

/** Each fragment holds lists that hold the next one: two thousand bytes that come to ten to the power of fifteen fields. */
const LISTS = `{ ...F0 } ${repeat(15, (n) => `fragment F${n} on Query { ${repeat(10, () => `accessHistory { ...F${n + 1} }`)} }`)} fragment F15 on Query { a }`;
/** Fragments that no operation spreads, each of which leads into the next. */
const CHAIN = `{ viewer { id } } ${repeat(900, (n) => `fragment F${n} on User { ...F${n + 1} }`)} fragment F900 on User { id }`;
/** The same, all of it one fragment; and as deep as no stack bears. */
const well = (deep: number) => `{ viewer { id } } fragment F on User { ${'a{'.repeat(deep)} id ${'}'.repeat(deep)} }`;

export const blocking: AttackGroup = {
  file: 'blocking.ts',
  title: 'small documents that are refused, but only after long work',
  attacks: [
    {
      id: 'A221',
      title: 'lists in fragments in lists, and fragments without an end that nothing spreads, by nobody',
      threat:
        'one request of two thousand bytes keeps the whole process busy for hours, or brings it to its knees with an error',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: [],
      async run(ground) {
        const answers = [
          await ground.graphql(null, LISTS, {}),
          await ground.graphql(null, CHAIN, {}),
          await ground.graphql(null, well(500), {}),
          await ground.graphql(null, well(3_300), {}),
        ];
        expect((await fetch(`${ground.url}/healthz`)).status, 'the process is there for others').toBe(200);
        return answers;
      },
    },
    {
      id: 'A222',
      title:
        'half a megabyte of blank lines before a hundred mistakes, and mistakes that repeat one name of 900,000 characters',
      threat:
        'each error counts the lines before it, and quotes the name: seconds of work, and an answer of 89 megabytes',
      codes: ['QUERY_TOO_COMPLEX'],
      // Of a text that is not read nothing is known that could go on record.
      trail: ['IMPERSONATION_STARTED ada>cleo', 'OPERATION_DENIED QUERY_TOO_COMPLEX ada>cleo'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const asked: readonly (readonly [limit: string, document: string])[] = [
          ['characters', `{ viewer { ${'\n'.repeat(500_000)} ${repeat(100, (n) => `x${n}`)} } }`],
          ['lines', `{ viewer { ${'\n'.repeat(90_000)} ${repeat(100, (n) => `x${n}`)} } }`],
          ['characters', `query ${'a'.repeat(900_000)}(${repeat(99, (n) => `$v${n}: ID`)}) { viewer { id } }`],
          ['nameLength', `query ${'a'.repeat(90_000)}(${repeat(99, (n) => `$v${n}: ID`)}) { viewer { id } }`],
        ];
        const answers: Told[] = [];
        for (const [limit, query] of asked) {
          for (const token of [null, actorToken]) {
            const answer = await sendGraphQL(ground.url, token, { query });
            expect(answer.body?.errors, limit).toMatchObject([{ extensions: { limit: { name: limit } } }]);
            expect(JSON.stringify(answer.body).length, 'the answer is small').toBeLessThan(1_000);
            answers.push(answer);
          }
        }
        return answers;
      },
    },
  ],
};
