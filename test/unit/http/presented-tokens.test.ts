import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { connectionCredential } from '../../../src/http/graphql/connection-credential.js';
import { challenge } from '../../../src/http/steps/challenge.js';
import { readCredential } from '../../../src/http/steps/read-credential.js';
import { proofRefusal, proofRefusalReasonOf, senderRefusal } from '../../../src/tokens/index.js';

type Headers = readonly (readonly [string, string])[];

/** A request as Node gives it: of headers that it does not know it joins the values. */
function received(headers: Headers, url = '/graphql?query=x', method = 'GET'): IncomingMessage {
  const known: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === 'authorization') known[key] ??= value;
    else known[key] = key in known ? `${known[key]}, ${value}` : value;
  }
  return { method, url, headers: known, rawHeaders: headers.flat() } as unknown as IncomingMessage;
}

/** The value, or why it was refused. */
function judged<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return proofRefusalReasonOf(error) ?? error.code;
  }
}

const SHOWN = { token: 'abc', proof: 'p.r.f', method: 'GET', path: '/graphql' };
const TOKEN = ['Authorization', 'DPoP abc'] as const;
const PROOF = ['DPoP', 'p.r.f'] as const;

describe('a token with a proof', () => {
  it.each<[string, Headers]>([
    ['by the two headers', [TOKEN, PROOF]],
    ['with the scheme in any case', [['authorization', 'dpop   abc'], PROOF]],
    [
      'with blanks around',
      [
        ['Authorization', ' DPOP abc '],
        ['dpop', '  p.r.f '],
      ],
    ],
  ])('is read %s, for this method and path', (_, headers) => {
    expect(judged(() => readCredential(received(headers)))).toEqual(SHOWN);
  });

  it('is the very same however often it is read, or its proof would count more than once', () => {
    const req = received([TOKEN, PROOF]);
    expect(readCredential(req)).toBe(readCredential(req));
    expect(readCredential(req)).not.toBe(readCredential(received([TOKEN, PROOF])));
  });

  it.each<[string, string, Headers]>([
    ['without a proof', 'missing', [TOKEN]],
    ['with two', 'several', [TOKEN, PROOF, PROOF]],
    ['with two in other letters', 'several', [TOKEN, PROOF, ['dpop', '']]],
    ['without a token', 'alone', [PROOF]],
    ['with two tokens', 'TOKEN_INVALID', [TOKEN, ['authorization', 'DPoP abc'], PROOF]],
    ['with two tokens, of which one is a bearer', 'TOKEN_INVALID', [TOKEN, ['authorization', 'Bearer abc'], PROOF]],
    ['with two, the bearer first', 'TOKEN_INVALID', [['authorization', 'Bearer abc'], TOKEN, PROOF]],
    ['with a token in quotes', 'TOKEN_INVALID', [['Authorization', 'DPoP "abc"'], PROOF]],
    ['with nothing behind the scheme', 'TOKEN_INVALID', [['Authorization', 'DPoP'], PROOF]],
    ['with two tokens in one', 'TOKEN_INVALID', [['Authorization', 'DPoP abc, DPoP abc'], PROOF]],
    ['by a scheme that only begins so', 'TOKEN_INVALID', [['Authorization', 'DPoPX abc'], PROOF]],
  ])('%s is refused: %s', (_, why, headers) => {
    expect(judged(() => readCredential(received(headers)))).toBe(why);
  });

  it('sent as Bearer is a bearer token: what it is bound to is seen when it is read', () => {
    expect(readCredential(received([['Authorization', 'Bearer abc'], PROOF]))).toBe('abc');
  });
});

