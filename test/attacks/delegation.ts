import { expect } from 'vitest';
import { forge, type JsonRecord } from '../unit/tokens/forge.js';
import type { AttackGroup, Told } from './attack.js';
import type { Ground } from './ground.js';
import { accepts, CHANGE, orderOf, STOP, start, useAll } from './moves.js';
import { OWN_ISSUER, trustOwnIssuer } from './production.js';

/** A gateway whose identity provider is trusted to delegate (RFC 8693). */
async function gateway(directory: string) {
  return { environment: { TRUSTED_ISSUERS: await trustOwnIssuer(directory, true) } };
}

/** A session token of that identity provider, with whatever claims. */
function token({ clock }: Ground, claims: JsonRecord): string {
  const { issuer: iss, audience: aud, key } = OWN_ISSUER;
  const now = Math.floor(clock.now() / 1_000);
  const all = { iss, aud, iat: now, exp: now + 600, ...claims };
  return forge({ alg: key.alg, kid: key.kid, typ: 'at+jwt' }, all, key.signer);
}

export const delegation: AttackGroup = {
  file: 'delegation.ts',
  title: 'delegations by a trusted issuer',
  attacks: [
    {
      id: 'A21',
      title: 'a delegation to or of somebody for whom a start would be refused, to oneself, in two links',
      threat: 'the identity provider’s word goes round the gateway’s rules on who may impersonate whom',
      codes: ['TOKEN_INVALID'],
      trail: [
        'OPERATION_COMPLETED ada>cleo',
        'IMPERSONATION_DENIED TOKEN_INVALID sam>cleo',
        'IMPERSONATION_DENIED TOKEN_INVALID cleo>carl',
        'IMPERSONATION_DENIED TOKEN_INVALID ada>grace',
        'IMPERSONATION_DENIED TOKEN_INVALID ada>audrey',
        'IMPERSONATION_DENIED TOKEN_INVALID ada>dora',
        'IMPERSONATION_DENIED TOKEN_INVALID dora>cleo',
      ],
      gateway,
      async run(ground) {
        await accepts(ground, token(ground, { sub: 'user_cleo', act: { sub: 'user_ada' } }), 'user_cleo', 'user_ada');
        const pairs = [
          ['user_sam', 'user_cleo'],
          ['user_cleo', 'user_carl'],
          ['user_ada', 'user_grace'],
          ['user_ada', 'user_audrey'],
          ['user_ada', 'user_dora'],
          ['user_dora', 'user_cleo'],
          ['user_ada', 'user_ada'],
          ['user_nobody', 'user_cleo'],
          ['user_ada', 'user_nobody'],
        ] as const;
        const ada = { sub: 'user_ada' };
        const malformed = [
          { ...ada, act: { sub: 'user_grace' } },
          null,
          'user_ada',
          [ada],
          {},
          { sub: '' },
          { sub: 1 },
        ];
        return useAll(ground, [
          ...pairs.map(([actor, subject]) => token(ground, { sub: subject, act: { sub: actor } })),
          ...malformed.map((act) => token(ground, { sub: 'user_cleo', act })),
          token(ground, { sub: 'user_cleo', act: ada, access: 'everything' }),
        ]);
      },
    },
    {
      id: 'A22',
      title: 'from inside a delegation that does not say it may write: a change, a start, a stop',
      threat: 'what is not said is allowed; a delegation grows into a session of its own',
      codes: ['READ_ONLY_SESSION', 'NESTED_IMPERSONATION', 'NOT_IMPERSONATING'],
      trail: [
        'OPERATION_DENIED READ_ONLY_SESSION ada>cleo',
        'IMPERSONATION_DENIED NESTED_IMPERSONATION ada>carl',
        'IMPERSONATION_DENIED NOT_IMPERSONATING ada>-',
      ],
      gateway,
      async run(ground) {
        const delegated = token(ground, { sub: 'user_cleo', act: { sub: 'user_ada' } });
        const answers: Told[] = [
          await ground.graphql(delegated, CHANGE, { order: orderOf('user_cleo') }),
          await start(ground, delegated, 'user_carl'),
          await ground.graphql(delegated, STOP),
        ];
        for (const { stored } of await ground.events())
          expect([stored.actorId, stored.sessionId]).toEqual(['user_ada', null]);
        return answers;
      },
    },
  ],
};
