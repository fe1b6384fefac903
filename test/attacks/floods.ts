import { expect } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import type { Ground } from './ground.js';
import { CHANGE, eventually, orderOf, STOP, start } from './moves.js';

const FLOOD = 300;
/** What is told of a flood is the business of edge.ts; here every attempt is counted, and nothing else. */
const UNTOLD = { environment: { DENIED_BURST_PER_ACTOR: '0', DENIED_BURST_PER_ADDRESS: '0' } };
/** `DENIED_EVENTS_PER_MINUTE`, and one for the rest of that minute. */
const EVENTS_AT_MOST = 60 + 1;

/** Refused attempts, many at a time; then, a minute later, one more. All of them are counted, in few events. */
function flood(
  id: string,
  title: string,
  code: string,
  trail: readonly string[],
  prepare: (ground: Ground) => Promise<() => Promise<Told>>,
): Attack {
  return {
    id,
    title: `${FLOOD} refused attempts in a moment: ${title}`,
    threat: 'the trail is filled, or the one attempt that matters is lost in it',
    codes: [code],
    trail,
    gateway: UNTOLD,
    async run(ground) {
      const attempt = await prepare(ground);
      const before = (await ground.events()).length;
      const answers: Told[] = [];
      for (let sent = 0; sent < FLOOD; sent += 50) {
        answers.push(...(await Promise.all(Array.from({ length: 50 }, attempt))));
      }
      ground.clock.advance(60_000);
      answers.push(await attempt());
      const counted = async () =>
        (await ground.events()).slice(before).reduce((sum, { body }) => sum + (body.count ?? 1), 0);
      await eventually('every attempt is counted', async () => (await counted()) >= FLOOD + 1);
      expect(await counted(), 'and none twice').toBe(FLOOD + 1);
      expect((await ground.events()).length - before).toBeLessThanOrEqual(EVENTS_AT_MOST + 1);
      return answers;
    },
  };
}

export const floods: AttackGroup = {
  file: 'floods.ts',
  title: 'floods',
  attacks: [
    flood(
      'A167',
      'starts by a support agent',
      'FORBIDDEN',
      [`IMPERSONATION_DENIED FORBIDDEN sam>cleo ×${FLOOD + 1}`],
      async (ground) => {
        const sam = await ground.token('user_sam');
        return () => start(ground, sam, 'user_cleo');
      },
    ),
    flood(
      'A168',
      'starts by nobody, each with another forged address',
      'UNAUTHENTICATED',
      [`IMPERSONATION_DENIED UNAUTHENTICATED ->cleo ×${FLOOD + 1}`],
      async (ground) => {
        let n = 0;
        return () => {
          n += 1;
          return ground.graphql(
            null,
            'mutation { startImpersonation(input: { userId: "user_cleo", reason: "a flood" }) { actorToken } }',
            {},
            { 'x-forwarded-for': `203.0.113.${n % 256}` },
          );
        };
      },
    ),
    flood(
      'A169',
      'changes in a read-only session',
      'READ_ONLY_SESSION',
      ['IMPERSONATION_STARTED ada>cleo', `OPERATION_DENIED READ_ONLY_SESSION ada>cleo ×${FLOOD + 1}`],
      async (ground) => {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { durationSeconds: 3_600 });
        return () => ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') });
      },
    ),
    flood(
      'A170',
      'requests with the token of a session that is over',
      'IMPERSONATION_ENDED',
      [
        'IMPERSONATION_STARTED ada>cleo',
        'IMPERSONATION_STOPPED ada>cleo',
        `OPERATION_DENIED IMPERSONATION_ENDED ada>cleo ×${FLOOD + 1}`,
      ],
      async (ground) => {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { durationSeconds: 3_600 });
        await ground.graphql(actorToken, STOP);
        return () => ground.graphql(actorToken, '{ viewer { id } }');
      },
    ),
    {
      id: 'A171',
      title: 'a flood of refusals in one’s own name, to act under its cover',
      threat: 'what succeeds is folded away with what was refused',
      codes: ['SUBJECT_PROTECTED', 'none'],
      trail: [
        'IMPERSONATION_DENIED SUBJECT_PROTECTED ada>grace ×60',
        'IMPERSONATION_STARTED ada>cleo',
        'OPERATION_COMPLETED ada>cleo ×2',
        'IMPERSONATION_DENIED SUBJECT_PROTECTED ada>grace ×40',
        'IMPERSONATION_STOPPED ada>cleo',
      ],
      gateway: UNTOLD,
      settle: (lines) => [...lines].sort((a, b) => order(a) - order(b)),
      async run(ground) {
        const ada = await ground.token('user_ada');
        const answers: Told[] = [];
        for (let n = 0; n < 100; n += 1) answers.push(await start(ground, ada, 'user_grace'));
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        answers.push(
          await ground.graphql(actorToken, '{ orders { id } }'),
          await ground.graphql(actorToken, '{ viewer { id } }'),
        );
        answers.push(await ground.graphql(actorToken, STOP));
        return answers;
      },
    },
  ],
};

function order(line: string): number {
  return ['×60', 'STARTED', 'COMPLETED', '×40', 'STOPPED'].findIndex((part) => line.includes(part));
}
