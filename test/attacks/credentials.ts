import { expect } from 'vitest';
import type { AttackGroup } from './attack.js';
import { sessionClaims, signed, trustedKeys } from './keys.js';
import { accepts, START, start, startInput, useAll, WHO } from './moves.js';
import { bearer, JSON_TYPE, send, sendGraphQL, type WireAnswer } from './wire.js';

const DENIED = 'IMPERSONATION_DENIED UNAUTHENTICATED ->cleo';
const START_CLEO = { query: START, variables: startInput('user_cleo') };

export const credentials: AttackGroup = {
  file: 'credentials.ts',
  title: 'credentials in odd places and shapes',
  attacks: [
    {
      id: 'A23',
      title: 'two Authorization headers, in both orders and twice the same',
      threat: 'a proxy judges one, the gateway obeys the other',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const ada = bearer(await ground.token('user_ada'));
        const carl = bearer(await ground.token('user_carl'));
        const body = JSON.stringify({ query: WHO });
        const answers: WireAnswer[] = [];
        for (const pair of [
          [ada, carl],
          [carl, ada],
          [ada, ada],
          [ada, ['AUTHORIZATION', '']],
        ] as const) {
          const answer = await send(ground.url, { headers: [JSON_TYPE, ...pair], body });
          expect([answer.status, answer.body?.data]).toEqual([401, undefined]);
          answers.push(answer);
        }
        return answers;
      },
    },
    {
      id: 'A24',
      title: 'an Authorization header that is not one bearer token: other schemes, empty, two tokens, quotes',
      threat: 'a bad credential passes as none, and what is open to the anonymous is answered',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await ground.token('user_ada');
        const values = ['', ' ', 'Bearer', 'Bearer ', 'Bearer  ', `Bearer ${token} ${token}`, `Bearer ${token},x`];
        const schemes = [`Basic ${btoa('ada:x')}`, `Token ${token}`, `Bearer: ${token}`, `Bearer "${token}"`, token];
        const odd = [`Bearer\t${token}`, `DPoP ${token}`, `Bearer null`, 'Bearer undefined', 'Bearer ===='];
        const answers: WireAnswer[] = [];
        for (const value of [...values, ...schemes, ...odd]) {
          const answer = await send(ground.url, {
            headers: [JSON_TYPE, ['authorization', value]],
            body: JSON.stringify({ query: '{ viewer { id } }' }),
          });
          expect([value, answer.status, answer.body?.data]).toEqual([value, 401, undefined]);
          answers.push(answer);
        }
        return answers;
      },
    },
    {
      id: 'A25',
      title: 'the scheme in any case and with more spaces',
      threat:
        'a spelling that is not recognised drops the impersonation and leaves the actor’s own rights, or nobody’s',
      codes: ['none'],
      trail: ['IMPERSONATION_STARTED ada>cleo', 'OPERATION_COMPLETED ada>cleo ×4'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const answers: WireAnswer[] = [];
        for (const scheme of ['bearer', 'BEARER', 'bEaReR  ', 'Bearer   ']) {
          const answer = await send(ground.url, {
            headers: [JSON_TYPE, ['authorization', `${scheme} ${actorToken}`]],
            body: JSON.stringify({ query: '{ viewer { id } actor { id } }' }),
          });
          expect(answer.body?.data).toEqual({ viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' } });
          answers.push(answer);
        }
        return answers;
      },
    },
    {
      id: 'A26',
      title: 'a token in the query string, a cookie, another header, the body',
      threat: 'credentials where logs and browsers keep them; a form of another site acts for the signed-in',
      codes: ['UNAUTHENTICATED'],
      trail: [`${DENIED} ×8`],
      async run(ground) {
        const token = await ground.token('user_ada');
        const elsewhere = [
          { path: `/graphql?access_token=${token}` },
          { path: `/graphql?token=${token}&authorization=Bearer%20${token}` },
          { headers: [['cookie', `token=${token}; access_token=${token}; authorization=Bearer ${token}`]] },
          { headers: [['proxy-authorization', `Bearer ${token}`]] },
          { headers: [['x-authorization', `Bearer ${token}`]] },
          { headers: [['x-access-token', token]] },
          { headers: [['x-forwarded-access-token', token]] },
        ] as const;
        const answers: WireAnswer[] = [];
        for (const wire of elsewhere) answers.push(await sendGraphQL(ground.url, null, START_CLEO, wire));
        const extensions = { authorization: `Bearer ${token}`, token };
        answers.push(
          await sendGraphQL(ground.url, null, { ...START_CLEO, extensions, authorization: `Bearer ${token}` }),
        );
        expect(ground.logged()).not.toContain(token.slice(0, 40));
        return answers;
      },
    },
    {
      id: 'A27',
      title: 'headers that name an identity or a role, with a token of a support agent and with none',
      threat: 'what a reverse proxy might have set is believed from anybody',
      codes: ['FORBIDDEN', 'UNAUTHENTICATED'],
      trail: ['IMPERSONATION_DENIED FORBIDDEN sam>cleo', DENIED],
      async run(ground) {
        const names = ['X-User-Id', 'X-User', 'X-Remote-User', 'X-Forwarded-User', 'X-Actor-Id', 'X-Impersonate-User'];
        const headers: readonly (readonly [string, string])[] = [
          ...names.map((name) => [name, 'user_ada'] as const),
          ['X-Roles', 'ADMIN'],
          ['X-User-Roles', 'ADMIN'],
          ['Impersonate-User', 'user_ada'],
        ];
        const sam = await ground.token('user_sam');
        const who = await sendGraphQL(ground.url, sam, { query: '{ viewer { id roles } actor { id } }' }, { headers });
        expect(who.body?.data).toEqual({ viewer: { id: 'user_sam', roles: ['SUPPORT'] }, actor: { id: 'user_sam' } });
        return [
          await sendGraphQL(ground.url, sam, START_CLEO, { headers }),
          await sendGraphQL(ground.url, null, START_CLEO, { headers }),
        ];
      },
    },
    {
      id: 'A28',
      title: 'a validly signed token of 17 KiB',
      threat: 'each request costs as much parsing and hashing as the attacker likes',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const { issuer } = await trustedKeys(ground);
        const sized = (padding: number) =>
          signed(issuer, sessionClaims(ground, 'user_ada', { padding: 'x'.repeat(padding) }));
        await accepts(ground, sized(11_000), 'user_ada');
        const large = sized(12_900);
        expect(large.length).toBeGreaterThan(17 * 1_024);
        return useAll(ground, [large]);
      },
    },
    {
      id: 'A29',
      title: 'a token of a megabyte',
      threat: 'memory is spent before anything can say no',
      codes: ['PAYLOAD_TOO_LARGE'],
      trail: [],
      async run(ground) {
        const token = await ground.token('user_ada');
        const answer = await sendGraphQL(ground.url, `${token}${'x'.repeat(1_048_576)}`, { query: WHO });
        expect(answer.status).toBe(431);
        await accepts(ground, token, 'user_ada');
        return [answer];
      },
    },
    {
      id: 'A30',
      title: 'forged X-Forwarded-For, X-Real-IP and Forwarded headers',
      threat: 'the trail blames another address',
      codes: ['FORBIDDEN'],
      trail: ['IMPERSONATION_DENIED FORBIDDEN sam>cleo'],
      async run(ground) {
        const headers = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' };
        const answer = await ground.graphql(await ground.token('user_sam'), START, startInput('user_cleo'), headers);
        const [event] = await ground.events();
        expect(event?.details.ipAddress).toBe('127.0.0.1');
        return [answer];
      },
    },
    {
      id: 'A31',
      title: 'an X-Forwarded-For that already has entries, before one trusted proxy',
      threat: 'the left end, which the client wrote, is taken for the client',
      codes: ['FORBIDDEN'],
      trail: ['IMPERSONATION_DENIED FORBIDDEN sam>cleo ×3'],
      gateway: { environment: { TRUSTED_PROXIES: '1' } },
      async run(ground) {
        const sam = await ground.token('user_sam');
        const sent = ['203.0.113.9, 198.51.100.7', '203.0.113.9, <script>', '127.0.0.1,203.0.113.9,198.51.100.7'];
        const answers = [];
        for (const forwarded of sent) {
          answers.push(await ground.graphql(sam, START, startInput('user_cleo'), { 'x-forwarded-for': forwarded }));
        }
        const addresses = (await ground.events()).map(({ details }) => details.ipAddress);
        expect(addresses).toEqual(['198.51.100.7', '127.0.0.1', '198.51.100.7']);
        return answers;
      },
    },
    {
      id: 'A32',
      title: 'an X-Request-Id and a traceparent of the attacker’s choosing',
      threat: 'an event hides behind the id of another request, or brings a line of its own into the log',
      codes: ['FORBIDDEN'],
      trail: ['IMPERSONATION_DENIED FORBIDDEN sam>cleo ×2'],
      async run(ground) {
        const chosen = '11111111-1111-4111-8111-111111111111';
        const sam = await ground.token('user_sam');
        const headers = { 'x-request-id': chosen, traceparent: `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01; rm` };
        const first = await ground.graphql(sam, START, startInput('user_cleo'), headers);
        const second = await ground.graphql(sam, START, startInput('user_cleo'), headers);
        const events = await ground.events();
        const ids = events.map(({ stored }) => stored.requestId);
        expect(new Set([...ids, chosen]).size).toBe(3);
        expect(ids).toEqual([first, second].map((answer) => answer.headers.get('x-request-id')));
        expect(events.map(({ stored }) => JSON.parse(stored.body).request.traceparent)).toEqual([null, null]);
        return [first, second];
      },
    },
    {
      id: 'A33',
      title: 'reading the answer and the log of refused tokens for what was wrong with them',
      threat: 'the next forgery knows better; a token nearly right is copied out of the log',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const { issuer, gateway } = await trustedKeys(ground);
        const claims = sessionClaims(ground, 'user_ada');
        const tokens = [
          signed(issuer, { ...claims, aud: 'elsewhere' }),
          signed(issuer, { ...claims, sub: 'user_nobody' }),
          signed(gateway, claims),
          `${signed(issuer, claims).slice(0, -8)}AAAAAAAA`,
          'not-a-token',
        ];
        const answers = await useAll(ground, tokens);
        expect(new Set(answers.map(({ text }) => text)).size, 'every refusal reads the same').toBe(1);
        for (const token of tokens.slice(0, -1)) {
          const [, body = '', signature = ''] = token.split('.');
          expect(ground.logged()).not.toContain(body);
          expect(ground.logged()).not.toContain(signature);
        }
        return answers;
      },
    },
    {
      id: 'A34',
      title: 'no credential at all, for everything that has a rule',
      threat: 'anonymous is somebody',
      codes: ['UNAUTHENTICATED', 'none'],
      trail: [DENIED, 'IMPERSONATION_DENIED UNAUTHENTICATED ->- ×2'],
      async run(ground) {
        const who = await ground.graphql(null, WHO);
        expect(who.data).toEqual({ viewer: null, actor: null, impersonation: null });
        const fields = [
          'users { nodes { id } }',
          'impersonationSessions { nodes { id } }',
          'accessHistory { nodes { id } }',
        ];
        const more = ['impersonationEvents { nodes { id } }', 'user(id: "user_ada") { id }', 'orders { id }'];
        const queries = [...fields, ...more].map((field) => `{ ${field} }`);
        const answers = [await start(ground, null, 'user_cleo')];
        for (const query of queries) answers.push(await ground.graphql(null, query));
        answers.push(await ground.graphql(null, 'mutation { stopImpersonation { viewer { id } } }'));
        answers.push(
          await ground.graphql(
            null,
            'mutation { revokeImpersonation(input: {sessionId: "x", reason: "why not"}) { session { id } } }',
          ),
        );
        for (const { data } of answers) expect(Object.values(data ?? {})).not.toContainEqual(expect.anything());
        return [...answers, who];
      },
    },
  ],
};
