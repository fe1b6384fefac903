import { expect, onTestFinished } from 'vitest';
import { START_DOCUMENT, startGateway } from '../support/running-gateway.js';
import { createTestIssuer, type TestIssuer } from '../support/test-issuer.js';
import type { AttackGroup, Told } from './attack.js';
import { codesOf, openStream } from './event-source.js';
import { WHO } from './moves.js';
import { connect } from './socket.js';
import { bearer, JSON_TYPE, send, sendAs, sendGraphQL } from './wire.js';

const PATH = '/graphql/stream';
const NAME = 'x-graphql-event-stream-token';
const STARTED = 'IMPERSONATION_STARTED ada>cleo';
/** More than one identity may have reserved, so that a place that is lost each time is missed. */
const MORE_THAN_PLACES = 25;

/** The issuer's gateway and, after it was taken off the list or may name fewer people, those that trust it no more. */
let issuer: TestIssuer;
const renamed = (more: Readonly<Record<string, unknown>>) =>
  JSON.stringify((JSON.parse(issuer.trusted) as object[]).map((trusted) => ({ ...trusted, ...more })));

export const sideDoors: AttackGroup = {
  file: 'side-doors.ts',
  title: 'ways around a check that another way has',
  attacks: [
    {
      id: 'A241',
      title:
        'opening a reserved event stream by POST, and sending results of one’s own by it: as somebody else, as nobody, from inside an impersonation',
      threat:
        'who knows the name of a stream receives the results of another person’s operations, or has them take somebody else’s for theirs',
      codes: ['FORBIDDEN'],
      trail: ['IMPERSONATION_STARTED grace>carl', 'OPERATION_DENIED FORBIDDEN grace>carl ×2'],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const { text: name } = await send(ground.url, { method: 'PUT', path: PATH, headers: [bearer(ada)] });
        const { actorToken } = await ground.impersonate('user_grace', 'user_carl');
        const answers: Told[] = [];
        const body = JSON.stringify({ query: WHO, extensions: { operationId: 'one' } });
        for (const who of [[bearer(await ground.token('user_sam'))], [], [bearer(actorToken)]]) {
          for (const wanted of ['text/event-stream', 'application/json']) {
            const headers = [...who, JSON_TYPE, ['accept', wanted] as const, [NAME, name] as const];
            answers.push(await send(ground.url, { path: PATH, headers, body }));
          }
          // Without a body, too, it would be opened.
          const headers = [...who, ['accept', 'text/event-stream'] as const];
          answers.push(await send(ground.url, { path: `${PATH}?token=${name}`, headers }));
        }
        // It is as it was: the first result that goes out by it is the owner's own.
        const stream = await openStream(ground.url, ada, { method: 'GET', headers: { [NAME]: name } });
        onTestFinished(() => stream.close());
        await send(ground.url, { path: PATH, headers: [bearer(ada), JSON_TYPE, [NAME, name]], body });
        const own = await stream.next();
        expect([codesOf(own), own?.data]).toMatchObject([[], { viewer: { id: 'user_ada' } }]);
        // The gateway would wait for it when it is stopped.
        stream.close();
        return answers;
      },
    },
    {
      id: 'A242',
      title: 'reservations of event streams that go wrong, without an end, by nobody and in one’s own name',
      threat: 'each takes a place for ever: whoever shares the address reserves none any more, and the memory fills',
      codes: ['BAD_USER_INPUT', 'none'],
      trail: [],
      async run(ground) {
        const answers: Told[] = [];
        for (const headers of [[], [bearer(await ground.token('user_cleo'))]]) {
          for (let n = 0; n < MORE_THAN_PLACES; n += 1) {
            answers.push(await send(ground.url, { method: 'PUT', path: `${PATH}?documentId=${n}`, headers }));
          }
          const reserved = await send(ground.url, { method: 'PUT', path: PATH, headers });
          expect(reserved.status).toBe(201);
          answers.push(reserved);
        }
        return answers;
      },
    },
    {
      id: 'A243',
      title: 'operations of an event stream whose ids no text can be made of, by nobody',
      threat:
        'each counts as a mistake of the gateway, is told in full, and without a bound: the log fills, and somebody is woken',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const { text: name } = await send(ground.url, { method: 'PUT', path: PATH });
        const answers: Told[] = [];
        for (const operationId of [{ toString: 1, valueOf: 1 }, {}, [], true]) {
          const body = { query: WHO, extensions: { operationId } };
          const search = new URLSearchParams({ query: WHO, extensions: JSON.stringify(body.extensions) });
          for (const way of [[['accept', 'text/event-stream'] as const], [[NAME, name] as const]]) {
            answers.push(await sendGraphQL(ground.url, null, body, { path: PATH, headers: way }));
            answers.push(await send(ground.url, { method: 'GET', path: `${PATH}?${search}`, headers: way }));
          }
        }
        expect(ground.logged()).not.toContain('unexpected error');
        return answers;
      },
    },
    {
      id: 'A244',
      title:
        'a WebSocket whose header names the actor, and whose parameters the impersonation by a name in other letters',
      threat:
        'the second passes for none, and what is meant to be done as the customer is done with the actor’s own rights',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const headers = { authorization: `Bearer ${await ground.token('user_ada')}` };
        const answers: Told[] = [];
        for (const name of ['AUTHORIZATION', 'authorizatioN', 'Authorization']) {
          const connection = await connect(ground.url, { headers, params: { [name]: `Bearer ${actorToken}` } });
          answers.push(await connection.closed);
        }
        return answers;
      },
    },
    {
      id: 'A245',
      title:
        'an actor token whose actor an issuer vouched for that was taken off the list since, or may no longer name them',
      threat:
        'an identity provider in the wrong hands is cut off, and those it signed in go on as customers for up to an hour',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, 'OPERATION_DENIED TOKEN_INVALID ada>cleo ×4', 'OPERATION_COMPLETED ada>cleo'],
      async gateway(directory) {
        issuer = await createTestIssuer(directory);
        return { environment: { TRUSTED_ISSUERS: issuer.trusted } };
      },
      async run(ground) {
        const input = { userId: 'user_cleo', reason: 'a test' };
        const started = await ground.graphql(await issuer.sign('user_ada'), START_DOCUMENT, { input });
        const { actorToken } = started.data.startImpersonation;
        const answers: Told[] = [];
        for (const trusted of [renamed({ issuer: 'https://new.example' }), renamed({ subjectPrefix: 'staff_' })]) {
          const restarted = await startGateway({
            directory: ground.directory,
            environment: { PUBLIC_URL: ground.url, TRUSTED_ISSUERS: trusted },
          });
          onTestFinished(() => restarted.stop());
          // The second time it could be remembered.
          for (let times = 0; times < 2; times += 1) answers.push(await restarted.graphql(actorToken, WHO));
          await restarted.stop();
        }
        // Where the issuer is trusted still, as on the replicas that are yet to be started anew, nothing has ended.
        expect((await ground.graphql(actorToken, WHO)).codes).toEqual([]);
        return answers;
      },
    },
    {
      id: 'A246',
      title:
        'a foreign page whose name is made to lead to a developer’s own machine asks for an admin’s token (DNS rebinding)',
      threat: 'the browser takes the page and the gateway for one origin, asks nobody, and hands the token over',
      codes: ['FORBIDDEN'],
      trail: [],
      async run(ground) {
        const { port } = new URL(ground.url);
        const body = JSON.stringify({ userId: 'user_ada' });
        const ask = (host: string, origin: string) =>
          sendAs(ground.url, host, { path: '/dev/session', headers: [JSON_TYPE, ['origin', origin]], body });
        const answers: Told[] = [];
        for (const name of [
          `evil.example:${port}`,
          `localhost.evil.example:${port}`,
          `127.0.0.1.evil.example:${port}`,
        ]) {
          const answer = await ask(name, `http://${name}`);
          expect(answer.text).not.toContain('token');
          answers.push(answer);
        }
        answers.push(await ask(`evil.example:${port}`, 'null'));
        // The console, and whatever else is at this machine, goes on.
        for (const own of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, '192.168.1.7']) {
          expect((await ask(own, `http://${own}`)).status).toBe(200);
        }
        return answers;
      },
    },
  ],
};
