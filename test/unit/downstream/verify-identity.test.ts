import { describe, expect, it } from 'vitest';
import { createVerifyIdentity, type VerifyIdentityOptions } from '../../../src/downstream/index.js';
import { mintSessionToken } from '../../../src/tokens/index.js';
import { AUDIENCE, ed, IDP, ISSUER, keyring, keyrings, mint, rsa, stranger } from '../tokens/actor-tokens.js';
import { NOW, NOW_SECONDS } from '../tokens/expectations.js';
import { type Json, type JsonRecord, pair } from '../tokens/forge.js';
import {
  assertion,
  CLAIMS,
  cleo,
  direct,
  forgedAssertion,
  impersonated,
  person,
  UPSTREAM,
} from '../tokens/identity-assertions.js';
import { bearing, expectInvalid, expectRefusal, service } from './setting.js';

describe('a service behind the gateway learns', () => {
  it.each(['EdDSA', 'RS256'] as const)('who acts as themselves (%s)', async (algorithm) => {
    const { token } = await assertion(
      direct(person('user_dan', ['USER', 'SUPPORT'])),
      UPSTREAM,
      NOW,
      keyrings[algorithm],
    );
    const identity = await service()(bearing(token));
    expect(identity).toEqual({
      viewer: { id: 'user_dan', roles: ['USER', 'SUPPORT'] },
      actor: { id: 'user_dan', roles: ['USER', 'SUPPORT'] },
      impersonation: null,
    });
    expect(identity.actor).toBe(identity.viewer);
  });

  it.each(['EdDSA', 'RS256'] as const)('who acts as whom, in which session and how far (%s)', async (algorithm) => {
    const { token } = await assertion(impersonated({ expiresAt: NOW + 30_999 }), UPSTREAM, NOW, keyrings[algorithm]);
    expect(await service()(bearing(token))).toEqual({
      viewer: { id: 'user_cleo', roles: ['USER'] },
      actor: { id: 'user_ada', issuer: IDP },
      impersonation: { sessionId: 'session-1', access: 'READ_ONLY', expiresAt: NOW + 30_000 },
    });
    const full = await assertion(impersonated({ access: 'FULL' }));
    expect(await service()(bearing(full.token))).toMatchObject({ impersonation: { access: 'FULL' } });
  });

  it('that an identity provider delegated: an impersonation without a session', async () => {
    const { token } = await assertion(impersonated({}, { session: null }));
    expect(await service()(bearing(token))).toMatchObject({
      actor: { id: 'user_ada' },
      impersonation: { sessionId: null, access: 'READ_ONLY' },
    });
  });

  it('that nobody is signed in, from the absence of a credential alone', async () => {
    const nobody = { viewer: null, actor: null, impersonation: null };
    expect(await service()({})).toEqual(nobody);
    expect(await service()({ 'x-user': 'ada', cookie: 'session=1' })).toEqual(nobody);
  });

  it('nothing that can be changed afterwards', async () => {
    const { token } = await assertion(impersonated());
    const identity = await service()(bearing(token));
    for (const part of [identity, identity.viewer, identity.viewer?.roles, identity.actor, identity.impersonation]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe('a service behind the gateway refuses', () => {
  const wrongIds: Json[] = [undefined, null, '', 7, true, [], ['x'], {}, 'a\u0000b', 'a\nb', 'x'.repeat(256)];
  const wrongTimes: Json[] = [undefined, null, '', String(NOW_SECONDS), true, [], {}];

  it.each<[keyof typeof CLAIMS, Parameters<typeof expectInvalid>[1][], readonly Json[]]>([
    ['iss', ['iss'], [undefined, null, '', 7, [ISSUER], `${ISSUER}/`, ISSUER.toUpperCase(), IDP]],
    ['aud', ['aud'], [undefined, null, '', 7, [UPSTREAM], [UPSTREAM, 'x'], [], {}, 'reviews', `${UPSTREAM}/`, ISSUER]],
    ['sub', ['sub'], wrongIds],
    ['jti', ['jti'], wrongIds],
    ['sid', ['sid'], wrongIds.slice(1)],
    ['exp', ['exp'], [...wrongTimes, NOW_SECONDS + 61, NOW_SECONDS + 3_600, 1e300]],
    ['nbf', ['nbf'], [...wrongTimes, NOW_SECONDS + 6, 1e300]],
    ['iat', ['iat', 'exp'], [...wrongTimes, NOW_SECONDS + 6, 1e300]],
    ['roles', ['roles'], [undefined, null, 'USER', {}, { 0: 'USER' }, [7], [null], [['USER']], ['']]],
    ['access', ['access'], [undefined, null, '', 'READ_ONLY', 'FULL', 'Full', 'write', true, ['full'], 'constructor']],
    [
      'act',
      ['act'],
      [
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
        { sub: 'user_cleo', iss: IDP },
        { sub: 'user_ada', iss: IDP, act: { sub: 'user_grace', iss: IDP } },
        { sub: 'user_ada', iss: IDP, act: null },
      ],
    ],
  ])('an assertion whose %s is missing, wrong or of the wrong type', async (claim, faults, values) => {
    for (const value of values) {
      const token = forgedAssertion({}, { [claim]: value });
      const outcome = await service()(bearing(token)).then(
        () => ({ fault: 'none' }),
        ({ code, fault }) => ({ code, fault }),
      );
      expect(faults.map((fault) => ({ code: 'TOKEN_INVALID', fault }))).toContainEqual(outcome);
    }
    await expect(service()(bearing(forgedAssertion()))).resolves.toMatchObject({ viewer: { id: 'user_cleo' } });
  });

  it('an assertion that ends before it begins, or when it does', async () => {
    for (const exp of [NOW_SECONDS + 3, NOW_SECONDS + 2]) {
      await expectInvalid(forgedAssertion({}, { iat: NOW_SECONDS + 3, nbf: NOW_SECONDS + 3, exp }), 'exp');
    }
  });

  it('no id or issuer for its length, up to what the gateway signs', async () => {
    const [id, iss] = ['x'.repeat(255), 'x'.repeat(2_048)];
    const token = forgedAssertion({}, { sub: id, jti: id, sid: id, act: { sub: `y${id.slice(1)}`, iss } });
    await expect(service()(bearing(token))).resolves.toMatchObject({ viewer: { id }, actor: { issuer: iss } });
    await expectInvalid(forgedAssertion({}, { act: { sub: 'user_ada', iss: `${iss}x` } }), 'act');
  });

  it('an impersonation with its act cut out: it must not pass for the person acting themselves', async () => {
    await expectInvalid(forgedAssertion({}, { act: undefined }), 'sid');
    await expectInvalid(forgedAssertion({}, { act: undefined, sid: undefined }), 'access');
    await expectInvalid(forgedAssertion({}, { act: undefined, access: undefined }), 'sid');
  });

  it('an assertion that is for another upstream', async () => {
    const { token } = await assertion(direct(), 'reviews');
    await expectInvalid(token, 'aud');
    await expect(service({ audience: 'reviews' })(bearing(token))).resolves.toMatchObject({
      viewer: { id: 'user_cleo' },
    });
  });

  it('an assertion of another gateway, by issuer and by key', async () => {
    const { token } = await assertion(direct());
    await expectRefusal(
      service({ issuer: 'https://other.example' })(bearing(token)),
      { code: 'TOKEN_INVALID', fault: 'iss' },
      token,
    );
    await expectInvalid(forgedAssertion({}, {}, stranger.signer), 'signature');
    await expectInvalid(forgedAssertion({ kid: 'stranger' }, {}, stranger.signer), 'unknown-key');
  });

  it('an actor token, though it is signed by the same key for the same audience', async () => {
    const actorToken = await mint();
    await expectInvalid(actorToken, 'typ');
  });

  it('session tokens: those of the gateway’s own key, and those of an identity provider', async () => {
    const request = { keyring, issuer: ISSUER, audience: AUDIENCE, subject: 'user_ada', ttlSeconds: 60, now: NOW };
    await expectInvalid(await mintSessionToken(request), 'typ');
    const other = pair('RS256', 'idp-key');
    const idp = { iss: IDP, aud: 'https://app.example', sub: 'user_ada', exp: NOW_SECONDS + 60 };
    await expectInvalid(
      forgedAssertion({ alg: 'RS256', kid: 'idp-key', typ: 'at+jwt' }, idp, other.signer),
      'unknown-key',
    );
  });

  it.each<[string, Json]>([
    ['absent', undefined],
    ['null', null],
    ['JWT', 'JWT'],
    ['at+jwt', 'at+jwt'],
    ['jwt', 'jwt'],
    ['identity', 'identity'],
    ['a list', ['identity+jwt']],
  ])('an assertion whose typ is %s', async (_, typ) => {
    await expectInvalid(forgedAssertion({ typ }), 'typ');
  });

  it('an assertion that names no key, or one the gateway does not have', async () => {
    for (const kid of [undefined, null, 7, ['ed-now']]) await expectInvalid(forgedAssertion({ kid }), 'kid');
    for (const kid of ['', 'ed-no', 'stranger', 'constructor', '__proto__']) {
      await expectInvalid(forgedAssertion({ kid }), 'unknown-key');
    }
  });

  it('an assertion that brings its own key along', async () => {
    const own: JsonRecord[] = [
      { jwk: stranger.jwk },
      { jku: 'https://attacker.example/' },
      { x5u: 'https://attacker.example/' },
    ];
    for (const header of own) await expectInvalid(forgedAssertion(header, {}, stranger.signer), 'signature');
  });

  it.each(['none', 'None', 'NONE', 'HS256', 'HS384', 'ES256', 'PS256', 'RS384'])(
    'an assertion whose alg is %j',
    async (alg) => {
      await expectInvalid(forgedAssertion({ alg }), 'alg');
    },
  );

  it('an unsigned assertion', async () => {
    await expectInvalid(forgedAssertion({ alg: 'none' }, {}, { with: 'nothing' }), 'header');
    await expectInvalid(`${forgedAssertion({ alg: 'none' }, {}, { with: 'nothing' })}AA`, 'alg');
    await expectInvalid(forgedAssertion({ alg: '' }), 'malformed');
  });

  it('an HMAC keyed with a public key, in any of its spellings', async () => {
    for (const key of [ed, rsa]) {
      for (const secret of [
        key.publicKey.export({ format: 'pem', type: 'spki' }),
        key.publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(key.jwk),
        Buffer.from(String(key.jwk.x ?? key.jwk.n), 'base64url'),
      ]) {
        const signer = { with: 'HS256', secret } as const;
        await expectInvalid(forgedAssertion({ alg: 'HS256', kid: key.kid }, {}, signer), 'alg');
        await expectInvalid(forgedAssertion({ alg: key.alg, kid: key.kid }, {}, signer), 'signature');
      }
    }
  });

  it('an assertion whose alg is that of another key', async () => {
    await expectInvalid(forgedAssertion({ alg: 'RS256', kid: 'ed-now' }), 'unknown-key');
    await expectInvalid(forgedAssertion({ alg: 'EdDSA', kid: 'rsa-now' }, {}, rsa.signer), 'unknown-key');
    await expectInvalid(
      forgedAssertion({ alg: 'PS256', kid: 'rsa-now' }, {}, { with: 'PS256', key: rsa.privateKey }),
      'alg',
    );
  });

  it('an assertion that asks for an extension', async () => {
    const asking: JsonRecord[] = [
      { crit: ['exp'] },
      { crit: [] },
      { crit: ['b64'], b64: false },
      { crit: ['b64'], b64: true },
      { b64: false },
      { b64: true },
      { crit: ['urn:x'], 'urn:x': 1 },
    ];
    for (const header of asking) {
      const error = await service()(bearing(forgedAssertion(header))).catch((refused) => refused);
      expect(error).toMatchObject({ name: 'IdentityError', code: 'TOKEN_INVALID' });
    }
  });

  it('an assertion with any one character changed', async () => {
    const token = forgedAssertion();
    const verify = service();
    for (let at = 0; at < token.length - 1; at += 1) {
      for (const other of [token.charAt(at) === 'A' ? 'B' : 'A', '.']) {
        if (other === token.charAt(at)) continue;
        const error = await verify(bearing(token.slice(0, at) + other + token.slice(at + 1))).catch(
          (refused) => refused,
        );
        expect(error).toMatchObject({ name: 'IdentityError', code: 'TOKEN_INVALID' });
      }
    }
    await expect(verify(bearing(token))).resolves.toBeDefined();
  }, 60_000);
});

describe('time', () => {
  const at = (milliseconds: number, more: Partial<VerifyIdentityOptions> = {}) =>
    service({ now: () => NOW + milliseconds, ...more })(bearing(forgedAssertion()));

  it('ends an assertion at its exp, with 5 s for the clocks', async () => {
    await expect(at(64_999)).resolves.toBeDefined();
    await expectRefusal(at(65_000), { code: 'TOKEN_EXPIRED', fault: 'exp' });
    await expectRefusal(at(3_600_000), { code: 'TOKEN_EXPIRED', fault: 'exp' });
  });

  it('has not come before nbf and iat, with 5 s for the clocks', async () => {
    await expect(at(-5_000)).resolves.toBeDefined();
    await expectRefusal(at(-6_000), { code: 'TOKEN_INVALID', fault: 'nbf' });
  });

  it('has the tolerance that is configured, and none beyond a minute', async () => {
    await expectRefusal(at(60_000, { clockToleranceSeconds: 0 }), { code: 'TOKEN_EXPIRED', fault: 'exp' });
    await expect(at(59_999, { clockToleranceSeconds: 0 })).resolves.toBeDefined();
    await expect(at(119_999, { clockToleranceSeconds: 60 })).resolves.toBeDefined();
    for (const clockToleranceSeconds of [-1, 61, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => service({ clockToleranceSeconds })).toThrow(TypeError);
    }
  });
});

describe('options that cannot be used are refused at once', () => {
  it.each<[string, Partial<VerifyIdentityOptions>]>([
    ['no issuer', { issuer: '' }],
    ['no audience', { audience: '' }],
    // From code without types: a library that is given no issuer checks none.
    ['an issuer that is not there', { issuer: undefined as never }],
    ['an audience that is not there', { audience: undefined as never }],
    ['several issuers', { issuer: [ISSUER, 'https://other.example'] as never }],
    ['several audiences', { audience: [UPSTREAM, 'reviews'] as never }],
    ['no keys', { jwks: { keys: [] } }],
    ['private keys', { jwks: { keys: [ed.privateJwk] } }],
    ['a private key among others', { jwks: { keys: [rsa.jwk, ed.privateJwk] } }],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((name): [string, Partial<VerifyIdentityOptions>] => [
      `a key with ${name} alone of what is private`,
      { jwks: { keys: [{ ...rsa.jwk, [name]: 'AAAA' }] } },
    ]),
    ['a secret', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['a file for an address', { jwks: 'file:///etc/passwd' }],
    ['no address', { jwks: 'jwks.json' }],
  ])('%s', (_, more) => {
    expect(() =>
      createVerifyIdentity({ issuer: ISSUER, audience: UPSTREAM, jwks: keyring.publicJwks, ...more }),
    ).toThrow(TypeError);
  });
});

it('the viewer of the tests is the one the gateway asserts', () => {
  expect(cleo.id).toBe(CLAIMS.sub);
});
