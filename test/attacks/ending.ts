import { expect } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { CHANGE, endStored, eventually, orderOf, REVOKE, STOP, WHO } from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const STOPPED = 'IMPERSONATION_STOPPED ada>cleo';
const NOBODYS = '00000000-0000-4000-8000-000000000000';

/** A revocation by somebody who may not. */
function refusedRevoke(id: string, title: string, who: string | null, code: string): Attack {
  const actor = who === null ? '-' : who.replace('user_', '');
  return {
    id,
    title,
    threat: 'whoever is watched ends the watching, and whoever works is thrown out',
    codes: [code],
    trail: [STARTED, `IMPERSONATION_DENIED ${code} ${actor}>-`],
    async run(ground) {
      const { sessionId } = await ground.impersonate('user_ada', 'user_cleo');
      const answer = await ground.graphql(who === null ? null : await ground.token(who), REVOKE, { id: sessionId });
      expect((await ground.truth.sessions.get(sessionId))?.status).toBe('ACTIVE');
      return [answer];
    },
  };
}

export const ending: AttackGroup = {
  file: 'ending.ts',
  title: 'ending sessions of others, and not ending one’s own',
  attacks: [
    {
      id: 'A93',
      title: 'stopping another admin’s session with one’s own session token',
      threat: 'one admin ends what another does, in the other’s name',
      codes: ['SESSION_NOT_FOUND'],
      trail: ['IMPERSONATION_STARTED grace>carl', 'IMPERSONATION_DENIED SESSION_NOT_FOUND ada>-'],
      async run(ground) {
        const { sessionId, actorToken } = await ground.impersonate('user_grace', 'user_carl');
        const answer = await ground.graphql(await ground.token('user_ada'), STOP, { id: sessionId });
        expect((await ground.truth.sessions.get(sessionId))?.status).toBe('ACTIVE');
        expect(actorToken).not.toBe('');
        return [answer];
      },
    },
    {
      id: 'A94',
      title: 'stopping another session from inside an impersonation: another admin’s, and one’s own other one',
      threat: 'an actor token reaches beyond its own session',
      codes: ['SESSION_NOT_FOUND'],
      trail: [
        'IMPERSONATION_STARTED grace>carl',
        'IMPERSONATION_STARTED ada>carl',
        STARTED,
        'IMPERSONATION_DENIED SESSION_NOT_FOUND ada>- ×2',
      ],
      async run(ground) {
        const others = await ground.impersonate('user_grace', 'user_carl');
        const own = await ground.impersonate('user_ada', 'user_carl');
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const answers: Told[] = [];
        for (const { sessionId } of [others, own]) {
          answers.push(await ground.graphql(actorToken, STOP, { id: sessionId }));
          expect((await ground.truth.sessions.get(sessionId))?.status).toBe('ACTIVE');
        }
        return answers;
      },
    },
    {
      id: 'A95',
      title: 'telling sessions of others from none by how a stop of them is refused',
      threat: 'who impersonates whom is found out by trying',
      codes: ['SESSION_NOT_FOUND'],
      trail: ['IMPERSONATION_STARTED grace>carl', 'IMPERSONATION_DENIED SESSION_NOT_FOUND ada>- ×4'],
      async run(ground) {
        const { sessionId } = await ground.impersonate('user_grace', 'user_carl');
        const ada = await ground.token('user_ada');
        const answers = [];
        for (const id of [sessionId, NOBODYS, '__proto__', 'probe'])
          answers.push(await ground.graphql(ada, STOP, { id }));
        const [first, ...rest] = answers.map(({ status, text }) => ({ status, text }));
        for (const other of rest) expect(other).toEqual(first);
        return answers;
      },
    },
    {
      id: 'A96',
      title:
        'a stop where there is nothing to stop, and a second stop of the same session at the same moment, ten times',
      threat: 'an end is recorded twice, or the end of a session that never was',
      codes: ['none', 'IMPERSONATION_ENDED', 'NOT_IMPERSONATING'],
      trail: [STARTED, STOPPED, 'IMPERSONATION_DENIED NOT_IMPERSONATING ada>-'],
      async run(ground) {
        const { sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const ada = await ground.token('user_ada');
        const stops = await Promise.all(Array.from({ length: 10 }, () => ground.graphql(ada, STOP, { id: sessionId })));
        stops.sort((a, b) => a.codes.length - b.codes.length);
        expect(stops.filter(({ codes }) => codes.length === 0)).toHaveLength(1);
        return [...stops, await ground.graphql(ada, STOP)];
      },
    },
    refusedRevoke('A97', 'a revocation by a support agent', 'user_sam', 'FORBIDDEN'),
    refusedRevoke('A98', 'a revocation by an auditor', 'user_audrey', 'FORBIDDEN'),
    refusedRevoke('A99', 'a revocation by the person impersonated', 'user_cleo', 'FORBIDDEN'),
    refusedRevoke('A100', 'a revocation by nobody', null, 'UNAUTHENTICATED'),
    {
      id: 'A101',
      title: 'a revocation from inside an impersonation, of its own and of another admin’s session',
      threat: 'the actor’s rights are used under the subject’s name',
      codes: ['FORBIDDEN', 'READ_ONLY_SESSION'],
      trail: [
        'IMPERSONATION_STARTED grace>carl',
        `${STARTED} ×2`,
        'OPERATION_DENIED FORBIDDEN ada>cleo ×2',
        'OPERATION_DENIED READ_ONLY_SESSION ada>cleo ×2',
      ],
      async run(ground) {
        const others = await ground.impersonate('user_grace', 'user_carl');
        const full = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const reading = await ground.impersonate('user_ada', 'user_cleo');
        const answers: Told[] = [];
        for (const { actorToken } of [full, reading]) {
          for (const { sessionId } of [full, others]) {
            answers.push(await ground.graphql(actorToken, REVOKE, { id: sessionId }));
            expect((await ground.truth.sessions.get(sessionId))?.status).toBe('ACTIVE');
          }
        }
        return answers;
      },
    },
    {
      id: 'A102',
      title: 'one document that stops the session and then goes on changing things under it',
      threat: 'changes after the recorded end, in nobody’s session',
      codes: ['IMPERSONATION_ENDED'],
      trail: [STARTED, STOPPED, 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const answer = await ground.graphql(
          actorToken,
          `mutation ($order: ID!) {
            first: stopImpersonation { session { status } }
            second: updateDeliveryNote(orderId: $order, note: "after the end") { id }
            third: stopImpersonation { session { status } }
          }`,
          { order: orderOf('user_cleo') },
        );
        const { data } = await ground.graphql(await ground.token('user_cleo'), '{ orders { deliveryNote } }');
        expect(JSON.stringify(data)).not.toContain('after the end');
        return [answer];
      },
    },
    {
      id: 'A103',
      title: 'a change, a stop and another change in one document',
      threat: 'the change before the end lends its record to the one after it',
      codes: ['IMPERSONATION_ENDED'],
      trail: [
        STARTED,
        'OPERATION_ATTEMPTED ada>cleo',
        STOPPED,
        'OPERATION_COMPLETED FAILURE ada>cleo',
        'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const change = (note: string) =>
          `updateDeliveryNote(orderId: "${orderOf('user_cleo')}", note: "${note}") { id }`;
        const answer = await ground.graphql(
          actorToken,
          `mutation { a: ${change('before')} b: stopImpersonation { session { status } } c: ${change('after')} }`,
        );
        const { data } = await ground.graphql(await ground.token('user_cleo'), '{ orders { deliveryNote } }');
        expect(data.orders[0].deliveryNote).toBe('before');
        return [answer];
      },
    },
    {
      id: 'A104',
      title: 'a change whose attempt is being recorded while the session is revoked',
      threat: 'a change slips through between the check and the deed',
      codes: ['IMPERSONATION_ENDED'],
      trail: [
        STARTED,
        'OPERATION_ATTEMPTED ada>cleo',
        'IMPERSONATION_REVOKED grace>cleo',
        'OPERATION_COMPLETED FAILURE ada>cleo',
        'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo',
      ],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const grace = await ground.token('user_grace');
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        let writing = false;
        ground.meddling.events = {
          async append(events) {
            if (!writing) {
              writing = true;
              await held;
            }
            await ground.truth.events.append(events);
          },
        };
        const changing = ground.graphql(actorToken, CHANGE, { order: orderOf('user_cleo') });
        await eventually('the attempt is being written', () => writing);
        const revoking = ground.graphql(grace, REVOKE, { id: sessionId });
        await endStored(ground, sessionId);
        release();
        expect((await revoking).codes).toEqual([]);
        const answer = await changing;
        const { data } = await ground.graphql(await ground.token('user_cleo'), '{ orders { deliveryNote } }');
        expect(JSON.stringify(data)).not.toContain('changed');
        return [answer];
      },
    },
    {
      id: 'A105',
      title: 'an actor whose own session is stopped by the name of it, and who then claims to be the subject still',
      threat: 'the restored identity keeps something of the subject',
      codes: ['none', 'IMPERSONATION_ENDED'],
      trail: [STARTED, STOPPED, 'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo'],
      async run(ground) {
        const { actorToken, sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const ada = await ground.token('user_ada');
        const stop = await ground.graphql(ada, STOP, { id: sessionId });
        expect(stop.data.stopImpersonation).toEqual({ session: { status: 'STOPPED' }, viewer: { id: 'user_ada' } });
        const who = await ground.graphql(ada, WHO);
        expect(who.data).toEqual({ viewer: { id: 'user_ada' }, actor: { id: 'user_ada' }, impersonation: null });
        return [stop, who, await ground.graphql(actorToken, WHO)];
      },
    },
  ],
};
