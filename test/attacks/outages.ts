import { expect } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { AttackGroup, Told } from './attack.js';
import {
  CHANGE,
  endStored,
  eventually,
  orderOf,
  REVOKE,
  recorded,
  START,
  STOP,
  start,
  startInput,
  WHO,
} from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const ENDED = 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo';

/** The trail’s own word about a time in which it could not be written. */
const GAP = 'AUDIT_GAP AUDIT_UNAVAILABLE ->-';

export const outages: AttackGroup = {
  file: 'outages.ts',
  title: 'acting while the trail or the store is down',
  waiting: true,
  attacks: [
    {
      id: 'A156',
      title: 'a start while the trail cannot be written',
      threat: 'an impersonation that nothing records',
      codes: ['AUDIT_UNAVAILABLE'],
      trail: [STARTED, 'IMPERSONATION_DENIED AUDIT_UNAVAILABLE ada>cleo', GAP, 'IMPERSONATION_VOIDED ada>cleo'],
      async run(ground) {
        ground.meddling.events = 'down';
        const answer = await start(ground, await ground.token('user_ada'), 'user_cleo');
        expect(answer.text).not.toContain('eyJ');
        expect(await ground.truth.sessions.countActive('user_ada', ground.clock.now())).toBe(0);
        // The event was on its way when it was given up; that no session came of it has to be said.
        ground.meddling.events = {};
        await recorded(ground, 'IMPERSONATION_DENIED');
        ground.clock.advance(60_000);
        await recorded(ground, 'IMPERSONATION_VOIDED');
        return [answer];
      },
    },
    {
      id: 'A157',
      title: 'a start while sessions cannot be stored',
      threat: 'a token whose session nobody can revoke',
      codes: ['AUDIT_UNAVAILABLE'],
      trail: ['IMPERSONATION_DENIED AUDIT_UNAVAILABLE ada>cleo'],
      async run(ground) {
        const ada = await ground.token('user_ada');
        ground.meddling.sessions = 'down';
        const answer = await start(ground, ada, 'user_cleo');
        expect(answer.text).not.toContain('eyJ');
        ground.meddling.sessions = {};
        return [answer];
      },
    },
    {
      id: 'A158',
      title: 'a start whose event is written and whose session is not',
      threat: 'a session that exists on paper alone, or a token without one',
      codes: ['AUDIT_UNAVAILABLE'],
      trail: [STARTED, 'IMPERSONATION_DENIED AUDIT_UNAVAILABLE ada>cleo', 'IMPERSONATION_VOIDED ada>cleo'],
      async run(ground) {
        ground.meddling.sessions = {
          insert: () => Promise.reject(new StoreUnavailableError('this part of the store does not answer')),
        };
        const answer = await start(ground, await ground.token('user_ada'), 'user_cleo');
        expect(answer.text).not.toContain('eyJ');
        ground.meddling.sessions = {};
        ground.clock.advance(60_000);
        await recorded(ground, 'IMPERSONATION_VOIDED');
        return [answer];
      },
    },
    {
      id: 'A159',
      title: 'stopping the gateway right after a session was ended while the store was down',
      threat: 'the end was known to one process alone, and is forgotten with it',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, 'IMPERSONATION_STOPPED ada>cleo', ENDED],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        ground.meddling.sessions = 'down';
        expect((await ground.graphql(actorToken, STOP)).codes).toEqual([]);
        ground.meddling.sessions = {};
        await ground.stop();
        return [await (await ground.replica()).graphql(actorToken, WHO)];
      },
    },
    {
      id: 'A160',
      title: 'reading under an impersonation while the trail cannot be written',
      threat: 'the customer’s data is read unseen',
      codes: ['AUDIT_UNAVAILABLE'],
      // The event was on its way when it was given up: it says more than happened, never less.
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo', GAP],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        ground.meddling.events = 'down';
        const answer = await ground.graphql(actorToken, '{ orders { title } viewer { email } }');
        expect([answer.status, answer.data]).toEqual([503, undefined]);
        expect(answer.text).not.toContain('cleo');
        return [answer];
      },
    },
    {
      id: 'A161',
      title: 'changing under an impersonation while the trail cannot be written',
      threat: 'the change is made, and its record is not',
      codes: ['AUDIT_UNAVAILABLE'],
      trail: [STARTED, 'OPERATION_ATTEMPTED ada>cleo', 'OPERATION_DENIED AUDIT_UNAVAILABLE ada>cleo', GAP],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        ground.meddling.events = 'down';
        const answer = await ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') });
        ground.meddling.events = {};
        const { data } = await ground.graphql(await ground.token('user_cleo'), '{ orders { deliveryNote } }');
        expect(JSON.stringify(data)).not.toContain('changed');
        return [answer];
      },
    },
    {
      id: 'A162',
      title: 'reading the trail while the trail cannot be written',
      threat: 'who reads the trail is not on it',
      codes: ['AUDIT_UNAVAILABLE'],
      trail: ['AUDIT_READ audrey>-', GAP],
      async run(ground) {
        const audrey = await ground.token('user_audrey');
        ground.meddling.events = {
          append: async () => {
            throw new Error('the disk is full');
          },
        };
        return [await ground.graphql(audrey, '{ impersonationEvents { nodes { id } } }')];
      },
    },
    {
      id: 'A163',
      title: 'going on after a stop that was made while the whole store was down',
      threat: 'an end that cannot be stored is no end',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, `${ENDED} ×2`, 'IMPERSONATION_STOPPED ada>cleo', ENDED],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        ground.meddling.events = 'down';
        ground.meddling.sessions = 'down';
        const stop = await ground.graphql(actorToken, STOP);
        expect(stop.data?.stopImpersonation).toMatchObject({ viewer: { id: 'user_ada' } });
        // Whoever trusts in it should know that other replicas cannot know yet.
        expect(JSON.parse(stop.text)).toMatchObject({ extensions: { endedHereOnly: [sessionId] } });
        ground.meddling.events = {};
        const answers: Told[] = [];
        for (const query of [WHO, '{ orders { id } }']) answers.push(await ground.graphql(actorToken, query));
        ground.meddling.sessions = {};
        await recorded(ground, 'IMPERSONATION_STOPPED');
        answers.push(await ground.graphql(actorToken, WHO));
        return answers;
      },
    },
    {
      id: 'A164',
      title: 'acting while nobody can say for more than a second whether the session was revoked',
      threat: 'cutting the store off keeps a revoked session alive',
      codes: ['REVOCATION_UNAVAILABLE', 'none'],
      trail: [STARTED, 'OPERATION_DENIED REVOCATION_UNAVAILABLE ada>cleo ×3'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        ground.meddling.sessions = 'down';
        ground.clock.advance(1_001);
        const answers: Told[] = [];
        for (const query of [WHO, '{ orders { id } }']) answers.push(await ground.graphql(actorToken, query));
        answers.push(await ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') }));
        const ordinary = await ground.graphql(await ground.token('user_cleo'), '{ orders { id } }');
        return [...answers, ordinary];
      },
    },
    {
      id: 'A165',
      title: 'acting while the directory is down, and starting on what was last known of the actor',
      threat: 'a demotion is kept from being seen',
      codes: ['REVOCATION_UNAVAILABLE', 'AUDIT_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE'],
      trail: [
        STARTED,
        'OPERATION_DENIED REVOCATION_UNAVAILABLE ada>cleo',
        'IMPERSONATION_DENIED AUDIT_UNAVAILABLE ada>-',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const ada = await ground.token('user_ada');
        await ground.graphql(ada, WHO);
        ground.people.reachable = false;
        ground.clock.advance(1_001);
        return [
          await ground.graphql(actorToken, '{ orders { id } }'),
          await ground.graphql(ada, START, startInput('user_carl')),
          await ground.graphql(ada, '{ users { nodes { id } } }'),
        ];
      },
    },
    {
      id: 'A166',
      title: 'going on at the replica where a session was revoked while the trail was down',
      threat: 'an end that cannot be recorded is no end',
      codes: ['IMPERSONATION_ENDED'],
      // That the request was refused could not be recorded in time, and is in the log.
      trail: [STARTED, 'IMPERSONATION_REVOKED grace>cleo', GAP],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        ground.meddling.events = 'down';
        const revoke = ground.graphql(await ground.token('user_grace'), REVOKE, { id: sessionId });
        await endStored(ground, sessionId);
        // Else the refusal may come to the trail before the end does: what is under way is written when the store is back, told or not.
        const isUnderWay = async () => ground.logged().includes('audit events could not be written; retrying');
        await eventually('the event of the end is under way', isUnderWay);
        const answer = await ground.graphql(actorToken, WHO);
        ground.meddling.events = {};
        expect((await revoke).codes).toEqual([]);
        expect(ground.logged()).toContain('a refusal could not be recorded');
        return [answer];
      },
    },
  ],
};
