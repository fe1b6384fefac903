import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { IdentitySource, VerifiedIdentity } from '../../../src/downstream/index.js';
import { rejectionOf } from '../tokens/expectations.js';
import { assertion, direct } from '../tokens/identity-assertions.js';
import { expectRefusal, service } from './setting.js';

const { token } = await assertion(direct());
const AUTHORIZATION = `Bearer ${token}`;

/** What a real server of Node's makes of headers as they go over the wire. */
async function overTheWire(headers: string[]): Promise<VerifiedIdentity | Error> {
  const verify = service();
  let seen: (outcome: VerifiedIdentity | Error) => void;
  const outcome = new Promise<VerifiedIdentity | Error>((resolve) => {
    seen = resolve;
  });
  const server = createServer((req, res) => {
    verify(req).then(seen, seen);
    res.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve, reject) => {
      const all = ['host', 'service.example', ...headers];
      const req = httpRequest({ port, headers: all as never }, (res) => res.resume().on('end', resolve));
      req.on('error', reject).end();
    });
    return await outcome;
  } finally {
    server.close();
  }
}

describe('the assertion is read', () => {
  it.each<[string, IdentitySource]>([
    ['headers', { authorization: AUTHORIZATION }],
    ['headers of another case', { Authorization: AUTHORIZATION, accept: ['a', 'b'], host: undefined }],
    ['a list of one', { authorization: [AUTHORIZATION] }],
    ['headers of which one is called headers', { authorization: AUTHORIZATION, headers: 'x' }],
    ['headers of which one is called get', { authorization: AUTHORIZATION, get: 'x' }],
    ['Fetch headers', new Headers({ authorization: AUTHORIZATION })],
    ['a Fetch request', new Request('https://service.example', { headers: { authorization: AUTHORIZATION } })],
    ['a request with headers by name', { headers: { authorization: AUTHORIZATION } }],
    [
      'a request of Fastify',
      { headers: { authorization: AUTHORIZATION }, raw: { rawHeaders: ['Authorization', AUTHORIZATION] } },
    ],
    ['a scheme of another case', { authorization: `bEARER  ${token} ` }],
  ])('from %s', async (_, source) => {
    await expect(service()(source)).resolves.toMatchObject({ viewer: { id: 'user_cleo' } });
  });

  it('from a request of Node’s http', async () => {
    expect(await overTheWire(['Authorization', AUTHORIZATION])).toMatchObject({ viewer: { id: 'user_cleo' } });
    expect(
      await overTheWire(['Access-Control-Request-Headers', 'authorization', 'Authorization', AUTHORIZATION]),
    ).toEqual(await overTheWire(['Authorization', AUTHORIZATION]));
    expect(await overTheWire([])).toMatchObject({ viewer: null });
    expect(await service()({ authorization: undefined })).toMatchObject({ viewer: null });
  });
});

describe('a request is refused, not taken for anonymous', () => {
  it.each<[string, IdentitySource]>([
    ['another scheme', { authorization: `Basic ${token}` }],
    ['no scheme', { authorization: token }],
    ['an empty header', { authorization: '' }],
    ['a scheme alone', { authorization: 'Bearer' }],
    ['two tokens', { authorization: `${AUTHORIZATION} ${token}` }],
    ['two tokens joined', { authorization: `${AUTHORIZATION}, ${AUTHORIZATION}` }],
    ['no JWT', { authorization: 'Bearer opaque' }],
    ['a token too long', { authorization: `Bearer a.${'b'.repeat(16_384)}.c` }],
    ['a list of two', { authorization: [AUTHORIZATION, AUTHORIZATION] }],
    ['a list of none', { authorization: [] }],
    ['two spellings', { authorization: AUTHORIZATION, Authorization: AUTHORIZATION }],
    [
      'several Fetch headers',
      new Headers([
        ['authorization', AUTHORIZATION],
        ['authorization', AUTHORIZATION],
      ]),
    ],
    [
      'several headers behind Fastify',
      { headers: { authorization: AUTHORIZATION }, raw: { rawHeaders: ['authorization', 'x', 'Authorization', 'y'] } },
    ],
  ])('that carries %s', async (_, source) => {
    await expectRefusal(service()(source), { code: 'TOKEN_INVALID', fault: 'header' }, token);
  });

  it('that carries several over the wire, of which Node shows the first alone', async () => {
    for (const other of [AUTHORIZATION, 'Bearer x.y.z', 'Basic x']) {
      expect(await overTheWire(['Authorization', AUTHORIZATION, 'authorization', other])).toMatchObject({
        code: 'TOKEN_INVALID',
        fault: 'header',
      });
    }
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', AUTHORIZATION],
    ['a context with the request in it', { req: { headers: {} }, res: {} }],
    ['a function', () => undefined],
    ['headers that are no headers', { headers: { authorization: { token } } }],
  ])('that is %s: a mistake of the service', async (_, source) => {
    expect(await rejectionOf(service()(source as IdentitySource))).toBeInstanceOf(TypeError);
  });
});
