import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { mintSessionToken, type RefusalReason } from '../../../src/tokens/index.js';
import { AUDIENCE, CLAIMS, ed, forged, HEADER, IDP, ISSUER, keyring, rsa, stranger, verify } from './actor-tokens.js';
import { NO_CONFIRMATIONS } from './confirmations.js';
import { expectRefused, NOW, NOW_SECONDS, rejectionOf } from './expectations.js';
import { base64url, forge, type Json, type JsonRecord } from './forge.js';

describe('an actor token is refused', () => {
  const wrongNames: Json[] = [undefined, null, '', 7, true, [], ['x'], {}, 'a\u0000b', 'a\nb', 'x'.repeat(256)];
  const wrongTimes: Json[] = [undefined, null, '', String(NOW_SECONDS), true, [], {}, -1, 1e300];

  it.each<[keyof typeof CLAIMS | 'cnf', RefusalReason, readonly Json[]]>([
    ['iss', 'iss', [undefined, null, '', 7, [ISSUER], `${ISSUER}/`, ISSUER.toUpperCase(), IDP]],
    ['aud', 'aud', [undefined, null, '', 7, [AUDIENCE], [AUDIENCE, 'x'], [], `${AUDIENCE}/`, ISSUER]],
    ['sub', 'sub', wrongNames],
    ['sid', 'sid', wrongNames],
    ['jti', 'jti', wrongNames],
    ['exp', 'exp', wrongTimes],
    ['nbf', 'nbf', wrongTimes],
    ['iat', 'iat', wrongTimes],
    ['roles', 'roles', [undefined, null, 'USER', {}, { 0: 'USER' }, [7], [null], [['USER']], ['']]],
    ['access', 'access', [undefined, null, '', 'READ_ONLY', 'FULL', 'Full', 'write', true, ['full'], 'constructor']],
    ['cnf', 'cnf', NO_CONFIRMATIONS],
    [
      'act',
      'act',
      [
        undefined,
        null,
        'user_ada',
        [],
        [{ sub: 'user_ada', iss: IDP }],
        {},
        { sub: 'user_ada' },
        { iss: IDP },
        { sub: '', iss: IDP },
        { sub: 7, iss: IDP },
        { sub: 'user_ada', iss: '' },
        { sub: 'user_ada', iss: 7 },
        { sub: 'user_ada', iss: IDP, act: { sub: 'user_grace', iss: IDP } },
        { sub: 'user_ada', iss: IDP, act: null },
      ],
    ],
  ])('whose %s is missing, wrong or of the wrong type', async (claim, reason, values) => {
    for (const value of values) {
      const token = forged({}, { [claim]: value });
      await expectRefused(verify(token), reason, token);
    }
  });

  it('whose sub is half a surrogate pair', async () => {
    const token = forge(HEADER, JSON.stringify(CLAIMS).replace('user_cleo', '\\ud83d'), ed.signer);
    await expectRefused(verify(token), 'sub', token);
  });

  it('whose number does not fit a number', async () => {
    const token = forge(HEADER, JSON.stringify({ ...CLAIMS, exp: 0 }).replace('"exp":0', '"exp":1e999'), ed.signer);
    await expectRefused(verify(token), 'exp', token);
  });

  it.each<[string, Json]>([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
    ['jwt in small letters', 'jwt'],
    ['at+jwt', 'at+jwt'],
    ['application/jwt', 'application/jwt'],
    ['logout+jwt', 'logout+jwt'],
    ['a list', ['JWT']],
  ])('whose typ is %s', async (_, typ) => {
    const token = forged({ typ });
    await expectRefused(verify(token), 'typ', token);
  });

  it('that names no key, or one that is not in the keyring', async () => {
    await expectRefused(verify(forged({ kid: undefined })), 'kid');
    await expectRefused(verify(forged({ kid: null })), 'kid');
    await expectRefused(verify(forged({ kid: 7 })), 'kid');
    await expectRefused(verify(forged({ kid: ['ed-now'] })), 'kid');
    for (const kid of ['', 'ed-no', 'ED-NOW', 'stranger', 'constructor', '__proto__', '../ed-now', "' OR 1=1"]) {
      await expectRefused(verify(forged({ kid })), 'unknown-key');
    }
  });

  it('that an unknown key signed, under its own or a trusted kid', async () => {
    await expectRefused(verify(forged({ kid: 'stranger' }, {}, stranger.signer)), 'unknown-key');
    await expectRefused(verify(forged({}, {}, stranger.signer)), 'signature');
    await expectRefused(verify(forged({ kid: 'ed-old' }, {}, ed.signer)), 'signature');
  });

  it('that brings its own key along, however it does', async () => {
    const own: JsonRecord[] = [
      { jwk: stranger.jwk },
      { jku: 'https://attacker.example/jwks.json' },
      { x5u: 'https://attacker.example/cert.pem' },
      { x5c: ['MIIB'] },
    ];
    for (const header of own) {
      await expectRefused(verify(forged({ ...header, kid: 'stranger' }, {}, stranger.signer)), 'unknown-key');
      await expectRefused(verify(forged(header, {}, stranger.signer)), 'signature');
      // And where the right key signed, what it brings along changes nothing.
      await expect(verify(forged(header))).resolves.toMatchObject({ subject: 'user_cleo' });
    }
  });

  it.each(['none', 'None', 'NONE', 'nOnE', '', 'null'])('whose alg is %j', async (alg) => {
    const unsigned = forged({ alg }, {}, { with: 'nothing' });
    await expectRefused(verify(unsigned), 'malformed', unsigned);
    await expectRefused(verify(forged({ alg })), 'alg');
    await expectRefused(verify(forged({ alg, kid: undefined })), 'kid');
  });

  it.each<[string, Json]>([
    ['absent', undefined],
    ['null', null],
    ['a number', 1],
    ['a list', ['EdDSA']],
  ])('whose alg is %s', async (_, alg) => {
    await expectRefused(verify(forged({ alg })), 'alg');
  });

  it('whose alg is not that of its key, even where it is that of another key', async () => {
    await expectRefused(verify(forged({ alg: 'RS256' }, {}, ed.signer)), 'alg');
    await expectRefused(verify(forged({ alg: 'EdDSA', kid: 'rsa-now' }, {}, rsa.signer)), 'alg');
    await expectRefused(
      verify(forged({ alg: 'PS256', kid: 'rsa-now' }, {}, { with: 'PS256', key: rsa.privateKey })),
      'alg',
    );
    await expectRefused(verify(forged({ alg: 'Ed25519' })), 'alg');
    await expectRefused(verify(forged({ alg: 'eddsa' })), 'alg');
    await expect(verify(forged({ alg: 'RS256', kid: 'rsa-now' }, {}, rsa.signer))).resolves.toBeDefined();
  });

  it('that is an HMAC keyed with a public key, in any of its spellings', async () => {
    for (const key of [ed, rsa]) {
      const secrets = [
        key.publicKey.export({ format: 'pem', type: 'spki' }),
        key.publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(key.jwk),
        Buffer.from(String(key.jwk.x ?? key.jwk.n), 'base64url'),
      ];
      for (const secret of secrets) {
        const token = forged({ alg: 'HS256', kid: key.kid }, {}, { with: 'HS256', secret });
        await expectRefused(verify(token), 'alg', token);
        await expectRefused(verify(forged({ alg: key.alg, kid: key.kid }, {}, { with: 'HS256', secret })), 'signature');
      }
    }
  });

  it('that asks for an extension, known or not', async () => {
    const asking: JsonRecord[] = [
      { crit: ['b64'], b64: false },
      { crit: ['b64'], b64: true },
      { b64: false },
      { crit: ['exp'] },
      { crit: [] },
      { crit: null },
      { crit: ['urn:example:x'], 'urn:example:x': true },
    ];
    for (const header of asking) await expectRefused(verify(forged(header)), 'crit');
  });

  it('that is a session token, even one signed by the same keyring for the same audience', async () => {
    const token = await mintSessionToken({
      keyring,
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: 'user_ada',
      ttlSeconds: 600,
      now: NOW,
    });
    await expectRefused(verify(token), 'nbf', token);
  });

  it('whose claims were exchanged for those of another token', async () => {
    const [header, , signature] = forged().split('.');
    const [, claims] = forged({}, { sub: 'user_grace', access: 'full' }).split('.');
    await expectRefused(verify([header, claims, signature].join('.')), 'signature');
    const [otherHeader] = forged({ note: 'x' }).split('.');
    await expectRefused(verify([otherHeader, ...forged().split('.').slice(1)].join('.')), 'signature');
  });

  it('whose signature is that of the same text under another length, or none', async () => {
    const [header, claims, signature = ''] = forged().split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (const changed of [
      bytes.subarray(0, 63),
      Buffer.concat([bytes, Buffer.from([0])]),
      Buffer.alloc(64),
      Buffer.alloc(1),
    ]) {
      await expectRefused(verify([header, claims, base64url(changed)].join('.')), 'signature');
    }
    await expectRefused(verify(`${header}.${claims}.`), 'malformed');
  });

  it('with any one character changed', async () => {
    const token = forged();
    for (let at = 0; at < token.length; at += 1) {
      const was = token.charAt(at);
      const others = at === token.length - 1 ? ALPHABET : [was === 'A' ? 'B' : 'A', was === '_' ? '-' : '_', '.'];
      for (const other of others) {
        if (other === was) continue;
        const error = await rejectionOf(verify(token.slice(0, at) + other + token.slice(at + 1)));
        expect(error).toBeInstanceOf(GatewayError);
        expect((error as GatewayError).code).toBe('TOKEN_INVALID');
      }
    }
    await expect(verify(token)).resolves.toBeDefined();
  }, 60_000);
});

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
