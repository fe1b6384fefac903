import { expect } from 'vitest';
import type { Attack, AttackGroup, Told } from './attack.js';
import { sessionClaims, signed, trustedKeys } from './keys.js';
import { START, STOP, start, startInput } from './moves.js';

/** One refused start: the code, and the same code in the one event. */
function refusedStart(id: string, title: string, threat: string, who: string, subject: string, code: string): Attack {
  return {
    id,
    title,
    threat,
    codes: [code],
    trail: [`IMPERSONATION_DENIED ${code} ${who.replace('user_', '')}>${subject.replace('user_', '')}`],
    async run(ground) {
      const answer = await start(ground, await ground.token(who), subject);
      expect(answer.data).toBeNull();
      return [answer];
    },
  };
}

/** A start with a session token that says this of the sign-in. */
function weakSignIn(
  id: string,
  title: string,
  claims: Readonly<Record<string, number | string[] | undefined>>,
): Attack {
  return {
    id,
    title,
    threat: 'a session left open at an unattended desk is enough to become any customer',
    codes: ['STEP_UP_REQUIRED'],
    trail: ['IMPERSONATION_DENIED STEP_UP_REQUIRED ada>cleo'],
    gateway: { environment: { STEP_UP_MAX_AUTH_AGE_SECONDS: '300', STEP_UP_REQUIRED_AMR: 'mfa' } },
    async run(ground) {
      const { issuer } = await trustedKeys(ground);
      const now = Math.floor(ground.clock.now() / 1_000);
      const ages = claims.age === undefined ? {} : { auth_time: now - Number(claims.age) };
      const amr = claims.amr as string[] | undefined;
      const token = signed(issuer, sessionClaims(ground, 'user_ada', { ...ages, amr }));
      const answer = await start(ground, token, 'user_cleo');
      expect(answer.errors[0]?.extensions).toMatchObject({ maxAuthAgeSeconds: 300, requiredAmr: ['mfa'] });
      return [answer];
    },
  };
}

