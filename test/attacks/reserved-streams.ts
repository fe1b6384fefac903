import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { bearer, send } from './wire.js';

const PATH = '/graphql/stream';
const NAME = 'x-graphql-event-stream-token';

export const reservedStreams: AttackGroup = {
  file: 'reserved-streams.ts',
  title: 'event streams that somebody else has reserved',
  attacks: [
    {
      id: 'A217',
      title:
        'opening a reserved event stream by its right name, out of an address in a log, or ending an operation of it: as somebody else, as nobody',
      threat: 'whoever reads an access log receives the results of another person’s operations, or ends them',
      codes: ['FORBIDDEN', 'TOKEN_INVALID'],
      trail: ['IMPERSONATION_STARTED ada>cleo'],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const { text: name } = await send(ground.url, { method: 'PUT', path: PATH, headers: [bearer(ada)] });
        const sam = bearer(await ground.token('user_sam'));
        const answers: Told[] = [];
        for (const headers of [[sam], [], [['authorization', 'Bearer x'] as const]]) {
          for (const way of [
            { path: `${PATH}?token=${name}`, headers },
            { path: PATH, headers: [...headers, [NAME, name] as const] },
          ]) {
            const answer = await send(ground.url, {
              ...way,
              method: 'GET',
              headers: [...way.headers, ['accept', 'text/event-stream']],
            });
            expect(answer.headers['content-type']).not.toContain('event-stream');
            answers.push(answer);
            answers.push(
              await send(ground.url, {
                ...way,
                path: `${way.path}${way.path.includes('?') ? '&' : '?'}operationId=1`,
                method: 'DELETE',
                headers: [...way.headers, ['accept', 'text/event-stream']],
              }),
            );
          }
        }
        // Nobody's attempt has used it up: the one who reserved it opens it, acting as somebody else too.
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const left = new AbortController();
        const opened = await fetch(`${ground.url}${PATH}`, {
          headers: { accept: 'text/event-stream', authorization: `Bearer ${actorToken}`, [NAME]: name },
          signal: left.signal,
        });
        expect([opened.status, opened.headers.get('content-type')]).toEqual([
          200,
          expect.stringContaining('text/event-stream'),
        ]);
        left.abort();
        return answers;
      },
    },
  ],
};
