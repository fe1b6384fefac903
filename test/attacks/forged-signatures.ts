import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { base64url, claimsOf, forge, headerOf, type JsonRecord, pair } from '../unit/tokens/forge.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { sessionClaims, signed, trustedKeys } from './keys.js';
import { accepts, useAll } from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
/** The control request that each attack on an actor token makes with the real one. */
const READ = 'OPERATION_COMPLETED ada>cleo';

/** A session token and an actor token that are accepted, for forging. */
async function realTokens(ground: Ground): Promise<{ session: string; actor: string }> {
  const session = await ground.token('user_ada');
  const { actorToken: actor } = await ground.impersonate('user_ada', 'user_cleo', { access: 'READ_ONLY' });
  await accepts(ground, session, 'user_ada');
  await accepts(ground, actor, 'user_cleo', 'user_ada');
  return { session, actor };
}

/** The token with parts of its header and claims changed and its signature kept. */
function tampered(token: string, claims: JsonRecord, header: JsonRecord = {}): string {
  const signature = token.split('.')[2] ?? '';
  const parts = [
    { ...headerOf(token), ...header },
    { ...claimsOf(token), ...claims },
  ];
  return [...parts.map((part) => base64url(JSON.stringify(part))), signature].join('.');
}

export const forgedSignatures: AttackGroup = {
  file: 'forged-signatures.ts',
  title: 'tokens that no trusted key signed',
  attacks: [
    {
      id: 'A01',
      title: 'unsigned tokens: alg "none" in five spellings, with the signature kept, emptied and cut off',
      threat: 'anybody writes a token for anybody',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, READ],
      async run(ground) {
        const { session, actor } = await realTokens(ground);
        const forged = [session, actor].flatMap((token) =>
          ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) => {
            const unsigned = tampered(token, {}, { alg });
            const [header, claims] = unsigned.split('.');
            return [unsigned, `${header}.${claims}.`, `${header}.${claims}`];
          }),
        );
        return useAll(ground, forged);
      },
    },
    {
      id: 'A02',
      title: 'HS256 keyed with the public key, in six encodings of it',
      threat: 'the public key serves as a shared secret',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, READ],
      async run(ground) {
        const { session, actor } = await realTokens(ground);
        const { issuer, gateway } = await trustedKeys(ground);
        const forged = [
          { token: session, key: issuer },
          { token: actor, key: gateway },
        ].flatMap(({ token, key }) => {
          const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' });
          const secrets = [
            publicKey.export({ format: 'pem', type: 'spki' }),
            publicKey.export({ format: 'der', type: 'spki' }),
            String(key.publicJwk.x),
            Buffer.from(String(key.publicJwk.x), 'base64url'),
            JSON.stringify(key.publicJwk),
            '',
          ];
          const header = { alg: 'HS256', kid: key.kid, typ: 'JWT' };
          return secrets.map((secret) => forge(header, claimsOf(token) as JsonRecord, { with: 'HS256', secret }));
        });
        return useAll(ground, forged);
      },
    },
    {
      id: 'A03',
      title: 'a key of the attacker’s own, brought along as jwk, jku, x5u or x5c',
      threat: 'the token says which key to trust',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, READ],
      async run(ground) {
        const { session, actor } = await realTokens(ground);
        const own = pair('EdDSA', 'attacker');
        let fetched = 0;
        const server = createServer((_, res) => {
          fetched += 1;
          res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [own.jwk] }));
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        onTestFinished(() => void server.close());
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
        const der = own.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
        const headers = [{ jwk: own.jwk }, { jku: url }, { x5u: url }, { x5c: [der] }];
        const forged = [session, actor].flatMap((token) =>
          headers.flatMap((header) =>
            [String(headerOf(token).kid), own.kid].map((kid) =>
              forge({ alg: 'EdDSA', typ: 'JWT', kid, ...header }, claimsOf(token) as JsonRecord, own.signer),
            ),
          ),
        );
        const answers = await useAll(ground, forged);
        expect(fetched, 'nothing the token names was fetched').toBe(0);
        return answers;
      },
    },
    {
      id: 'A04',
      title: 'a key of the attacker’s own under the trusted key’s id, as EdDSA, RS256 and ES256',
      threat: 'the id of a key is taken for the key',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, READ],
      async run(ground) {
        const { session, actor } = await realTokens(ground);
        const forged = [session, actor].flatMap((token) =>
          (['EdDSA', 'RS256', 'ES256'] as const).map((alg) => {
            const own = pair(alg, String(headerOf(token).kid));
            return forge({ alg, typ: 'JWT', kid: own.kid }, claimsOf(token) as JsonRecord, own.signer);
          }),
        );
        return useAll(ground, forged);
      },
    },
    {
      id: 'A05',
      title: 'a kid that is unknown, a path, or a name every object has, under a trusted signature',
      threat: 'the look-up of a key leads elsewhere',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, READ],
      async run(ground) {
        const { actor } = await realTokens(ground);
        const { issuer, gateway } = await trustedKeys(ground);
        const kids = ['unknown', '../../../../dev/null', '__proto__', 'constructor', 'toString', '', '0'];
        const forged = kids.flatMap((kid) => [
          signed(issuer, sessionClaims(ground, 'user_ada'), { kid }),
          signed(gateway, claimsOf(actor) as JsonRecord, { kid }),
        ]);
        return useAll(ground, forged);
      },
    },
    {
      id: 'A06',
      title: 'an actor token with act, sub, sid, access, exp, roles or aud changed and the signature kept',
      threat: 'a read-only session for a minute becomes a full one, of anybody, for ever',
      codes: ['TOKEN_INVALID'],
      trail: ['IMPERSONATION_STARTED grace>carl', STARTED, READ],
      async run(ground) {
        const other = await ground.impersonate('user_grace', 'user_carl');
        const { actor } = await realTokens(ground);
        const changes: JsonRecord[] = [
          { act: { sub: 'user_grace', iss: String((claimsOf(actor).act as JsonRecord).iss) } },
          { act: undefined },
          { sub: 'user_carl' },
          { sub: 'user_ada' },
          { sid: other.sessionId },
          { access: 'full' },
          { exp: Number(claimsOf(actor).exp) + 86_400 },
          { roles: ['ADMIN'] },
          { aud: 'elsewhere' },
          {},
        ];
        // The last one changes nothing but the signature itself.
        const forged = changes.map((change) => tampered(actor, change)).filter((token) => token !== actor);
        const [header, claims, signature = ''] = actor.split('.');
        const foreign = other.actorToken.split('.')[2];
        forged.push(`${header}.${claims}.${foreign}`, `${header}.${claims}.${signature.slice(0, -4)}`);
        return useAll(ground, forged);
      },
    },
    {
      id: 'A07',
      title: 'an actor token signed by the identity provider, a session token signed by the gateway',
      threat: 'whoever holds one of the two keys holds both kinds of token',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, READ],
      async run(ground) {
        const { actor } = await realTokens(ground);
        const { issuer, gateway } = await trustedKeys(ground);
        return useAll(ground, [
          signed(issuer, claimsOf(actor) as JsonRecord),
          signed(issuer, claimsOf(actor) as JsonRecord, { kid: gateway.kid }),
          signed(gateway, sessionClaims(ground, 'user_ada')),
          signed(gateway, sessionClaims(ground, 'user_ada'), { kid: issuer.kid }),
        ]);
      },
    },
  ],
};
