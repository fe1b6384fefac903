import { expect } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import { openSocket } from '../support/raw-socket.js';
import type { AttackGroup, Told } from './attack.js';
import { REVOKE, recorded, STOP } from './moves.js';

/** What `CONNECTIONS_PER_ADDRESS` is to the port of the metrics. */
const PLACES = 64;

export const secondLook: AttackGroup = {
  file: 'second-look.ts',
  title: 'what is asked twice, and where few look',
  attacks: [
    {
      id: 'A229',
      title: 'an end that only one gateway knows of is asked for again, by those who may and by those who may not',
      threat: 'the second answer says that it has ended, without saying that others go on; or tells strangers about it',
      codes: ['IMPERSONATION_ENDED', 'SESSION_NOT_FOUND', 'FORBIDDEN'],
      trail: [
        'IMPERSONATION_STARTED ada>cleo',
        'IMPERSONATION_DENIED SESSION_NOT_FOUND grace>-',
        'IMPERSONATION_DENIED FORBIDDEN audrey>-',
        'IMPERSONATION_REVOKED grace>cleo',
      ],
      async run(ground) {
        const { sessionId } = await ground.impersonate('user_ada', 'user_cleo');
        const tokens = {
          ada: await ground.token('user_ada'),
          audrey: await ground.token('user_audrey'),
          grace: await ground.token('user_grace'),
        };
        const refuse = () => Promise.reject(new StoreUnavailableError('it takes nothing at the moment'));
        ground.meddling.sessions = { end: refuse, renewEndClaim: refuse };
        const besides = async (token: string, document: string) => {
          const answer = await ground.graphql(token, document, { id: sessionId });
          return [answer, JSON.parse(answer.text).extensions] as const;
        };
        const told = { endedHereOnly: [sessionId] };
        expect((await besides(tokens.grace, REVOKE))[1]).toEqual(told);
        const answers: Told[] = [];
        for (const [token, document, expected] of [
          [tokens.grace, REVOKE, told],
          [tokens.ada, STOP, told],
          [tokens.grace, STOP, undefined],
          [tokens.audrey, REVOKE, undefined],
        ] as const) {
          const [answer, extensions] = await besides(token, document);
          expect(extensions).toEqual(expected);
          answers.push(answer);
        }
        ground.meddling.sessions = {};
        await recorded(ground, 'IMPERSONATION_REVOKED');
        const [known, nothing] = await besides(tokens.grace, REVOKE);
        expect(nothing).toBeUndefined();
        return [...answers, known];
      },
    },
    {
      id: 'A230',
      title: 'connections that are opened at the port of the metrics and say nothing',
      threat: 'no probe gets through any more, and whoever watches the gateways restarts them all',
      codes: ['RATE_LIMITED', 'none'],
      trail: [],
      gateway: { environment: { METRICS_PORT: '0' } },
      async run(ground) {
        const metricsUrl = /"metrics":"([^"]+)"/.exec(ground.logged())?.[1] ?? '';
        const held = await Promise.all(Array.from({ length: PLACES }, () => openSocket(metricsUrl)));
        const refused = await openSocket(metricsUrl);
        await refused.closed;
        const body = refused.text().slice(refused.text().indexOf('\r\n\r\n'));
        for (const { socket } of held) socket.destroy();
        await Promise.all(held.map(({ closed }) => closed));
        await expect
          .poll(async () => (await fetch(`${metricsUrl}/readyz`).catch(() => null))?.status, { timeout: 15_000 })
          .toBe(200);
        return [{ codes: [JSON.parse(body).errors[0].extensions.code] }, { codes: [] }];
      },
    },
  ],
};
