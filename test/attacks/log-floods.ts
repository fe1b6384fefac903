import { expect } from 'vitest';
import type { AttackGroup } from './attack.js';

/** More than one address is given lines for within a minute, and fewer than would be told of as a burst. */
const FLOOD = 80;
const ALLOWED = 60;

export const logFloods: AttackGroup = {
  file: 'log-floods.ts',
  title: 'the log as a target',
  attacks: [
    {
      id: 'A239',
      title: 'bad tokens and refused operations without an end, by nobody, and then one’s own try among them',
      threat: 'the disk of the log is filled, or nobody finds in it what was refused to whom',
      codes: ['TOKEN_INVALID', 'UNAUTHENTICATED', 'FORBIDDEN'],
      trail: [],
      async run(ground) {
        const answers = [];
        for (let n = 0; n < FLOOD; n += 1) {
          answers.push(await ground.graphql(`bad.token.${n}`, '{ viewer { id } }'));
          answers.push(await ground.graphql(null, '{ orders { id } }'));
        }
        const sam = await ground.token('user_sam');
        answers.push(await ground.graphql(sam, 'query Mine { impersonationEvents(first: 1) { nodes { id } } }'));
        const lines = ground
          .logged()
          .split('\n')
          .filter((line) => /"msg":"(refused|an operation, or a part of it, was refused)"/.test(line))
          .map((line) => JSON.parse(line));
        const ofNobody = lines.filter(({ actorId = null }) => actorId === null);
        expect(ofNobody.length, 'lines of nobody').toBeLessThanOrEqual(ALLOWED);
        expect(ofNobody.length, 'lines of nobody').toBeGreaterThan(0);
        expect(lines.filter(({ actorId }) => actorId === 'user_sam')).toEqual([
          expect.objectContaining({ code: 'FORBIDDEN', operation: { name: 'Mine', type: 'QUERY' } }),
        ]);
        return answers;
      },
    },
  ],
};
