import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { productionEnvironment } from './production.js';
import { sendGraphQL } from './wire.js';

/** Far more than any of them needs, and far less than a gateway may stand still. */
const PATIENCE_MS = 5_000;
/** Anybody may send it: variables are looked at before any guard is asked. */
const QUERY = 'query ($filter: ImpersonationEventFilter) { impersonationEvents(filter: $filter) { nodes { id } } }';

/** Has the gateway know the operation, as one that clients send again and again. */
async function repeatedly(url: string): Promise<readonly Told[]> {
  const answers: Told[] = [];
  for (let time = 0; time < 3; time += 1) answers.push(await sendGraphQL(url, null, { query: QUERY }));
  return answers;
}

async function inTime(url: string, filter: Record<string, unknown>, query = QUERY) {
  const before = performance.now();
  const answer = await sendGraphQL(url, null, { query, variables: { filter } });
  expect(performance.now() - before).toBeLessThan(PATIENCE_MS);
  return answer;
}

export const variables: AttackGroup = {
  file: 'variables.ts',
  title: 'variables that cost more than they look',
  attacks: [
    {
      id: 'A196',
      title: 'a list of three hundred thousand wrong values for an operation that the gateway knows, by nobody at all',
      threat: 'one request within the limit of its size holds the gateway for all others for half a minute',
      codes: ['UNAUTHENTICATED', 'QUERY_TOO_COMPLEX'],
      trail: [],
      async run({ url }) {
        const known = await repeatedly(url);
        return [...known, await inTime(url, { types: Array.from({ length: 300_000 }, () => 0) })];
      },
    },
    {
      id: 'A197',
      title: 'an input object of sixty thousand fields that there are not, by nobody at all',
      threat: 'the answer quotes it fifty times, and to write that holds the gateway for all others',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: [],
      async run({ url }) {
        const filter = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`field${n}`, 0]));
        const answer = await inTime(url, filter);
        expect(answer.text.length).toBeLessThan(2_000);
        return [answer];
      },
    },
    {
      id: 'A198',
      title:
        'a value, as a variable and in a document, that is nothing but beginnings of suggestions, in production, by nobody at all',
      threat: 'keeping suggestions out of the answer takes minutes, in which nobody else is answered',
      codes: ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'],
      trail: [],
      gateway: async (directory) => ({
        environment: { ...(await productionEnvironment(directory)), QUERY_MAX_CHARACTERS: '1000000' },
        hostModules: [],
      }),
      async run({ url }) {
        const value = 'Did you mean '.repeat(50_000);
        const query = `{ impersonationEvents(filter: { types: ["${value}"] }) { nodes { id } } }`;
        return [await inTime(url, { types: [value] }), await inTime(url, {}, query)];
      },
    },
  ],
};
