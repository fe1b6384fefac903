import { expect } from 'vitest';
import type { AttackGroup } from './attack.js';

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
  ],
};