export const starting: AttackGroup = {
  file: 'starting.ts',
  title: 'starts that are not allowed',
  attacks: [
    refusedStart('A70', 'a support agent starts', 'looking up turns into acting', 'user_sam', 'user_cleo', 'FORBIDDEN'),
    refusedStart('A71', 'an auditor starts', 'who watches, acts', 'user_audrey', 'user_cleo', 'FORBIDDEN'),
    refusedStart('A72', 'a customer starts', 'anybody is everybody', 'user_carl', 'user_cleo', 'FORBIDDEN'),
    refusedStart(
      'A73',
      'an admin impersonates another admin',
      'deeds are pinned on a colleague',
      'user_ada',
      'user_grace',
      'SUBJECT_PROTECTED',
    ),
    refusedStart(
      'A74',
      'an admin impersonates an auditor',
      'the trail is read, and the live stream followed, as somebody who may',
      'user_ada',
      'user_audrey',
      'SUBJECT_PROTECTED',
    ),
    refusedStart(
      'A75',
      'an admin impersonates themselves',
      'a session in which viewer and actor cannot be told apart',
      'user_ada',
      'user_ada',
      'SELF_IMPERSONATION',
    ),
    refusedStart(
      'A76',
      'an admin impersonates a disabled customer',
      'a closed account is used again',
      'user_ada',
      'user_dora',
      'SUBJECT_DISABLED',
    ),
    {
      id: 'A77',
      title: 'subjects whose ids are spelt nearly right, or are names every object has',
      threat: 'a look-alike id finds the person, and the trail names somebody else',
      codes: ['USER_NOT_FOUND', 'BAD_USER_INPUT'],
      trail: [
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>USER_CLEO',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>User_Cleo',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>сleo',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>cléo',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>cleo\u200b',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>__proto__',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>constructor',
        'IMPERSONATION_DENIED USER_NOT_FOUND ada>{"$ne":null}',
        'IMPERSONATION_DENIED BAD_USER_INPUT ada>- ×4',
      ],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const unknown = [
          'USER_CLEO',
          'User_Cleo',
          'user_сleo',
          'user_cléo',
          'user_cleo\u200b',
          '__proto__',
          'constructor',
        ];
        const unfit = ['user_cleo ', ' user_cleo', 'user_cleo\u0000', ''];
        const answers: Told[] = [];
        for (const userId of [...unknown, '{"$ne":null}', ...unfit]) answers.push(await start(ground, ada, userId));
        return answers;
      },
    },
    {
      id: 'A78',
      title: 'four starts under aliases in one document, with a limit of three sessions',
      threat: 'limits are counted per request',
      codes: ['SESSION_LIMIT'],
      trail: [
        'IMPERSONATION_STARTED ada>0001',
        'IMPERSONATION_STARTED ada>0002',
        'IMPERSONATION_STARTED ada>0003',
        'IMPERSONATION_DENIED SESSION_LIMIT ada>0004',
      ],
      async run(ground) {
        const fields = [1, 2, 3, 4].map(
          (n) => `s${n}: startImpersonation(input: { userId: "user_000${n}", reason: "many at once" }) { actorToken }`,
        );
        const answer = await ground.graphql(await ground.token('user_ada'), `mutation { ${fields.join(' ')} }`);
        expect(answer.errors.map(({ path }) => path)).toEqual([['s4']]);
        return [answer];
      },
    },
    {
      id: 'A79',
      title: 'twenty starts at the same moment, with a limit of three sessions',
      threat: 'a race between counting and storing',
      codes: ['SESSION_LIMIT', 'none'],
      trail: ['IMPERSONATION_STARTED ada>cleo ×3', 'IMPERSONATION_DENIED SESSION_LIMIT ada>cleo ×17'],
      async run(ground) {
        const ada = await ground.token('user_ada');
        const answers = await Promise.all(Array.from({ length: 20 }, () => start(ground, ada, 'user_cleo')));
        expect(answers.filter(({ codes }) => codes.length === 0)).toHaveLength(3);
        expect(await ground.truth.sessions.countActive('user_ada', ground.clock.now())).toBe(3);
        return answers.sort((a, b) => b.codes.length - a.codes.length);
      },
    },
    {
      id: 'A80',
      title: 'twenty starts at the same moment on two replicas',
      threat: 'a race that no lock of one process can see',
      codes: ['SESSION_LIMIT', 'none'],
      trail: [
        'IMPERSONATION_STARTED without IMPERSONATION_VOIDED ×3',
        'IMPERSONATION_DENIED SESSION_LIMIT ada>cleo ×17',
      ],
      settle(lines) {
        const count = (type: string) =>
          lines
            .filter((line) => line.startsWith(type))
            .reduce((sum, line) => sum + Number(line.split(' ×')[1] ?? 1), 0);
        const lasting = count('IMPERSONATION_STARTED') - count('IMPERSONATION_VOIDED');
        const denied = count('IMPERSONATION_DENIED SESSION_LIMIT ada>cleo');
        return [
          `IMPERSONATION_STARTED without IMPERSONATION_VOIDED ×${lasting}`,
          `IMPERSONATION_DENIED SESSION_LIMIT ada>cleo ×${denied}`,
        ];
      },
      async run(ground) {
        const ada = await ground.token('user_ada');
        const replica = await ground.replica();
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            (n % 2 === 0 ? ground : replica).graphql(ada, START, startInput('user_cleo')),
          ),
        );
        expect(answers.filter(({ codes }) => codes.length === 0)).toHaveLength(3);
        expect(await ground.truth.sessions.countActive('user_ada', ground.clock.now())).toBe(3);
        return answers.sort((a, b) => b.codes.length - a.codes.length);
      },
    },
    {
      id: 'A81',
      title: 'eleven starts within a minute, each stopped at once',
      threat: 'the whole customer base is leafed through, one person at a time',
      codes: ['RATE_LIMITED'],
      trail: [
        ...Array.from({ length: 10 }, () => [
          'IMPERSONATION_STARTED ada>cleo',
          'IMPERSONATION_STOPPED ada>cleo',
        ]).flat(),
        'IMPERSONATION_DENIED RATE_LIMITED ada>cleo',
      ],
      async run(ground) {
        for (let n = 0; n < 10; n += 1) {
          const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
          expect((await ground.graphql(actorToken, STOP)).codes).toEqual([]);
        }
        return [await start(ground, await ground.token('user_ada'), 'user_cleo')];
      },
    },
    weakSignIn('A82', 'a start with a sign-in of an hour ago where five minutes are asked for', {
      age: 3_600,
      amr: ['mfa'],
    }),
    weakSignIn('A83', 'a start with a session token that does not say when its person signed in', {
      amr: ['pwd', 'mfa'],
    }),
    weakSignIn('A84', 'a start with a fresh sign-in without the second factor', {
      age: 10,
      amr: ['pwd', 'MFA', 'mfa2'],
    }),
  ],
};
