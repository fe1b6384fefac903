import { expect, onTestFinished } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';
import type { Ground } from './ground.js';
import { connect } from './socket.js';
import { createVault } from './vault.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const gateway = { hostModules: [createVault()] };
/** Like a password: a word, so that it can also stand without quotes. */
const SECRET = 'hunter2_correct_horse';

interface Sent {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** Whether the value stands anywhere where somebody else could read it. */
async function leaks(ground: Ground, answers: readonly (Told & { readonly text?: string })[]): Promise<void> {
  const kept = (await ground.events()).map(({ stored }) => `${stored.body}${stored.details?.text}`);
  expect(kept.length, 'something was recorded').toBeGreaterThan(0);
  expect(kept.join('\n'), 'the trail').not.toContain(SECRET);
  expect(ground.logged(), 'the log').not.toContain(SECRET);
  expect(answers.map((answer) => JSON.stringify(answer)).join('\n'), 'the answers').not.toContain(SECRET);
}

function sensitive(
  id: string,
  title: string,
  codes: readonly string[],
  trail: readonly string[],
  sent: readonly Sent[],
): Attack {
  return {
    id,
    title: `a password in the trail: ${title}`,
    threat: 'whoever reads the trail, the log or a client’s error report has the customers’ secrets',
    codes,
    trail: [STARTED, ...trail],
    gateway,
    async run(ground) {
      const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      const answers = [];
      for (const { query, variables } of sent) answers.push(await ground.graphql(actorToken, query, variables));
      await leaks(ground, answers);
      return answers;
    },
  };
}

const DONE = ['OPERATION_ATTEMPTED ada>cleo', 'OPERATION_COMPLETED ada>cleo'] as const;
const INVALID = 'OPERATION_DENIED GRAPHQL_VALIDATION_FAILED ada>cleo';
const WRONG = 'OPERATION_DENIED BAD_USER_INPUT ada>cleo';

export const secrets: AttackGroup = {
  file: 'secrets.ts',
  title: 'values that must not be kept',
  attacks: [
    sensitive(
      'A127',
      'as a literal and as a block string',
      ['none'],
      [...DONE, ...DONE],
      [
        { query: `mutation { setPin(pin: "${SECRET}", more: { old: "${SECRET}", hint: "x" }) }` },
        { query: `mutation { setPin(pin: """${SECRET}""") }` },
      ],
    ),
    sensitive(
      'A128',
      'as variables: whole, inside an input, inside lists, by default',
      ['none'],
      [...DONE, ...DONE, ...DONE, ...DONE],
      [
        { query: 'mutation ($p: String!) { setPin(pin: $p) }', variables: { p: SECRET } },
        {
          query: 'mutation ($m: PinInput!) { setPin(pin: "x", more: $m) }',
          variables: { m: { old: SECRET, hint: 'a hint', kind: 'SHORT' } },
        },
        {
          query: 'mutation ($a: PinInput!, $o: String!) { setPins(pins: [$a, { old: $o, hint: "b" }]) }',
          variables: { a: { old: SECRET }, o: SECRET },
        },
        { query: `mutation ($p: String! = "${SECRET}") { setPin(pin: $p) }` },
      ],
    ),
    sensitive(
      'A129',
      'in a variable that also goes to an open argument',
      ['none'],
      [...DONE],
      [
        {
          query: 'mutation ($p: String!) { setPin(pin: $p) forgotten: setPins(pins: [{ old: "x", hint: $p }]) }',
          variables: { p: SECRET },
        },
      ],
    ),
    sensitive(
      'A130',
      'in variables that nobody declared',
      ['none'],
      [...DONE],
      [{ query: 'mutation ($q: String!) { setPin(pin: $q) }', variables: { q: 'x', password: SECRET, [SECRET]: 1 } }],
    ),
    sensitive(
      'A131',
      'as a variable of the wrong type',
      ['BAD_USER_INPUT'],
      [`${WRONG} ×6`],
      [
        { query: 'mutation ($p: String!) { setPin(pin: $p) }', variables: { p: { [SECRET]: SECRET } } },
        { query: 'mutation ($p: String!) { setPin(pin: $p) }', variables: { p: [[SECRET]] } },
        { query: 'mutation ($m: PinInput!) { setPin(pin: "x", more: $m) }', variables: { m: { old: [SECRET] } } },
        { query: 'mutation ($m: PinInput!) { setPin(pin: "x", more: $m) }', variables: { m: SECRET } },
        {
          query: 'mutation ($m: PinInput!) { setPin(pin: "x", more: $m) }',
          variables: { m: { old: 'x', [SECRET]: 1 } },
        },
        { query: 'mutation ($m: [PinInput!]!) { setPins(pins: $m) }', variables: { m: [{ old: { a: SECRET } }] } },
      ],
    ),
    sensitive(
      'A132',
      'as a literal of the wrong type: without quotes, in a list, in an object',
      ['GRAPHQL_VALIDATION_FAILED'],
      [`${INVALID} ×5`],
      [
        { query: `mutation { setPin(pin: ${SECRET}) }` },
        { query: `mutation { setPin(pin: ["${SECRET}"]) }` },
        { query: `mutation { setPin(pin: { pin: "${SECRET}" }) }` },
        { query: `mutation { setPin(pin: "x", more: { old: ${SECRET} }) }` },
        { query: `mutation { setPin(pin: "x", more: { old: { ${SECRET}: "${SECRET}" } }) }` },
      ],
    ),
    {
      id: 'A133',
      title: 'a password in the trail: over a WebSocket and an event stream, right and wrong',
      threat: 'what one transport hides, another shows',
      codes: ['none', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'],
      trail: [STARTED, ...[...DONE, WRONG, INVALID], ...[...DONE, WRONG, INVALID]],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const connection = await connect(ground.url, { params: { authorization: actorToken } });
        onTestFinished(() => connection.close());
        const query = 'mutation ($p: String!) { setPin(pin: $p) }';
        const ways = [
          (document: string, variables: Record<string, unknown> = {}) => connection.ask(document, variables),
          (document: string, variables: Record<string, unknown> = {}) =>
            askStream(ground.url, actorToken, { query: document, variables }),
        ];
        const answers: Told[] = [];
        for (const ask of ways) {
          answers.push(await ask(query, { p: SECRET }));
          answers.push(await ask(query, { p: [SECRET] }));
          answers.push(await ask(`mutation { setPin(pin: ${SECRET}) }`));
        }
        await leaks(ground, answers);
        return answers;
      },
    },
    {
      id: 'A134',
      title: 'guessing a password by the hash of the document that held it',
      threat: 'the trail confirms a guess: equal documents, equal hashes',
      codes: ['none', 'GRAPHQL_VALIDATION_FAILED'],
      trail: [STARTED, ...[...DONE, ...DONE], `${INVALID} ×2`],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const answers: Told[] = [];
        for (const pin of [`"${SECRET}"`, '"another"', SECRET, 'another']) {
          answers.push(await ground.graphql(actorToken, `mutation { setPin(pin: ${pin}) }`));
        }
        const hashes = (await ground.events()).flatMap(({ body }) => body.operation?.documentHash ?? []);
        const [, ...ofPins] = hashes;
        expect(ofPins).toHaveLength(6);
        expect(new Set(ofPins.slice(0, 4)).size, 'as a text').toBe(1);
        expect(new Set(ofPins.slice(4)).size, 'as a word').toBe(1);
        return answers;
      },
    },
    {
      id: 'A135',
      title: 'the actor token in the trail or the log after a start, a request and a stop',
      threat: 'whoever reads the trail can act',
      codes: ['none'],
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo', 'IMPERSONATION_STOPPED ada>cleo'],
      gateway,
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const answers = [
          await ground.graphql(actorToken, '{ impersonation { id } }'),
          await ground.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }'),
        ];
        const kept = (await ground.events()).map(({ stored }) => `${stored.body}${stored.details?.text}`).join('\n');
        for (const part of actorToken.split('.')) {
          expect(kept).not.toContain(part);
          expect(ground.logged()).not.toContain(part);
        }
        return answers;
      },
    },
  ],
};
