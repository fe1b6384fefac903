import { expect } from 'vitest';
import type { User } from '../../src/domain/user.js';
import type { Attack, AttackGroup, Told } from './attack.js';
import type { Ground } from './ground.js';
import { CHANGE, eventually, orderOf, REVOKE, recorded, STOP, useAll, WHO } from './moves.js';
import { sendGraphQL } from './wire.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const ENDED = 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo';

/** A read, a change and a stop with a token whose session is over. */
async function tryEverything(ground: Ground, token: string): Promise<readonly Told[]> {
  const answers = [
    ...(await useAll(ground, [token])),
    await ground.graphql(token, CHANGE, { order: orderOf('user_cleo') }),
    await ground.graphql(token, STOP),
  ];
  for (const { status, data } of answers) expect([status, data]).toEqual([401, undefined]);
  return answers;
}

/** What one of the two people becomes, and how the end of the session says so. */
function unfit(
  id: string,
  title: string,
  who: 'user_ada' | 'user_cleo',
  change: Partial<Omit<User, 'id'>> | 'removed',
  code: string,
): Attack {
  return {
    id,
    title: `an actor token after ${title}`,
    threat: 'what made the impersonation right is gone, and it goes on',
    codes: ['IMPERSONATION_ENDED'],
    trail: [STARTED, `IMPERSONATION_REVOKED ${code} ->cleo`, `${ENDED} ×3`],
    async run(ground) {
      const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
      if (change === 'removed') ground.people.remove(who);
      else ground.people.change(who, change);
      ground.clock.advance(1_001);
      return tryEverything(ground, actorToken);
    },
  };
}

