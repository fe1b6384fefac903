import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { HostModule } from '../../src/host-module.js';
import { openSocket } from '../support/raw-socket.js';
import type { AttackGroup, Told } from './attack.js';
import { accepts, eventually, START, STOP, start, startInput, WHO } from './moves.js';
import { send, sendGraphQL } from './wire.js';

/** What a page of an origin gets that opens a WebSocket: the codes of its refusal, or none. */
function connectFrom(url: string, origin: string | null): Promise<Told> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
    ...(origin === null ? {} : { origin }),
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate();
      resolve({ codes: [] });
    });
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      response.on('end', () => {
        expect([origin, response.statusCode]).toEqual([origin, 403]);
        const { errors } = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
        resolve({ codes: errors.map(({ extensions }) => extensions.code) });
      });
    });
  });
}

/** A change that takes longer than it may, and one after it. */
function createSlowChanges() {
  const changed: string[] = [];
  const module: HostModule = {
    name: 'slow-changes',
    typeDefs: 'extend type Mutation { slow: Boolean  quick: Boolean }',
    resolvers: {
      Mutation: {
        slow: (_: unknown, _args: unknown, { signal }: { signal: AbortSignal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              changed.push('aborted');
              reject(signal.reason);
            });
          }),
        quick: () => changed.push('quick') > 0,
      },
    },
  };
  return { changed, module };
}
const slow = createSlowChanges();

