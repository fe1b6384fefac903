import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { START, startInput, WHO } from './moves.js';
import { productionEnvironment } from './production.js';
import { bearer, JSON_TYPE, send, sendGraphQL, type WireAnswer } from './wire.js';

const START_CLEO = JSON.stringify({ query: START, variables: startInput('user_cleo') });

export const browsers: AttackGroup = {
  file: 'browsers.ts',
  title: 'web pages, bodies and addresses',
  attacks: [
    {
      id: 'A136',
      title: 'a form or a script of a foreign page sends an operation without asking first',
      threat: 'cross-site request forgery, should a proxy ever add the credential by itself',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const ada = bearer(await ground.token('user_ada'));
        const form = `query=${encodeURIComponent('mutation { stopImpersonation { viewer { id } } }')}`;
        const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
        const tricks = ['text/plain; charset=application/json', 'text/plain;application/json', ''];
        const answers: WireAnswer[] = [];
        for (const path of ['/graphql', '/graphql/stream']) {
          for (const type of [...types, ...tricks]) {
            const headers = [ada, ['origin', 'https://evil.example'], ...(type === '' ? [] : [['content-type', type]])];
            const body = type.includes('urlencoded') ? form : START_CLEO;
            const answer = await send(ground.url, { path, headers: headers as [string, string][], body });
            expect([path, type, answer.status >= 400]).toEqual([path, type, true]);
            if (path === '/graphql') answers.push(answer);
          }
          const query = encodeURIComponent('{ users { nodes { email } } }');
          const get = await send(ground.url, { method: 'GET', path: `${path}?query=${query}`, headers: [ada] });
          expect([path, get.status >= 400]).toEqual([path, true]);
        }
        return answers;
      },
    },
    {
      id: 'A137',
      title: 'a foreign page asks whether it may read: preflight and request, from look-alike origins and null',
      threat: 'the origin that asks is the origin that is allowed',
      codes: ['none'],
      trail: [],
      gateway: { environment: { CORS_ORIGINS: 'https://admin.example.com' } },
      async run(ground) {
        const ada = bearer(await ground.token('user_ada'));
        const foreign = [
          'https://evil.example',
          'null',
          'http://admin.example.com',
          'https://admin.example.com.evil.example',
          'https://evil-admin.example.com',
          'https://admin.example.com:8443',
          'https://ADMIN.example.com',
          'http://localhost:3000',
        ];
        const answers: Told[] = [];
        for (const origin of foreign) {
          const asked = [
            ['origin', origin],
            ['access-control-request-method', 'POST'],
          ] as const;
          const preflight = await send(ground.url, {
            method: 'OPTIONS',
            headers: [...asked, ['access-control-request-headers', 'authorization']],
          });
          const answer = await send(ground.url, {
            headers: [['origin', origin], JSON_TYPE, ada],
            body: JSON.stringify({ query: WHO }),
          });
          for (const { headers } of [preflight, answer]) expect(headers['access-control-allow-origin']).toBeUndefined();
          answers.push(answer);
        }
        const ours = await send(ground.url, { method: 'OPTIONS', headers: [['origin', 'https://admin.example.com']] });
        expect(ours.headers['access-control-allow-origin']).toBe('https://admin.example.com');
        expect(ours.headers.vary).toMatch(/origin/i);
        return answers;
      },
    },
    {
      id: 'A138',
      title: 'a body that unpacks to much more than it is, in every encoding there is',
      threat: 'a kilobyte on the wire, a gigabyte in memory',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
        const answers: WireAnswer[] = [];
        for (const path of ['/graphql', '/graphql/stream']) {
          for (const encoding of ['gzip', 'deflate', 'br', 'gzip, gzip', 'x-gzip']) {
            const headers = [JSON_TYPE, ['content-encoding', encoding]] as const;
            const answer = await send(ground.url, { path, headers, body: bomb });
            expect(answer.status).toBe(400);
            answers.push(answer);
          }
        }
        return answers;
      },
    },
    {
      id: 'A139',
      title: 'a body of two megabytes, with its length and without, and one that claims to be larger than it is',
      threat: 'memory and time for as much as anybody sends',
      codes: ['PAYLOAD_TOO_LARGE'],
      trail: [],
      async run(ground) {
        const body = JSON.stringify({ query: WHO, variables: { padding: 'x'.repeat(2_097_152) } });
        const chunked = await fetch(`${ground.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: new Blob([body]).stream(),
          // A stream of unknown length is sent in chunks.
          duplex: 'half',
        } as RequestInit);
        const { errors } = (await chunked.json()) as { errors: { extensions: { code: string } }[] };
        return [
          await send(ground.url, { headers: [JSON_TYPE], body }),
          await send(ground.url, { path: '/graphql/stream', headers: [JSON_TYPE], body }),
          { codes: errors.map(({ extensions }) => extensions.code) },
        ];
      },
    },
    {
      id: 'A140',
      title:
        'bodies that are not what their type says: no JSON, an array, a number, half a UTF-8 letter, a byte order mark',
      threat: 'a parser’s message, or its crash, gives something away',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const bodies = [
          '{"query":"hunter2',
          '[]',
          '3',
          '"x"',
          'null',
          '{}',
          '{"query":1}',
          '{"query":"{a}","variables":[]}',
        ];
        const bytes = [Buffer.from([0x7b, 0xc3]), Buffer.from([0xff, 0xfe, 0x7b, 0x7d]), Buffer.from('\ufeff{}')];
        const answers: WireAnswer[] = [];
        for (const body of [...bodies, ...bytes]) {
          const answer = await send(ground.url, { headers: [JSON_TYPE], body });
          expect([answer.status, answer.text.includes('hunter2')]).toEqual([400, false]);
          answers.push(answer);
        }
        return answers;
      },
    },
    {
      id: 'A141',
      title: 'what development makes easy, asked of a gateway in production',
      threat: 'anybody gets anybody’s token',
      codes: ['none'],
      trail: [],
      gateway: async (directory) => ({ environment: await productionEnvironment(directory) }),
      async run(ground) {
        const session = await send(ground.url, {
          path: '/dev/session',
          headers: [JSON_TYPE],
          body: JSON.stringify({ userId: 'user_ada' }),
        });
        const page = await send(ground.url, { method: 'GET', headers: [['accept', 'text/html']] });
        expect([session.status, page.text.includes('<')]).toEqual([404, false]);
        return [await sendGraphQL(ground.url, null, { query: WHO })];
      },
    },
    {
      id: 'A142',
      title: 'paths and methods beside those that are served, and private keys at the public addresses',
      threat: 'a spelling of a path that a proxy lets through reaches what it guards',
      codes: ['none'],
      trail: [],
      async run(ground) {
        const ada = bearer(await ground.token('user_ada'));
        const body = JSON.stringify({ query: WHO });
        const paths = [
          '/graphql/',
          '//graphql',
          '/GraphQL',
          '/graphql%2f',
          '/./graphql',
          '/x/../graphql',
          '/graphql;x',
          '/',
        ];
        for (const path of paths) {
          expect([path, (await send(ground.url, { path, headers: [JSON_TYPE, ada], body })).status]).toEqual([
            path,
            404,
          ]);
        }
        for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE']) {
          expect([method, (await send(ground.url, { method, headers: [ada] })).status]).toEqual([method, 405]);
        }
        const jwks = await send(ground.url, { method: 'GET', path: '/.well-known/jwks.json' });
        const { keys } = JSON.parse(jwks.text) as { keys: Record<string, unknown>[] };
        expect(keys.flatMap((key) => Object.keys(key)).filter((name) => ['d', 'p', 'q', 'k'].includes(name))).toEqual(
          [],
        );
        return [jwks];
      },
    },
  ],
};