export const deadSessions: AttackGroup = {
  file: 'dead-sessions.ts',
  title: 'sessions that are over',
  attacks: [
    {
      id: 'A45',
      title: 'an actor token after its own stop',
      threat: 'the impersonation goes on unseen after its recorded end',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_STOPPED ada>cleo', `${ENDED} ×3`],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        expect((await ground.graphql(actorToken, STOP)).codes).toEqual([]);
        return tryEverything(ground, actorToken);
      },
    },
    {
      id: 'A46',
      title: 'an actor token after another admin revoked its session',
      threat: 'nobody can put an end to it',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_REVOKED grace>cleo', `${ENDED} ×3`],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        expect((await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId })).codes).toEqual([]);
        return tryEverything(ground, actorToken);
      },
    },
    {
      id: 'A47',
      title: 'an actor token after its time, before anything has swept the session',
      threat: 'the time limit depends on a clean-up that may be late',
      codes: ['TOKEN_EXPIRED'],
      trail: [STARTED, 'OPERATION_DENIED TOKEN_EXPIRED ada>cleo ×3'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        // A sweeper that never finds anything.
        ground.meddling.sessions = { dueForExpiry: async () => [] };
        ground.clock.advance(600_000);
        const answers = await tryEverything(ground, actorToken);
        await ground.gateway.stop();
        return answers;
      },
    },
    {
      id: 'A48',
      title: 'an actor token after its session was swept as expired',
      threat: 'expired is weaker than ended',
      codes: ['TOKEN_EXPIRED'],
      trail: [STARTED, 'IMPERSONATION_EXPIRED ada>cleo', 'OPERATION_DENIED TOKEN_EXPIRED ada>cleo ×3'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        ground.clock.advance(600_000);
        await recorded(ground, 'IMPERSONATION_EXPIRED');
        return tryEverything(ground, actorToken);
      },
    },
    unfit('A49', 'the actor lost the role', 'user_ada', { roles: ['SUPPORT'] }, 'FORBIDDEN'),
    unfit('A50', 'the actor was disabled', 'user_ada', { disabled: true }, 'FORBIDDEN'),
    unfit('A51', 'the actor was removed from the directory', 'user_ada', 'removed', 'FORBIDDEN'),
    unfit('A52', 'the subject was disabled', 'user_cleo', { disabled: true }, 'SUBJECT_DISABLED'),
    unfit('A53', 'the subject became an admin', 'user_cleo', { roles: ['USER', 'ADMIN'] }, 'SUBJECT_PROTECTED'),
    unfit('A54', 'the subject was removed from the directory', 'user_cleo', 'removed', 'USER_NOT_FOUND'),
    {
      id: 'A55',
      title: 'an actor token that was refused while the role was gone, after the role came back',
      threat: 'a session that was ended for cause comes back to life with the role',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_REVOKED FORBIDDEN ->cleo', `${ENDED} ×4`],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        ground.people.change('user_ada', { roles: ['USER'] });
        ground.clock.advance(1_001);
        const first = await ground.graphql(actorToken, WHO);
        ground.people.change('user_ada', { roles: ['ADMIN'] });
        ground.clock.advance(1_001);
        return [first, ...(await tryEverything(ground, actorToken))];
      },
    },
    {
      id: 'A56',
      title: 'an actor token at a gateway that was started after the stop',
      threat: 'a restart forgets who was locked out',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_STOPPED ada>cleo', ENDED],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        await ground.graphql(actorToken, STOP);
        return [await (await ground.replica()).graphql(actorToken, WHO)];
      },
    },
    {
      id: 'A57',
      title: 'an actor token at another replica, a second after it was revoked at the first',
      threat: 'a revocation holds where it was made, and nowhere else',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo', 'IMPERSONATION_REVOKED grace>cleo', ENDED],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const replica = await ground.replica();
        expect((await replica.graphql(actorToken, WHO)).codes).toEqual([]);
        await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId });
        replica.clock.advance(1_001);
        return [await replica.graphql(actorToken, WHO)];
      },
    },
    {
      id: 'A58',
      title: 'an actor token whose session somebody deleted from the database',
      threat: 'what cannot be found counts as not ended',
      codes: ['IMPERSONATION_ENDED'],
      // Who it was is not known any more: the log has a warning instead.
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        expect((await ground.graphql(actorToken, WHO)).codes).toEqual([]);
        ground.meddling.sessions = { get: async () => null, getMany: async () => [] };
        ground.clock.advance(1_001);
        const answers = await tryEverything(ground, actorToken);
        expect(ground.logged()).toContain('an authentic actor token of an unknown session was refused');
        return answers;
      },
    },
    {
      id: 'A59',
      title: 'a request that is begun under a live session, and whose body is sent after its end',
      threat: 'a request held open for half a minute reads and changes with rights that are gone',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_REVOKED grace>cleo', `${ENDED} ×2`],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const grace = await ground.token('user_grace');
        let begun = 0;
        let endIt = () => {};
        const ended = new Promise<void>((resolve) => {
          endIt = resolve;
        });
        const beforeBody = async () => {
          begun += 1;
          const isLast = begun === 2;
          // Long enough for the headers to have been looked at.
          await new Promise((resolve) => setTimeout(resolve, 50));
          if (isLast) {
            expect((await ground.graphql(grace, REVOKE, { id: sessionId })).codes).toEqual([]);
            endIt();
          }
          await ended;
        };
        const bodies = [
          { query: '{ orders { id deliveryNote } }' },
          { query: CHANGE, variables: { order: orderOf('user_cleo') } },
        ];
        const answers = await Promise.all(
          bodies.map((body) => sendGraphQL(ground.url, actorToken, body, { beforeBody })),
        );
        for (const { body } of answers) expect(body?.data).toBeUndefined();
        return answers;
      },
    },
    {
      id: 'A60',
      title: 'a first request at a replica that overtakes the revocation there',
      threat: 'a read that began before the end makes the session live again where it was ended',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_REVOKED grace>cleo', `${ENDED} ×2`],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        // Idle for long enough, the session is forgotten here and has to be read from the store again.
        ground.clock.advance(70_000);
        await new Promise((resolve) => setTimeout(resolve, 900));
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        let reads = 0;
        ground.meddling.sessions = {
          async get(id) {
            const session = await ground.truth.sessions.get(id);
            reads += 1;
            if (reads === 1) await held;
            return session;
          },
        };
        const overtaking = ground.graphql(actorToken, WHO);
        await eventually('the session is being read', () => reads === 1);
        expect((await ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId })).codes).toEqual([]);
        release();
        return [await overtaking, await ground.graphql(actorToken, WHO)];
      },
    },
  ],
};
