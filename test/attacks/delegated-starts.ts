import { forge, type JsonRecord } from '../unit/tokens/forge.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { accepts, WHO } from './moves.js';
import { OWN_ISSUER, trustOwnIssuer } from './production.js';

/** A gateway whose identity provider is trusted to delegate, and that demands this of impersonators. */
function demanding(environment: Readonly<Record<string, string>>) {
  return async (directory: string) => ({
    environment: { ...environment, TRUSTED_ISSUERS: await trustOwnIssuer(directory, true) },
  });
}

/** A token by which Ada acts for this person, by the word of the identity provider. */
function delegated(ground: Ground, subject: string, signIn: JsonRecord = {}, ofSubject: JsonRecord = {}): string {
  const { issuer: iss, audience: aud, key } = OWN_ISSUER;
  const now = Math.floor(ground.clock.now() / 1_000);
  const claims = {
    iss,
    aud,
    iat: now,
    exp: now + 600,
    sub: subject,
    act: { sub: 'user_ada', ...signIn },
    ...ofSubject,
  };
  return forge({ alg: key.alg, kid: key.kid, typ: 'at+jwt' }, claims, key.signer);
}

export const delegatedStarts: AttackGroup = {
  file: 'delegated-starts.ts',
  title: 'impersonations begun at the identity provider, round the limits on starts',
  attacks: [
    {
      id: 'A218',
      title: 'a delegation whose only fresh, strong sign-in is the customer’s own',
      threat: 'an admin’s stale session becomes any customer who has just signed in',
      codes: ['STEP_UP_REQUIRED'],
      trail: ['IMPERSONATION_DENIED STEP_UP_REQUIRED ada>cleo', 'IMPERSONATION_DENIED STEP_UP_REQUIRED ada>carl'],
      gateway: demanding({ STEP_UP_MAX_AUTH_AGE_SECONDS: '300', STEP_UP_REQUIRED_AMR: 'mfa' }),
      async run(ground) {
        const now = Math.floor(ground.clock.now() / 1_000);
        const fresh = { auth_time: now, amr: ['mfa'] };
        return [
          await ground.graphql(delegated(ground, 'user_cleo', {}, fresh), WHO),
          await ground.graphql(delegated(ground, 'user_carl', { auth_time: now - 3_600, amr: ['mfa'] }, fresh), WHO),
        ];
      },
    },
    {
      id: 'A219',
      title: 'delegations for one customer after the other, faster than sessions may be started',
      threat: 'a stolen admin at the identity provider reads every customer before anybody looks',
      codes: ['RATE_LIMITED'],
      trail: [
        'OPERATION_COMPLETED ada>cleo',
        'OPERATION_COMPLETED ada>carl',
        'IMPERSONATION_DENIED RATE_LIMITED ada>0001',
        'IMPERSONATION_DENIED RATE_LIMITED ada>0002',
      ],
      gateway: demanding({ IMPERSONATION_STARTS_PER_MINUTE: '2' }),
      async run(ground) {
        for (const subject of ['user_cleo', 'user_carl'])
          await accepts(ground, delegated(ground, subject), subject, 'user_ada');
        return [
          await ground.graphql(delegated(ground, 'user_0001'), WHO),
          await ground.graphql(delegated(ground, 'user_0002'), WHO),
        ];
      },
    },
  ],
};
