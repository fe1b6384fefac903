import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RefusalReason } from '../../../src/tokens/index.js';
import { NO_CONFIRMATIONS, THUMBPRINT } from './confirmations.js';
import { expectRefused, NOW_SECONDS } from './expectations.js';
import { base64url, forge, type Json, type JsonRecord } from './forge.js';
import {
  AUDIENCE,
  CLAIMS,
  ed,
  es,
  folder,
  forged,
  HEADER,
  ISSUER,
  jwksFile,
  OTHER,
  other,
  rsa,
  stranger,
  verify,
  verifyWith,
  weak,
} from './session-tokens.js';

describe('a session token is refused', () => {
  const wrongTimes: Json[] = [null, '', String(NOW_SECONDS), true, [], {}, -1, 1e300];

  it.each<[string, RefusalReason, readonly Json[]]>([
    ['iss', 'iss', [undefined, null, '', 7, [ISSUER], {}, `${ISSUER}/`, 'https://ID.example', 'x', '__proto__']],
    ['aud', 'aud', [undefined, null, '', 7, [], {}, 'x', ['x'], [AUDIENCE, 7], [[AUDIENCE]], `${AUDIENCE}/`]],
    ['sub', 'sub', [undefined, null, '', 7, ['x'], {}, 'x'.repeat(256), 'a\u0000', 'a\nb', '\u007f', '\u0085', true]],
    ['exp', 'exp', [undefined, ...wrongTimes]],
    ['nbf', 'nbf', wrongTimes],
    ['iat', 'iat', wrongTimes],
    ['auth_time', 'auth_time', wrongTimes],
    ['amr', 'amr', [null, 'pwd', {}, [7], [null], [['pwd']], ['']]],
  ])('whose %s is missing, wrong or of the wrong type', async (claim, reason, values) => {
    for (const value of values) {
      const token = forged({}, { [claim]: value });
      await expectRefused(verify(token), reason, token);
    }
  });

  it('whose sub holds half a surrogate pair', async () => {
    for (const half of ['\\ud83d', '\\ude42', 'user\\ud83d_ada']) {
      const token = forge(HEADER, JSON.stringify(CLAIMS).replace('user_ada', half), ed.signer);
      await expectRefused(verify(token), 'sub', token);
    }
  });

  it.each<Json>([
    null,
    '',
    7,
    ['JWT'],
    'JWS',
    'application/jwt',
    'application/application/at+jwt',
    'id+jwt',
    'at+jwt ',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'JOSE',
  ])('with typ %j', async (typ) => {
    const token = forged({ typ });
    await expectRefused(verify(token), 'typ', token);
  });

  it('of another trusted issuer, whose keys count for that issuer alone', async () => {
    await expect(verify(forged({ alg: 'RS256', kid: 'other' }, { iss: OTHER }, other.signer))).resolves.toBeDefined();
    await expectRefused(verify(forged({ alg: 'RS256', kid: 'other' }, {}, other.signer)), 'unknown-key');
    await expectRefused(verify(forged({ alg: 'RS256', kid: 'rsa' }, {}, other.signer)), 'signature');
    await expectRefused(verify(forged({ alg: 'RS256', kid: 'rsa' }, { iss: OTHER }, rsa.signer)), 'unknown-key');
  });

  it('that names somebody whom its issuer may not name, by the beginning of the id', async () => {
    for (const sub of ['user_ada', 'Staff_ada', ' staff_ada', 'staff', 'xstaff_ada']) {
      const token = forged({}, { sub });
      await expectRefused(verifyWith({ subjectPrefix: 'staff_' }, token), 'sub', token);
    }
    const own = forged({}, { sub: 'staff_ada' });
    expect((await verifyWith({ subjectPrefix: 'staff_' }, own)).subject).toBe('staff_ada');
    expect((await verifyWith({}, own)).subject).toBe('staff_ada');
  });

  it('that is bound to what cannot be checked here, to nothing, or to a key and something else', async () => {
    for (const cnf of NO_CONFIRMATIONS) {
      const token = forged({}, { cnf });
      await expectRefused(verify(token), 'cnf', token);
    }
    expect((await verify(forged({}, { cnf: { jkt: THUMBPRINT } }))).boundTo).toBe(THUMBPRINT);
  });

  it('that is bound to no key, of an issuer whose tokens have to be', async () => {
    const demanding = { requireSenderConstraint: true };
    await expectRefused(verifyWith(demanding, forged()), 'cnf');
    const bound = forged({}, { cnf: { jkt: THUMBPRINT } });
    expect((await verifyWith(demanding, bound)).boundTo).toBe(THUMBPRINT);
    expect((await verifyWith({ requireSenderConstraint: false }, forged())).boundTo).toBeNull();
  });

  it('whose alg is not on its issuer’s list, though a key would fit', async () => {
    await expectRefused(verify(forged({}, { iss: OTHER })), 'alg');
    await expectRefused(
      verify(forged({ alg: 'PS256', kid: 'rsa' }, {}, { with: 'PS256', key: rsa.privateKey })),
      'alg',
    );
    await expectRefused(verify(forged({ alg: 'Ed25519' })), 'alg');
  });

  it.each<Json>(['none', 'None', 'NONE', 'nOnE', 'NoNe', '', 'HS256', 'hs256', 'rs256', undefined, null, 7, ['RS256']])(
    'with alg %j',
    async (alg) => {
      await expectRefused(verify(forged({ alg })), 'alg');
      await expectRefused(verify(forged({ alg, kid: undefined })), 'alg');
      await expectRefused(verify(forged({ alg }, {}, { with: 'nothing' })), 'malformed');
    },
  );

  it('that is an HMAC keyed with a public key, in any of its spellings', async () => {
    for (const key of [ed, rsa, es]) {
      const secrets = [
        key.publicKey.export({ format: 'pem', type: 'spki' }),
        String(key.publicKey.export({ format: 'pem', type: 'spki' })).trim(),
        key.publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(key.jwk),
        Buffer.from(String(key.jwk.x ?? key.jwk.n), 'base64url'),
        '',
      ];
      for (const secret of secrets) {
        for (const alg of ['HS256', 'HS384', 'HS512']) {
          await expectRefused(verify(forged({ alg, kid: key.kid }, {}, { with: 'HS256', secret })), 'alg');
        }
        await expectRefused(verify(forged({ alg: key.alg, kid: key.kid }, {}, { with: 'HS256', secret })), 'signature');
      }
    }
  });

  it('signed by a key the token brings along', async () => {
    const own: JsonRecord[] = [
      { jwk: stranger.jwk },
      { jku: 'https://attacker.example/jwks.json' },
      { x5u: 'https://attacker.example/cert.pem' },
      { x5c: ['MIIB'] },
      { jwk: stranger.jwk, jku: pathToFileURL(join(folder, 'main.json')).href },
    ];
    for (const header of own) {
      const alg = 'RS256';
      await expectRefused(verify(forged({ ...header, alg, kid: 'stranger' }, {}, stranger.signer)), 'unknown-key');
      await expectRefused(verify(forged({ ...header, alg, kid: 'rsa' }, {}, stranger.signer)), 'signature');
      await expectRefused(verify(forged({ ...header, alg, kid: undefined }, {}, stranger.signer)), 'signature');
      await expect(verify(forged({ ...header, alg, kid: 'rsa' }, {}, rsa.signer))).resolves.toBeDefined();
    }
  });

  it('whose kid is unknown or no string', async () => {
    for (const kid of ['', 'nope', 'ED', '__proto__', '0']) await expectRefused(verify(forged({ kid })), 'unknown-key');
    for (const kid of [7, null, ['ed'], {}]) await expectRefused(verify(forged({ kid })), 'kid');
  });

  it('that asks for an extension, known or not', async () => {
    const asking: JsonRecord[] = [
      { crit: ['b64'], b64: false },
      { crit: ['b64'], b64: true },
      { b64: false },
      { crit: ['exp'], exp: NOW_SECONDS },
      { crit: [] },
      { crit: null },
    ];
    for (const header of asking) await expectRefused(verify(forged(header)), 'crit');
  });

  it('that lacks what a polluted Object.prototype seems to supply', async () => {
    const token = forged({}, { sub: undefined });
    Object.defineProperty(Object.prototype, 'sub', { value: 'user_grace', configurable: true });
    try {
      await expectRefused(verify(token), 'sub', token);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'sub');
    }
  });

  it('whose payload or signature was changed', async () => {
    const [header, claims, signature] = forged().split('.');
    const [, otherClaims, otherSignature] = forged({}, { sub: 'user_grace' }).split('.');
    await expectRefused(verify(`${header}.${otherClaims}.${signature}`), 'signature');
    await expectRefused(verify(`${header}.${claims}.${otherSignature}`), 'signature');
  });

  it('that is longer than 16 KiB, though all else is right', async () => {
    const long = forged({}, { pad: 'x'.repeat(1_000_000) });
    await expectRefused(verify(long), 'too-long', long);
    await expect(verify(forged({}, { pad: 'x'.repeat(8_000) }))).resolves.toBeDefined();
  });

  it('whose issuer’s key is weak', async () => {
    const token = forged({ alg: 'RS256', kid: 'weak' }, {}, weak.signer);
    await expectRefused(verify(token), 'unknown-key', token);
  });

  it.each<[string, JsonRecord]>([
    ['alg', { alg: 'PS256' }],
    ['alg, being for HMAC,', { alg: 'HS256' }],
    ['use', { use: 'enc' }],
    ['key_ops', { key_ops: ['encrypt'] }],
    ['key_ops, being empty,', { key_ops: [] }],
    ['kty', { kty: 'oct', k: 'c2VjcmV0' }],
    ['kid, being no string,', { kid: 7 }],
  ])('whose key’s own %s contradicts its use', async (_, changes) => {
    const jwks = jwksFile(`contradiction-${JSON.stringify(changes).replace(/\W/g, '')}.json`, [
      { ...rsa.jwk, ...changes },
    ]);
    const token = forged({ alg: 'RS256', kid: 'rsa' }, {}, rsa.signer);
    await expectRefused(verifyWith({ jwks }, token), 'unknown-key', token);
  });

  it('signed with the bytes of a symmetric key in the issuer’s JWKS', async () => {
    const jwks = jwksFile('oct.json', [{ kty: 'oct', kid: 'o', k: Buffer.from('secret').toString('base64url') }]);
    const token = forged({ alg: 'RS256', kid: 'o' }, {}, { with: 'HS256', secret: 'secret' });
    await expectRefused(verifyWith({ jwks }, token), 'unknown-key', token);
  });

  it.each([
    ['ES384', 'sha384', 'P-384'],
    ['ES512', 'sha512', 'P-521'],
  ])('with a bad signature by %s, which takes so long that it is verified aside', async (alg, digest, namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const stranger = generateKeyPairSync('ec', { namedCurve }).privateKey;
    const jwks = jwksFile(`${alg}.json`, [{ ...(publicKey.export({ format: 'jwk' }) as JsonRecord), kid: alg }]);
    const input = `${base64url(JSON.stringify({ alg, kid: alg }))}.${base64url(JSON.stringify(CLAIMS))}`;
    const by = (key: typeof privateKey, text = input) =>
      `${input}.${base64url(sign(digest, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }))}`;
    const verified = (token: string) => verifyWith({ jwks, algorithms: [alg] }, token);
    expect(await verified(by(privateKey))).toMatchObject({ subject: 'user_ada' });
    await expectRefused(verified(by(stranger)), 'signature');
    await expectRefused(verified(by(privateKey, `${input}x`)), 'signature');
    await expectRefused(verified(`${input}.${base64url(Buffer.alloc(96))}`), 'signature');
  });

  it('with an ES256 signature in DER, of the wrong length, or of zeros', async () => {
    const [header, claims, signature = ''] = forged({ alg: 'ES256', kid: 'es' }, {}, es.signer).split('.');
    const raw = Buffer.from(signature, 'base64url');
    for (const bytes of [
      Buffer.alloc(64),
      raw.subarray(1),
      Buffer.concat([raw, Buffer.alloc(1)]),
      Buffer.alloc(70, 0x30),
    ]) {
      await expectRefused(verify(`${header}.${claims}.${bytes.toString('base64url')}`), 'signature');
    }
  });
});
