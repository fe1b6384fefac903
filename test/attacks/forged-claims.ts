import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from '../../src/app/development.js';
import { base64url, claimsOf, type JsonRecord } from '../unit/tokens/forge.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { sessionClaims, signed, trustedKeys } from './keys.js';
import { accepts, useAll } from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';

/** Session tokens for Ada under the trusted issuer's signature, each with its own change. */
async function sessionTokens(ground: Ground, changes: readonly JsonRecord[]): Promise<readonly string[]> {
  const { issuer } = await trustedKeys(ground);
  await accepts(ground, signed(issuer, sessionClaims(ground, 'user_ada')), 'user_ada');
  return changes.map((change) => signed(issuer, sessionClaims(ground, 'user_ada', change)));
}

/** Actor tokens of a real session under the gateway's own signature, each with its own change. */
async function actorTokens(ground: Ground, changes: readonly JsonRecord[]): Promise<readonly string[]> {
  const { gateway } = await trustedKeys(ground);
  const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
  return changes.map((change) => signed(gateway, { ...(claimsOf(actorToken) as JsonRecord), ...change }));
}

export const forgedClaims: AttackGroup = {
  file: 'forged-claims.ts',
  title: 'tokens that a trusted key signed, for something else',
  attacks: [
    {
      id: 'A08',
      title: 'an issuer that is unknown, nearly right, a list, or missing',
      threat: 'a token of another party is taken for one of ours',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const near = [`${DEVELOPMENT_ISSUER}/`, DEVELOPMENT_ISSUER.toUpperCase(), ` ${DEVELOPMENT_ISSUER}`];
        const issuers = ['https://evil.example', ...near, '', '__proto__', [DEVELOPMENT_ISSUER], undefined, null, 1];
        const changes = issuers.map((iss) => ({ iss }));
        return useAll(ground, [...(await sessionTokens(ground, changes)), ...(await actorTokens(ground, changes))]);
      },
    },
    {
      id: 'A09',
      title: 'an audience that is another service’s, nearly right, or missing',
      threat: 'a token stolen from another service opens this one',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const near = [`${DEVELOPMENT_AUDIENCE}/`, DEVELOPMENT_AUDIENCE.slice(0, -1)];
        const changes = ['https://shop.example', ...near, '', [], [1], ['elsewhere'], undefined, null].map((aud) => ({
          aud,
        }));
        // A list is right for a session token, never for an actor token.
        const lists = [{ aud: [ground.url] }, { aud: [ground.url, 'elsewhere'] }, { aud: DEVELOPMENT_AUDIENCE }];
        const actor = await actorTokens(ground, [...changes, ...lists]);
        return useAll(ground, [...(await sessionTokens(ground, [...changes, { aud: ground.url }])), ...actor]);
      },
    },
    {
      id: 'A10',
      title:
        'a token typed as something else: logout token, DPoP proof, ID token; an actor token typed as access token',
      threat: 'a statement made for another purpose serves as a credential',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const { issuer, gateway } = await trustedKeys(ground);
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const claims = sessionClaims(ground, 'user_ada');
        await accepts(ground, signed(issuer, claims, { typ: 'at+jwt' }), 'user_ada');
        const types = ['logout+jwt', 'dpop+jwt', 'id_token', 'secevent+jwt', 'JOSE', '', 'JWT ', 1, null];
        return useAll(ground, [
          ...types.map((typ) => signed(issuer, claims, { typ })),
          ...[...types, 'at+jwt', 'jwt', undefined].map((typ) =>
            signed(gateway, claimsOf(actorToken) as JsonRecord, { typ }),
          ),
        ]);
      },
    },
    {
      id: 'A11',
      title: 'a session token six seconds after its expiry',
      threat: 'a stolen token works for ever',
      codes: ['TOKEN_EXPIRED'],
      trail: [],
      async run(ground) {
        const now = Math.floor(ground.clock.now() / 1_000);
        return useAll(ground, await sessionTokens(ground, [{ exp: now - 6 }, { exp: 0 }]));
      },
    },
    {
      id: 'A12',
      title: 'an expiry that is missing, a text, not a number, or beyond all time',
      threat: 'a token without an end',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const expiries = [undefined, null, '9999999999', [9_999_999_999], { $gt: 0 }, true, 1e300, -1];
        const changes = expiries.map((exp) => ({ exp }));
        return useAll(ground, [...(await sessionTokens(ground, changes)), ...(await actorTokens(ground, changes))]);
      },
    },
    {
      id: 'A13',
      title: 'nbf, iat or auth_time a minute ahead',
      threat: 'tokens are stored up, and a sign-in in the future counts as fresh for ever',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const later = Math.floor(ground.clock.now() / 1_000) + 60;
        return useAll(ground, [
          ...(await sessionTokens(ground, [{ nbf: later }, { iat: later }, { auth_time: later }])),
          ...(await actorTokens(ground, [{ nbf: later }, { iat: later }])),
        ]);
      },
    },
    {
      id: 'A14',
      title: 'an act claim in a session token of an issuer that may not delegate',
      threat: 'an impersonation without a session, a reason, or an end',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const acts = [
          { sub: 'user_grace' },
          { sub: 'user_ada' },
          { act: { sub: 'user_grace' } },
          {},
          null,
          'user_grace',
          [],
        ];
        return useAll(
          ground,
          await sessionTokens(
            ground,
            acts.map((act) => ({ act, access: 'full' })),
          ),
        );
      },
    },
    {
      id: 'A15',
      title: 'an actor token under the gateway’s own signature that lacks a claim or nests its act',
      threat: 'what is not said is not checked: a session token in an actor token’s clothes',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const lacking = ['act', 'sub', 'sid', 'jti', 'iat', 'nbf', 'exp', 'roles', 'access', 'aud', 'iss'];
        const actor = { sub: 'user_ada', iss: DEVELOPMENT_ISSUER };
        return useAll(
          ground,
          await actorTokens(ground, [
            ...lacking.map((claim) => ({ [claim]: undefined })),
            { act: { ...actor, act: actor } },
            { act: [actor] },
            { act: 'user_ada' },
            { access: 'FULL' },
            { access: 'everything' },
          ]),
        );
      },
    },
    {
      id: 'A16',
      title: 'an actor token, right in its signature, whose actor or subject is not that of its session',
      threat: 'one person’s session lends itself to another: the trail would name the wrong actor',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED],
      async run(ground) {
        const act = (sub: string) => ({ act: { sub, iss: DEVELOPMENT_ISSUER } });
        const changes = [act('user_grace'), act('user_cleo'), { sub: 'user_carl' }, { sub: 'user_grace' }];
        return useAll(ground, await actorTokens(ground, changes));
      },
    },
    {
      id: 'A17',
      title: 'an actor token, right in its signature, of a session that never was',
      threat: 'a stolen signing key makes sessions that nobody started',
      codes: ['IMPERSONATION_ENDED'],
      // Nothing is known of the session, so nobody could be named: the log has a warning instead.
      trail: [STARTED],
      async run(ground) {
        const ids = ['00000000-0000-4000-8000-000000000000', '__proto__', 'constructor', 'probe'];
        return useAll(
          ground,
          await actorTokens(
            ground,
            ids.map((sid) => ({ sid })),
          ),
        );
      },
    },
    {
      id: 'A18',
      title: 'claims and header members named twice, one of them in escapes',
      threat: 'a proxy reads the first, the gateway the last',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const { issuer } = await trustedKeys(ground);
        const claims = JSON.stringify(sessionClaims(ground, 'user_sam'));
        const twice = ['"sub":"user_ada"', '"s\\u0075b":"user_ada"', '"exp":9999999999', '"amr":[],"amr":["mfa"]'];
        const forged = twice.map((member) => signed(issuer, claims.replace('{', `{${member},`)));
        const header = base64url(`{"alg":"none","alg":"EdDSA","kid":"${issuer.kid}","typ":"JWT"}`);
        const [, body, signature] = signed(issuer, claims).split('.');
        return useAll(ground, [...forged, `${header}.${body}.${signature}`]);
      },
    },
    {
      id: 'A19',
      title: 'other spellings of a valid token: crit, b64, padding, spare bits, five parts, four parts',
      threat: 'a cache or a block-list knows one spelling, the verifier another',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const { issuer } = await trustedKeys(ground);
        const claims = sessionClaims(ground, 'user_ada');
        const token = signed(issuer, claims);
        const [header = '', body = '', signature = ''] = token.split('.');
        const last = signature.at(-1) ?? '';
        const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
        // 64 bytes leave four spare bits in the last character.
        const spare = alphabet[alphabet.indexOf(last) ^ 1] ?? '';
        return useAll(ground, [
          signed(issuer, claims, { crit: ['exp'], exp: 1 }),
          signed(issuer, claims, { crit: [] }),
          signed(issuer, claims, { b64: false }),
          `${header}.${body}.${signature.slice(0, -1)}${spare}`,
          `${header}.${body}.${signature}==`,
          `${token}.`,
          `${token}.${signature}`,
          `${header}.${signature}.${body}.${signature}.${signature}`,
          `.${body}.${signature}`,
          `${header}..${signature}`,
        ]);
      },
    },
    {
      id: 'A20',
      title: 'a token for nobody: other case, look-alike letters, names every object has, a disabled or removed person',
      threat: 'two spellings of one person, or a person who is no more, pass for somebody',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        ground.people.remove('user_carl');
        const nobody = [
          'USER_ADA',
          'user_аda', // Cyrillic а
          'user_ada ',
          'user_ada\u200b',
          'user_a\u0301da',
          '__proto__',
          'constructor',
          'user_dora',
          'user_carl',
          'user_ada\u0000',
          'user_ada\ud800',
          '',
        ];
        return useAll(ground, await sessionTokens(ground, [...nobody.map((sub) => ({ sub })), { sub: ['user_ada'] }]));
      },
    },
  ],
};
