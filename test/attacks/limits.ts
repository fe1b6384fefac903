import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';
import { startInput } from './moves.js';
import { connect } from './socket.js';
import { bearer, send, sendGraphQL } from './wire.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const REFUSED = 'OPERATION_DENIED QUERY_TOO_COMPLEX ada>cleo';

function repeat(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join(' ');
}

/** A small text that comes to 2^60 fields. */
const BOMB = `{ viewer { ...F0 } } ${repeat(60, (n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`)} fragment F60 on User { id }`;
const SESSIONS =
  'query ($n: Int!) { impersonationSessions(first: $n) { nodes { events(first: $n) { nodes { subject { id } } } } } }';

export const limits: AttackGroup = {
  file: 'limits.ts',
  title: 'documents that are within the token limit, and far beyond any use',
  attacks: [
    {
      id: 'A207',
      title: 'fields nested without an end, fragments that double, floods of aliases, root fields and directives',
      threat: 'one small request keeps the gateway, the store and the services busy',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: [STARTED, `${REFUSED} ×7`],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const asked: readonly (readonly [limit: string, document: string])[] = [
          ['depth', `{ orders { ${'customer { '.repeat(40)} id ${'} '.repeat(41)} }`],
          ['fields', BOMB],
          ['aliases', `{ viewer { ${repeat(1_000, (n) => `a${n}: id`)} } }`],
          ['rootFields', `{ ${repeat(190, (n) => `a${n}: viewer { id }`)} }`],
          ['directives', `{ viewer { ${'id @include(if: true) '.repeat(500)} } }`],
          ['directivesPerPlace', `{ viewer { id ${'@skip(if: false) '.repeat(500)} } }`],
          ['variables', `query (${repeat(1_000, (n) => `$v${n}: Int`)}) { viewer { id } }`],
        ];
        const answers: Told[] = [];
        for (const [limit, query] of asked) {
          const answer = await sendGraphQL(ground.url, actorToken, { query });
          expect(answer.body?.errors?.[0], limit).toMatchObject({ extensions: { limit: { name: limit } } });
          expect(answer.body, 'nothing of it ran').not.toHaveProperty('data');
          answers.push(answer);
        }
        const metrics = await fetch(`${ground.url}/metrics`).then((response) => response.text());
        for (const [limit] of asked) {
          expect(metrics).toContain(`gateway_graphql_documents_refused_total{limit="${limit}"} 1`);
        }
        return answers;
      },
    },
    {
      id: 'A208',
      title:
        'a list in a list whose sizes only the variables tell: the first time, again and again, by GET, WebSocket and event stream',
      threat: 'a document that was found cheap once is executed with sizes that nobody looked at',
      codes: ['none', 'QUERY_TOO_COMPLEX'],
      trail: [],
      async run(ground) {
        const grace = await ground.token('user_grace');
        const answers: Told[] = [];
        const variables = { n: 500 };
        // Often enough that it is executed by the shortest way.
        for (let time = 0; time < 5; time += 1) answers.push(await ground.graphql(grace, SESSIONS, { n: 2 }));
        for (let time = 0; time < 3; time += 1) answers.push(await ground.graphql(grace, SESSIONS, variables));
        const search = new URLSearchParams({ query: SESSIONS, variables: JSON.stringify(variables) });
        answers.push(
          await send(ground.url, {
            method: 'GET',
            path: `/graphql?${search}`,
            headers: [bearer(grace), ['apollo-require-preflight', '1']],
          }),
          await askStream(ground.url, grace, { query: SESSIONS, variables }),
        );
        const socket = await connect(ground.url, { params: { authorization: `Bearer ${grace}` } });
        answers.push(await socket.ask(SESSIONS, variables));
        socket.close();
        answers.push(await ground.graphql(grace, SESSIONS.replaceAll('$n: Int!', '$n: Int! = 500'), {}));
        answers.push(
          await ground.graphql(grace, SESSIONS.replaceAll('first: $n', 'first: 500').replace('($n: Int!)', '')),
        );
        return answers;
      },
    },
    {
      id: 'A209',
      title: 'variables of fifty thousand values, or nested a thousand deep, for input that takes objects',
      threat: 'what is coerced, redacted and recorded is worked on for seconds',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: [STARTED, `${REFUSED} ×2`],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const query = 'query ($f: ImpersonationEventFilter) { impersonationEvents(filter: $f) { nodes { id } } }';
        const deep = JSON.parse(`${'{"filter":'.repeat(1_000)}1${'}'.repeat(1_000)}`) as Record<string, unknown>;
        const many = { types: Array.from({ length: 50_000 }, () => 'AUDIT_GAP') };
        return [
          await ground.graphql(actorToken, query, { f: deep }),
          await ground.graphql(actorToken, query, { f: many }),
        ];
      },
    },
    {
      id: 'A210',
      title: 'a start of an impersonation in a document that is too much, by nobody and by somebody',
      threat: 'attempts go unnoticed in documents that are refused for another reason',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: ['IMPERSONATION_DENIED QUERY_TOO_COMPLEX ->cleo', 'IMPERSONATION_DENIED QUERY_TOO_COMPLEX sam>cleo'],
      settle: (lines) => lines.map((line) => line.replace(/>(-|cleo)$/, '>cleo')),
      async run(ground) {
        const starts = repeat(60, (n) => `s${n}: startImpersonation(input: $input) { actorToken }`);
        const query = `mutation ($input: StartImpersonationInput!) { ${starts} }`;
        const variables = startInput('user_cleo');
        return [
          await ground.graphql(null, query, variables),
          await ground.graphql(await ground.token('user_sam'), query, variables),
        ];
      },
    },
  ],
};