export const edge: AttackGroup = {
  file: 'edge.ts',
  title: 'the edge: pages, time, numbers',
  attacks: [
    {
      id: 'A199',
      title: 'a foreign page opens a WebSocket, for which no browser asks first: look-alike origins and null too',
      threat: 'a page that somebody has open speaks to a gateway that only their network reaches',
      codes: ['FORBIDDEN', 'none'],
      trail: [],
      gateway: {
        environment: { CORS_ORIGINS: 'https://admin.example.com', PUBLIC_URL: 'https://gateway.example.com' },
      },
      async run({ url }) {
        const foreign = [
          'https://evil.example',
          'null',
          'http://admin.example.com',
          'https://admin.example.com.evil.example',
          'https://admin.example.com:8443',
          'http://localhost:3000',
          `http://evil.example#${new URL(url).host}`,
          `file://${new URL(url).host}`,
        ];
        const answers: Told[] = [];
        for (const origin of foreign) answers.push(await connectFrom(url, origin));
        expect(answers.every(({ codes }) => codes.join() === 'FORBIDDEN')).toBe(true);
        for (const origin of [null, 'https://admin.example.com', 'https://gateway.example.com', new URL(url).origin]) {
          const told = await connectFrom(url, origin);
          expect([origin, told.codes]).toEqual([origin, []]);
          answers.push(told);
        }
        return answers;
      },
    },
    {
      id: 'A200',
      title:
        'a foreign page signs somebody in, exports the trail and follows it, by all that a form, a link or an EventSource can send',
      threat: 'the credential of whoever has the page open is used, or one is made for them',
      codes: ['BAD_USER_INPUT', 'UNAUTHENTICATED'],
      trail: [],
      async run({ url }) {
        const evil = ['origin', 'https://evil.example'] as const;
        const body = '{"userId":"user_ada"}';
        const answers: Told[] = [];
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          null,
        ]) {
          const headers = [evil, ...(type === null ? [] : [['content-type', type] as const])];
          const answer = await send(url, { path: '/dev/session', headers, body });
          expect([type, answer.status, answer.text.includes('token":')]).toEqual([type, 400, false]);
          answers.push(answer);
        }
        for (const format of ['ndjson', 'csv', 'ecs']) {
          const link = { method: 'GET', path: `/audit/export?format=${format}`, headers: [evil] };
          answers.push(await send(url, link));
        }
        const query = encodeURIComponent('subscription { impersonationEventRecorded { id } }');
        const source = await send(url, {
          method: 'GET',
          path: `/graphql/stream?query=${query}`,
          headers: [evil, ['accept', 'text/event-stream']],
        });
        expect(source.headers['access-control-allow-origin']).toBeUndefined();
        expect(source.text).toContain('UNAUTHENTICATED');
        expect(source.text).not.toContain('"data":{');
        for (const [path, method] of [
          ['/dev/session', 'POST'],
          ['/audit/export', 'GET'],
          ['/graphql/stream', 'PUT'],
          ['/graphql/stream', 'DELETE'],
        ] as const) {
          const preflight = await send(url, {
            method: 'OPTIONS',
            path,
            headers: [
              evil,
              ['access-control-request-method', method],
              ['access-control-request-headers', 'authorization'],
            ],
          });
          expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
        }
        return answers;
      },
    },
    {
      id: 'A201',
      title: 'tokens without end from one address, each another one',
      threat:
        'signatures are verified until nothing else is; or, where they are not, everybody at that address is kept out',
      codes: ['TOKEN_INVALID', 'RATE_LIMITED', 'none'],
      trail: ['ANOMALY_DETECTED TOKEN_INVALID ->- ×8'],
      gateway: { environment: { REFUSED_CREDENTIALS_PER_ADDRESS: '10', DENIED_BURST_PER_ADDRESS: '8' } },
      async run(ground) {
        const ada = await ground.token('user_ada');
        await accepts(ground, ada, 'user_ada');
        const [head, payload, signature = ''] = ada.split('.');
        const forged = (n: number) => `${head}.${payload}.${String(n).padStart(4, '0')}${signature.slice(4)}`;
        const answers: Told[] = [];
        for (let n = 0; n < 40; n += 1) {
          const answer = await ground.graphql(forged(n), WHO);
          expect([401, 429]).toContain(answer.status);
          if (answer.status === 429) expect(answer.headers.get('retry-after')).toBe('1');
          answers.push(answer);
        }
        expect(answers.filter(({ codes }) => codes[0] === 'TOKEN_INVALID').length).toBeLessThan(20);
        // Who was let in before goes on; who comes new does so within seconds.
        await accepts(ground, ada, 'user_ada');
        const grace = await ground.token('user_grace');
        await eventually('somebody new is let in', async () => {
          const answer = await ground.graphql(grace, WHO);
          if (answer.codes.length === 0) answers.push(answer);
          return answer.codes.length === 0;
        });
        expect(ground.logged()).toContain('an anomaly was detected');
        return answers;
      },
    },
    {
      id: 'A202',
      title: 'trying one user after the other, to see who can be impersonated',
      threat: 'who is protected, who is disabled and who exists is found out, a refusal at a time, and nobody looks',
      codes: ['SUBJECT_PROTECTED', 'SUBJECT_DISABLED', 'USER_NOT_FOUND'],
      trail: [
        'IMPERSONATION_DENIED SUBJECT_PROTECTED ada>grace',
        'IMPERSONATION_DENIED SUBJECT_DISABLED ada>dora',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>nobody ×4',
        'ANOMALY_DETECTED USER_NOT_FOUND ada>- ×4',
      ],
      gateway: { environment: { DENIED_BURST_PER_ACTOR: '4' } },
      settle: (lines) =>
        [...lines].sort((a, b) => Number(/^ANOMALY/.test(a)) - Number(/^ANOMALY/.test(b))).reduce(together, []),
      async run(ground) {
        const ada = await ground.token('user_ada');
        const answers: Told[] = [];
        for (const id of ['user_grace', 'user_dora', ...Array<string>(4).fill('user_nobody')]) {
          answers.push(await start(ground, ada, id));
        }
        return answers;
      },
    },
    {
      id: 'A203',
      title: 'one customer after the other, each for a moment and with a good reason',
      threat: 'every single look is allowed, and nobody sees that all customers were looked at',
      codes: ['none'],
      trail: ['IMPERSONATION_STARTED ×5', 'IMPERSONATION_STOPPED ×5', 'ANOMALY_DETECTED ada>- ×3'],
      gateway: { environment: { SUBJECTS_PER_HOUR: '3' } },
      settle: (lines) => [
        `IMPERSONATION_STARTED ×${lines.filter((line) => line.startsWith('IMPERSONATION_STARTED')).length}`,
        `IMPERSONATION_STOPPED ×${lines.filter((line) => line.startsWith('IMPERSONATION_STOPPED')).length}`,
        ...lines.filter((line) => !/^IMPERSONATION_(STARTED|STOPPED)/.test(line)),
      ],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const answers: Told[] = [];
        for (let n = 1; n <= 5; n += 1) {
          const begun = await ground.graphql(ada, START, startInput(`user_000${n}`));
          answers.push(begun, await ground.graphql(begun.data.startImpersonation.actorToken, STOP));
        }
        return answers;
      },
    },
    {
      id: 'A204',
      title: 'more streams than one may have, as oneself and as each customer one acts as',
      threat: 'limits for each person are none for whoever can be many',
      codes: ['none', 'RATE_LIMITED'],
      trail: [
        'IMPERSONATION_STARTED ada>cleo',
        'OPERATION_ATTEMPTED ada>cleo',
        'OPERATION_DENIED RATE_LIMITED ada>cleo',
        'OPERATION_COMPLETED ada>cleo',
      ],
      settle: (lines) => [...lines].sort((a, b) => Number(/COMPLETED/.test(a)) - Number(/COMPLETED/.test(b))),
      gateway: {
        environment: { SUBSCRIPTIONS_PER_IDENTITY: '1' },
        hostModules: [
          {
            name: 'silent',
            typeDefs: 'extend type Subscription { said: String }',
            resolvers: { Subscription: { said: { subscribe: () => said() } } },
          },
        ],
      },
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const follow = (token: string) => {
          const leave = new AbortController();
          const answer = fetch(`${ground.url}/graphql/stream`, {
            method: 'POST',
            headers: {
              accept: 'text/event-stream',
              'content-type': 'application/json',
              authorization: `Bearer ${token}`,
            },
            body: JSON.stringify({ query: 'subscription { said }' }),
            signal: leave.signal,
          });
          return { answer, leave };
        };
        const first = follow(actorToken);
        const reader = (await first.answer).body?.getReader();
        await reader?.read();
        const text = await (await follow(actorToken).answer).text();
        expect(text).toContain('"name":"subscriptionsPerIdentity"');
        const own = await (await follow(await ground.token('user_ada')).answer).text();
        first.leave.abort();
        const code = /"code":"(\w+)"/;
        return [{ codes: [] }, { codes: [String(code.exec(text)?.[1])] }, { codes: [String(code.exec(own)?.[1])] }];
      },
    },
    {
      id: 'A205',
      title: 'a change that waits until its time is up, with another one behind it',
      threat: 'what the client was told has failed is done afterwards, when nobody looks',
      codes: ['QUERY_TOO_COMPLEX'],
      trail: ['IMPERSONATION_STARTED ada>cleo', 'OPERATION_ATTEMPTED ada>cleo', 'OPERATION_COMPLETED FAILURE ada>cleo'],
      gateway: { environment: { OPERATION_TIMEOUT_SECONDS: '1' }, hostModules: [slow.module] },
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const answer = await ground.graphql(actorToken, 'mutation { slow quick }');
        expect(answer.errors[0]?.extensions.limit).toEqual({ name: 'operationSeconds', allowed: 1 });
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(slow.changed).toEqual(['aborted']);
        return [answer];
      },
    },
    {
      id: 'A206',
      title: 'a bad credential behind so many headers that the parser leaves it out',
      threat: 'a credential that is refused becomes none, which is served',
      codes: ['PAYLOAD_TOO_LARGE', 'TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const answers: Told[] = [];
        const query = `/graphql?query=${encodeURIComponent(WHO)}`;
        for (const padding of [2_000, 4_000]) {
          const raw = await openSocket(ground.url);
          raw.socket.write(
            `GET ${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nApollo-Require-Preflight: 1\r\n${'a:\r\n'.repeat(padding)}Authorization: Bearer a.b.c\r\n\r\n`,
          );
          await raw.closed;
          expect(raw.text()).not.toContain('"data"');
          answers.push({ codes: [String(/"code":"(\w+)"/.exec(raw.text())?.[1])] });
        }
        answers.push(await sendGraphQL(ground.url, 'a.b.c', { query: WHO }));
        return answers;
      },
    },
  ],
};

/** Equal neighbours as one line, where a line between them was put elsewhere. */
function together(lines: readonly string[], line: string): string[] {
  const [text = '', count = '1'] = line.split(' ×');
  const [before = '', counted = '1'] = (lines.at(-1) ?? '').split(' ×');
  if (text !== before || text.startsWith('ANOMALY')) return [...lines, line];
  return [...lines.slice(0, -1), `${text} ×${Number(count) + Number(counted)}`];
}

/** One event, and then silence. */
function said(): AsyncIterableIterator<{ said: string }> {
  let given = false;
  let end: () => void = () => undefined;
  const ended = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    end = () => resolve({ done: true, value: undefined });
  });
  return {
    async next() {
      if (given) return ended;
      given = true;
      return { done: false, value: { said: 'once' } };
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
