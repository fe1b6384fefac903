import { expect } from 'vitest';
import type { AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';

const STATISTICS = `query Statistics($from: DateTime!, $until: DateTime!, $buckets: Int! = 4) {
  impersonationStatistics(occurredAfter: $from, occurredBefore: $until, buckets: $buckets) { started denied ended }
}`;
const VERIFY = 'subscription Verify { auditVerification { phase checkedEvents faults { message } } }';
const YEAR = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' };

export const aggregates: AttackGroup = {
  file: 'aggregates.ts',
  title: 'the trail as a whole: its numbers and its verification',
  attacks: [
    {
      id: 'A190',
      title: 'asking for the numbers and for a verification without a credential, as customer and as support staff',
      threat: 'how often who is helped, and what is wrong with the record, is told to those it is kept from',
      codes: ['UNAUTHENTICATED', 'FORBIDDEN'],
      trail: ['IMPERSONATION_STARTED ada>cleo'],
      async run(ground) {
        await ground.impersonate('user_ada', 'user_cleo');
        const answers: Told[] = [];
        for (const token of [null, await ground.token('user_cleo'), await ground.token('user_sam')]) {
          const numbers = await ground.graphql(token, STATISTICS, YEAR);
          expect(numbers.data ?? null).toBeNull();
          const verification = await askStream(ground.url, token, { query: VERIFY });
          expect(verification.data.filter((data) => data != null)).toEqual([]);
          answers.push(numbers, verification);
        }
        return answers;
      },
    },
    {
      id: 'A191',
      title: 'the same by an admin from inside an impersonation, with full access',
      threat: 'the impersonated identity reads the trail with the actor’s rights',
      codes: ['FORBIDDEN'],
      trail: [
        'IMPERSONATION_STARTED ada>cleo',
        'OPERATION_DENIED FORBIDDEN ada>cleo',
        'OPERATION_ATTEMPTED ada>cleo',
        'OPERATION_COMPLETED FAILURE ada>cleo',
        'OPERATION_DENIED FORBIDDEN ada>cleo',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        return [
          await ground.graphql(actorToken, STATISTICS, YEAR),
          await askStream(ground.url, actorToken, { query: VERIFY }),
        ];
      },
    },
    {
      id: 'A192',
      title: 'numbers of all times, of no time, in a million stretches or in none',
      threat: 'one request of an auditor’s stolen token keeps the store busy for everybody',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const audrey = await ground.token('user_audrey');
        const asked = [
          { ...YEAR, from: '1970-01-01T00:00:00.000Z' },
          { ...YEAR, until: '9999-12-31T23:59:59.999Z' },
          { from: YEAR.until, until: YEAR.from },
          { from: YEAR.from, until: YEAR.from },
          { ...YEAR, buckets: 1_000_000 },
          { ...YEAR, buckets: 201 },
          { ...YEAR, buckets: 0 },
          { ...YEAR, buckets: -1 },
        ];
        const answers: Told[] = [];
        for (const variables of asked) answers.push(await ground.graphql(audrey, STATISTICS, variables));
        return answers;
      },
    },
  ],
};
