import { expect } from 'vitest';
import type { AttackGroup } from './attack.js';
import { send, type WireAnswer } from './wire.js';

/** As a browser asks for what a page of another site embeds. */
const EMBEDDED: readonly (readonly [destination: string, accept: string])[] = [
  ['iframe', 'text/html,application/xhtml+xml,*/*;q=0.8'],
  ['script', '*/*'],
  ['serviceworker', '*/*'],
  ['image', 'image/avif,image/webp,*/*;q=0.8'],
];

/** What is served, what is refused and what is not there. */
const PATHS = [
  '/console',
  '/console/',
  '/console/users',
  '/console//evil.example/',
  '/console/config.json',
  '/console/assets/gone-a1B2c3D4.js',
  '/console/assets/gone-a1B2c3D4.js.map',
  '/graphql',
  '/graphql?query=%7B__typename%7D',
  '/graphql/stream',
  '/audit/export?format=csv',
  '/dev/session',
  '/.well-known/jwks.json',
  '/healthz',
  '/metrics',
  '/nowhere',
];

export const embedding: AttackGroup = {
  file: 'embedding.ts',
  title: 'pages of others around what the gateway serves',
  attacks: [
    {
      id: 'A240',
      title:
        'a foreign page frames whatever the gateway serves, mistakes included, or loads it as a script, a worker or a picture',
      threat: 'somebody presses what they do not see, or an answer is read as what it is not',
      codes: ['none', 'BAD_USER_INPUT', 'UNAUTHENTICATED'],
      trail: [],
      async run(ground) {
        const answers: WireAnswer[] = [];
        for (const path of PATHS) {
          for (const [destination, accept] of EMBEDDED) {
            const answer = await send(ground.url, {
              method: 'GET',
              path,
              headers: [
                ['accept', accept],
                ['sec-fetch-site', 'cross-site'],
                ['sec-fetch-mode', destination === 'iframe' ? 'navigate' : 'no-cors'],
                ['sec-fetch-dest', destination],
                ...(destination === 'serviceworker' ? [['service-worker', 'script'] as const] : []),
              ],
            });
            const { headers, status } = answer;
            const policy = String(headers['content-security-policy']);
            expect([path, destination, status, policy.includes("frame-ancestors 'none'")]).toEqual([
              path,
              destination,
              status,
              true,
            ]);
            expect(headers).toMatchObject({
              'x-content-type-options': 'nosniff',
              'referrer-policy': 'no-referrer',
              'cross-origin-resource-policy': 'same-origin',
            });
            expect(headers).not.toHaveProperty('access-control-allow-origin');
            expect(headers).not.toHaveProperty('set-cookie');
            const location = headers.location;
            expect([path, location]).toEqual([path, path === '/console' ? '/console/' : undefined]);
            // Nothing but a page, data or a plain text: neither can be a script, for which a type of its own is needed.
            expect([path, headers['content-type'] ?? 'none']).toEqual([
              path,
              expect.stringMatching(
                /^(none|text\/(html|plain|event-stream)|application\/(graphql-response\+|jwk-set\+)?json)/,
              ),
            ]);
            answers.push(answer);
          }
        }
        return answers;
      },
    },
  ],
};
