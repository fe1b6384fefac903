import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';
import { connect } from './socket.js';
import { sendGraphQL } from './wire.js';

function repeat(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join(' ');
}

/** Far more than any of them needs, and far less than a gateway may stand still. */
const PATIENCE_MS = 5_000;

/** Within every other limit: what they have in common is that each thing in them may conflict with each other. */
const CONFLICTING: readonly string[] = [
  `{ viewer { ${repeat(1_900, () => 'id')} } }`,
  `{ orders { ${repeat(1_000, (n) => `id(a: ${n})`)} } }`,
  `{ viewer { ${repeat(190, (n) => `name: ${n % 2 === 0 ? 'id' : 'email'}`)} ${repeat(200, () => 'id')} } }`,
  `{ viewer { ${repeat(900, (n) => `...F${n}`)} } } ${repeat(900, (n) => `fragment F${n} on User { id }`)}`,
  `{ orders { ${repeat(600, (n) => `customer { id(a: ${n}) name }`)} } }`,
];

export const refusedDocuments: AttackGroup = {
  file: 'refused-documents.ts',
  title: 'documents that are refused, and take long to be',
  attacks: [
    {
      id: 'A225',
      title:
        'thousands of fields and fragments that may conflict with one another, by nobody, by POST, event stream and WebSocket',
      threat:
        'each two are compared, and each conflict is told with all that is around it, for each time that the document is looked at',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: [],
      async run(ground) {
        const answers: Told[] = [];
        for (const query of CONFLICTING) {
          const socket = await connect(ground.url);
          const before = performance.now();
          const told = [
            await sendGraphQL(ground.url, null, { query }),
            await askStream(ground.url, null, { query }),
            await socket.ask(query),
          ];
          socket.close();
          expect(performance.now() - before, `${query.slice(0, 40)}…`).toBeLessThan(PATIENCE_MS);
          answers.push(...told);
        }
        const metrics = await fetch(`${ground.url}/metrics`).then((response) => response.text());
        expect(metrics).toContain('gateway_graphql_documents_refused_total{limit="comparisons"}');
        return answers;
      },
    },
  ],
};
