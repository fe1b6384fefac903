import { expect } from 'vitest';
import type { AttackGroup } from './attack.js';
import { CHANGE, orderOf, recorded } from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const EXPIRED = 'IMPERSONATION_EXPIRED ada>cleo';
const ENDED = 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo';
const COMPLETED = 'OPERATION_COMPLETED ada>cleo';
const READ = '{ orders { id } }';
const LOOK = '{ impersonation { id status } }';
const environment = { IMPERSONATION_IDLE_SECONDS: '60' };

export const inactivity: AttackGroup = {
  file: 'inactivity.ts',
  title: 'sessions that nobody uses',
  attacks: [
    {
      id: 'A247',
      title: 'a session kept alive by what is refused, by looks at it, and by a page that marks its polling',
      threat: 'the account of a customer stays open on a desk that nobody sits at',
      codes: ['READ_ONLY_SESSION', 'none', 'IMPERSONATION_ENDED'],
      trail: [STARTED, 'OPERATION_DENIED READ_ONLY_SESSION ada>cleo', `${COMPLETED} ×2`, EXPIRED, ENDED],
      gateway: { environment },
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { durationSeconds: 3_600 });
        ground.clock.advance(50_000);
        const kept = [
          await ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') }),
          await ground.graphql(actorToken, LOOK),
          await ground.graphql(actorToken, READ, {}, { 'Impersonation-Activity': 'none' }),
        ];
        ground.clock.advance(17_000);
        await recorded(ground, 'IMPERSONATION_EXPIRED');
        return [...kept, await ground.graphql(actorToken, READ)];
      },
    },
    {
      id: 'A248',
      title: 'a session that nobody used, before anything has swept it, and again with the clock set back',
      threat: 'the time-out waits for a clean-up that may be late, or is undone by a clock that is wrong',
      codes: ['none', 'IMPERSONATION_ENDED'],
      trail: [STARTED, `${COMPLETED} ×2`, EXPIRED, `${ENDED} ×2`],
      gateway: { environment },
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { durationSeconds: 3_600 });
        ground.meddling.sessions = { dueForExpiry: async () => [] };
        const used = [];
        for (let time = 0; time < 2; time += 1) {
          ground.clock.advance(50_000);
          used.push(await ground.graphql(actorToken, READ));
        }
        ground.clock.advance(67_000);
        const after = await ground.graphql(actorToken, READ);
        ground.clock.advance(-60_000);
        const again = await ground.graphql(actorToken, READ);
        expect([after.status, again.status]).toEqual([401, 401]);
        const ended = await ground.truth.sessions.get(sessionId);
        expect(ended).toMatchObject({ status: 'EXPIRED', endReason: 'INACTIVITY' });
        return [...used, after, again];
      },
    },
  ],
};
