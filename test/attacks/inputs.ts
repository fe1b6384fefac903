import { expect } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { START, startInput } from './moves.js';
import { sendGraphQL } from './wire.js';

/** Starts for Cleo with each input. One of the wrong type is refused before anybody looks whom it is about. */
function badInputs(
  id: string,
  title: string,
  threat: string,
  values: readonly Readonly<Record<string, unknown>>[],
  types: readonly Readonly<Record<string, unknown>>[] = [],
): Attack {
  const denied = (subject: string, { length }: readonly unknown[]) =>
    length === 0 ? [] : [`IMPERSONATION_DENIED BAD_USER_INPUT ada>${subject} ×${length}`];
  return {
    id,
    title,
    threat,
    codes: ['BAD_USER_INPUT'],
    trail: [...denied('cleo', values), ...denied('-', types)],
    async run(ground) {
      const ada = await ground.token('user_ada');
      const answers: Told[] = [];
      for (const input of [...values, ...types]) {
        const answer = await sendGraphQL(ground.url, ada, { query: START, variables: startInput('user_cleo', input) });
        expect(answer.body?.data ?? null, JSON.stringify(input).slice(0, 80)).toBeNull();
        answers.push(answer);
      }
      return answers;
    },
  };
}

export const inputs: AttackGroup = {
  file: 'inputs.ts',
  title: 'values that are not what they should be',
  attacks: [
    badInputs(
      'A85',
      'reasons that say nothing: empty, blank, two characters, 501 characters, not a text',
      'impersonation without a reason anybody can hold against it',
      ['', '   ', ' ab ', 'x'.repeat(501), '\u00a0\u3000\n'].map((reason) => ({ reason })),
      [null, 7, ['a reason'], { a: 'b' }, true].map((reason) => ({ reason })),
    ),
    badInputs(
      'A86',
      'reasons and tickets with NUL, escape sequences, other control characters or half a surrogate pair',
      'the auditor’s terminal or log shows something else than was stored; a store cuts the text at the NUL',
      [
        ...['\u0000', '\u001b[2K', '\u0007', '\u007f', '\u0085', '\u009b31m', '\ud800', '\udfff'].flatMap((bad) => [
          { reason: `a good reason${bad}` },
          { ticket: `CASE-1${bad}` },
        ]),
        { ticket: '' },
        { ticket: 'x'.repeat(101) },
      ],
    ),
    {
      id: 'A87',
      title: 'a reason of 500 emoji, of right-to-left overrides, of formulas and markup',
      threat: 'lengths counted in bytes cut a reason short; text is run where it is shown',
      codes: ['none'],
      trail: ['IMPERSONATION_STARTED ada>cleo ×3'],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const reasons = ['🙂'.repeat(500), '\u202egnp.exe', '=HYPERLINK("http://x")<script>'];
        const answers: Told[] = [];
        for (const reason of reasons)
          answers.push(await ground.graphql(ada, START, startInput('user_cleo', { reason })));
        expect((await ground.events()).map(({ details }) => details.reason)).toEqual(reasons);
        return answers;
      },
    },
    badInputs(
      'A88',
      'durations that are negative, zero, too short, too long, fractional, 2³¹, a text, not a number',
      'a session that never ends, or ends before it began',
      [-1, 0, 59, 3_601, 2_147_483_647, -2_147_483_648].map((durationSeconds) => ({ durationSeconds })),
      [60.5, 2_147_483_648, 1e308, '600', 'NaN', [600], true].map((durationSeconds) => ({ durationSeconds })),
    ),
    badInputs(
      'A89',
      'an access that does not exist, in other case, as a number, as a list',
      'what is not READ_ONLY counts as more',
      [],
      ['full', 'ADMIN', 'READ_WRITE', '', 1, ['FULL', 'FULL'], { FULL: true }].map((access) => ({ access })),
    ),
    badInputs(
      'A90',
      'input fields that do not exist: an actor, a role, an issuer, __proto__',
      'who acts, and with which rights, is taken from the input',
      [],
      [
        { actorId: 'user_grace' },
        { actor: { id: 'user_grace' } },
        { roles: ['ADMIN'] },
        JSON.parse('{"__proto__": {"access": "FULL"}}'),
        { constructor: { prototype: { access: 'FULL' } } },
      ],
    ),
    {
      id: 'A91',
      title: 'variables and aliases named __proto__, constructor and prototype',
      threat: 'a merge of inputs or results reaches the prototype of every object',
      codes: ['none', 'GRAPHQL_VALIDATION_FAILED'],
      trail: [
        'IMPERSONATION_STARTED ada>cleo',
        'OPERATION_COMPLETED ada>cleo ×2',
        'OPERATION_DENIED GRAPHQL_VALIDATION_FAILED ada>cleo',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const send = (query: string, variables: string) =>
          sendGraphQL(ground.url, actorToken, { query, variables: JSON.parse(variables) });
        const polluting = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}';
        const query =
          'query Q($__proto__: Boolean = true) { __proto__: viewer @include(if: $__proto__) { constructor: id prototype: name } }';
        const answers = [
          await send('{ constructor: viewer { __proto__: id prototype: name } }', polluting),
          await send(
            'query ($constructor: Boolean = true) { toString: actor @include(if: $constructor) { id } }',
            '{}',
          ),
          await send(query.replace('viewer', 'viewers'), polluting),
        ];
        expect(answers[0]?.text).toContain('"constructor":{"__proto__":"user_cleo"');
        expect(Reflect.get({}, 'polluted')).toBeUndefined();
        return answers;
      },
    },
    {
      id: 'A92',
      title: 'cursors that are garbage, spelt differently, of another list, or lead beyond all numbers',
      threat: 'a cursor is a query of the attacker’s choosing; a list of users leaks through a list of events',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const audrey = await ground.token('user_audrey');
        const { data } = await ground.graphql(audrey, '{ users(first: 1) { pageInfo { endCursor } } }');
        const ofUsers = String(data.users.pageInfo.endCursor);
        const encode = (text: string) => Buffer.from(text).toString('base64url');
        const cursors = [
          ofUsers,
          '',
          'x',
          '🙂',
          '../../etc/passwd',
          encode('event:1'),
          encode('event:-1:x'),
          encode(`event:${'9'.repeat(16)}:x`),
          encode("event:1 OR 1=1:x'"),
          encode('session:1:x'),
          `${encode('event:1:x')}=`,
          ` ${encode('event:1:x')}`,
          encode(`event:1:${'x'.repeat(2_000)}`),
        ];
        const answers: Told[] = [];
        const read = 'query ($after: String) { impersonationEvents(first: 5, after: $after) { nodes { id } } }';
        for (const after of cursors) answers.push(await ground.graphql(audrey, read, { after }));
        const foreign = 'query ($after: String) { users(after: $after) { nodes { id } } }';
        answers.push(await ground.graphql(audrey, foreign, { after: encode('event:1:user_ada') }));
        for (const size of [
          'first: 0',
          'first: -1',
          'first: 501',
          'last: 501',
          'first: 1, last: 1',
          'last: 1, after: "x"',
        ]) {
          answers.push(await ground.graphql(audrey, `{ impersonationEvents(${size}) { nodes { id } } }`));
        }
        return answers;
      },
    },
  ],
};
