import { expect } from 'vitest';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { CHANGE, eventually, orderOf, REVOKE, start, WHO } from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const REVOKED = 'IMPERSONATION_REVOKED grace>cleo';
const ENDED = 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo';

/** Longer than any view is believed. */
const STILL_MS = 10_000;

/** A way to the store on which answers lie until the process goes on: what they say is from before. */
function lyingAnswers() {
  let goOn: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let waiting = 0;
  return {
    waiting: () => waiting,
    goOn,
    async late<T>(answer: Promise<T>): Promise<T> {
      const told = await answer;
      waiting += 1;
      await gone;
      return told;
    },
  };
}

async function revokeElsewhere(ground: Ground, sessionId: string): Promise<void> {
  const other = await ground.replica();
  const { codes } = await other.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId });
  expect(codes).toEqual([]);
}

export const standingStill: AttackGroup = {
  file: 'standing-still.ts',
  title: 'a process that stood still',
  waiting: true,
  attacks: [
    {
      id: 'A223',
      title:
        'a change whose process stands still while its attempt is being recorded, and whose session is revoked meanwhile',
      threat: 'what was begun before the revocation is done long after it',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'OPERATION_ATTEMPTED ada>cleo', REVOKED, 'OPERATION_COMPLETED FAILURE ada>cleo', ENDED],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const { late, waiting, goOn } = lyingAnswers();
        ground.meddling.events = { append: (events) => late(ground.truth.events.append(events)) };
        ground.meddling.sessions = { getMany: (ids) => late(ground.truth.sessions.getMany(ids)) };
        const change = ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') });
        await eventually('both the event and the view wait for their answers', () => waiting() >= 2);
        await revokeElsewhere(ground, sessionId);
        ground.clock.advance(STILL_MS);
        ground.meddling.events = {};
        ground.meddling.sessions = {};
        goOn();
        const answer = await change;
        const { data } = await ground.graphql(await ground.token('user_cleo'), '{ orders { deliveryNote } }');
        expect(JSON.stringify(data)).not.toContain('changed');
        return [answer];
      },
    },
    {
      id: 'A224',
      title:
        'a start whose process stands still when the session has just been stored, and is revoked before anybody has its token',
      threat: 'the process takes for new what was ended long ago',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, REVOKED, ENDED],
      async run(ground) {
        const { late, waiting, goOn } = lyingAnswers();
        ground.meddling.sessions = { insert: (...given) => late(ground.truth.sessions.insert(...given)) };
        const started = start(ground, await ground.token('user_ada'), 'user_cleo');
        await eventually('the session is stored', () => waiting() > 0);
        const { items } = await ground.truth.sessions.page({ status: 'ACTIVE' }, { limit: 10, direction: 'forward' });
        await revokeElsewhere(ground, items[0]?.id ?? '');
        ground.clock.advance(STILL_MS);
        goOn();
        const { data } = await started;
        return [await ground.graphql(data.startImpersonation.actorToken, WHO)];
      },
    },
  ],
};