describe('the credential of a WebSocket', () => {
  const bearer = ['Authorization', 'Bearer abc'] as const;

  it.each<[string, Headers, Record<string, unknown> | undefined, unknown]>([
    ['nothing', [], undefined, null],
    ['parameters about other things', [], { a: 1, authorization: null, dpop: undefined }, null],
    ['a bearer token in its header', [bearer], undefined, 'abc'],
    ['a bearer token in its parameters', [], { authorization: 'Bearer abc' }, 'abc'],
    ['a token without a scheme', [], { Authorization: 'abc' }, 'abc'],
    ['a token by a name in capitals', [], { AUTHORIZATION: 'abc' }, 'abc'],
    ['another token by a name in capitals', [bearer], { AUTHORIZATION: 'Bearer xyz' }, 'TOKEN_INVALID'],
    ['two tokens by two spellings', [], { authorization: 'abc', AuthoriZation: 'xyz' }, 'TOKEN_INVALID'],
    ['a proof alone in capitals', [], { DPOP: 'p.r.f' }, 'alone'],
    ['the same token twice', [bearer], { authorization: 'abc' }, 'abc'],
    ['a bearer token and a proof, which does not count', [bearer, PROOF], { dpop: 'p.r.f' }, 'abc'],
    ['both in headers', [TOKEN, PROOF], {}, SHOWN],
    ['both in parameters', [], { authorization: 'DPoP abc', dpop: 'p.r.f' }, SHOWN],
    ['the proof in capitals', [], { Authorization: 'DPoP abc', DPoP: ' p.r.f ' }, SHOWN],
    ['the token in a header, the proof in a parameter', [TOKEN], { dpop: 'p.r.f' }, SHOWN],
    ['the proof in a header, the token in a parameter', [PROOF], { authorization: 'dpop abc' }, SHOWN],
    ['both twice, and the same', [TOKEN, PROOF], { authorization: 'DPoP abc', dpop: 'p.r.f' }, SHOWN],
    ['another token in each', [bearer], { authorization: 'Bearer xyz' }, 'TOKEN_INVALID'],
    ['another scheme in each', [TOKEN, PROOF], { authorization: 'Bearer abc' }, 'TOKEN_INVALID'],
    ['another scheme, the bearer first', [bearer, PROOF], { authorization: 'DPoP abc' }, 'TOKEN_INVALID'],
    ['no proof', [TOKEN], {}, 'missing'],
    ['another proof in each', [TOKEN, PROOF], { dpop: 'q.r.f' }, 'several'],
    ['another proof in each parameter', [TOKEN], { dpop: 'p.r.f', DPoP: 'q.r.f' }, 'several'],
    ['two proofs in headers', [TOKEN, PROOF, PROOF], {}, 'several'],
    ['a proof that is a list', [TOKEN], { dpop: ['p.r.f'] }, 'malformed'],
    ['a token that is a list', [], { authorization: ['abc'] }, 'TOKEN_INVALID'],
    ['a proof alone in a header', [PROOF], {}, 'alone'],
    ['a proof alone in a parameter', [], { dpop: 'p.r.f' }, 'alone'],
  ])('of %s', (_, headers, params, credential) => {
    expect(judged(() => connectionCredential(received(headers), params))).toEqual(credential);
  });
});

describe('the challenge of a refusal', () => {
  const algs = 'algs="ES256 EdDSA Ed25519 PS256 RS256"';
  const by = (authorization?: string) => ({ headers: authorization === undefined ? {} : { authorization } });

  it.each([
    ['nobody', new GatewayError('UNAUTHENTICATED'), by(), 'Bearer'],
    ['a bearer token', new GatewayError('TOKEN_INVALID'), by('Bearer abc'), 'Bearer error="invalid_token"'],
    ['an expired one', new GatewayError('TOKEN_EXPIRED'), by('Bearer abc'), 'Bearer error="invalid_token"'],
    ['another scheme', new GatewayError('TOKEN_INVALID'), by('Basic abc'), 'Bearer error="invalid_token"'],
    ['a bound one as Bearer', senderRefusal('bound'), by('Bearer abc'), `DPoP error="invalid_token", ${algs}`],
    ['an unbound one as DPoP', senderRefusal('unbound'), by('DPoP abc'), 'Bearer error="invalid_token"'],
    [
      'an expired one as DPoP',
      new GatewayError('TOKEN_EXPIRED'),
      by(' dpop abc'),
      `DPoP error="invalid_token", ${algs}`,
    ],
    [
      'an ended session',
      new GatewayError('IMPERSONATION_ENDED'),
      by('DPoP abc'),
      `DPoP error="invalid_token", ${algs}`,
    ],
    ['a bad proof', proofRefusal('htu'), by('DPoP abc'), `DPoP error="invalid_dpop_proof", ${algs}`],
    ['a proof alone', proofRefusal('alone'), by(), `DPoP error="invalid_dpop_proof", ${algs}`],
  ] as const)('of %s', (_, error, request, text) => {
    expect(challenge(error, request)).toBe(text);
  });
});
