import { afterEach, describe, expect, it, vi } from 'vitest';
import { executeText } from '../../../web/console/src/graphql/execute.js';
import { Unreachable } from '../../../web/console/src/graphql/refusal.js';

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: string) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return new Response(body, { status, headers: { 'x-request-id': 'r1' } });
  });
  return asked;
}

const send = (token: string | null) => executeText('{ viewer { id } }', {}, { path: '/graphql', token });

describe('one operation', () => {
  it('carries the token in the Authorization header and nowhere else, and no cookie', async () => {
    const [asked] = [answering(200, '{"data":{}}')];
    await send('secret.token.here');
    expect(asked[0]?.url).toBe('/graphql');
    expect(asked[0]?.init).toMatchObject({
      credentials: 'omit',
      redirect: 'error',
      headers: { Authorization: 'Bearer secret.token.here' },
    });
    expect(String(asked[0]?.init.body)).not.toContain('secret');
  });

  it('is marked where nobody caused it, and not else', async () => {
    const asked = answering(200, '{"data":{}}');
    for (const isUnattended of [true, false])
      await executeText('{ viewer { id } }', {}, { path: '/graphql', token: 't', isUnattended });
    await send('t');
    const marks = asked.map(({ init }) => new Headers(init.headers).get('impersonation-activity'));
    expect(marks).toEqual(['none', null, null]);
  });

  it('keeps what was refused in part beside the data', async () => {
    answering(
      200,
      '{"data":{"a":1,"b":null},"errors":[{"message":"m","path":["b"],"extensions":{"code":"SENSITIVE_FIELD"}}]}',
    );
    const { data, refusals, refusedAsWhole } = await send('t');
    expect(data).toEqual({ a: 1, b: null });
    expect(refusals).toMatchObject([{ code: 'SENSITIVE_FIELD', path: ['b'], requestId: 'r1' }]);
    expect(refusedAsWhole).toBe(false);
  });

  it.each([
    ['{"errors":[null]}', []],
    ['{"data":null,"errors":[{"message":"m","extensions":null}]}', ['INTERNAL_SERVER_ERROR']],
    ['{"data":null,"errors":[{"message":1,"extensions":{"code":"__proto__"}}]}', ['INTERNAL_SERVER_ERROR']],
  ])('makes nothing worse of an answer that no gateway gives: %s', async (body, codes) => {
    answering(200, body);
    const found = await send('t').then(
      ({ refusals }) => refusals.map(({ code }) => code),
      (error: unknown) => (error instanceof Unreachable ? [] : [String(error)]),
    );
    expect(found).toEqual(codes);
  });

  it('tells a refusal of the whole request apart', async () => {
    answering(401, '{"errors":[{"message":"m","extensions":{"code":"IMPERSONATION_ENDED"}}]}');
    const { data, refusals, refusedAsWhole } = await send('t');
    expect({ data, refusedAsWhole }).toEqual({ data: null, refusedAsWhole: true });
    expect(refusals).toMatchObject([{ code: 'IMPERSONATION_ENDED' }]);
  });

  it.each([
    ['a proxy’s page', 502, '<html>Bad gateway</html>'],
    ['JSON that is no GraphQL answer', 200, '{"status":"ok"}'],
    ['null', 200, 'null'],
  ])('is unreachable where %s comes back', async (_what, status, body) => {
    answering(status, body);
    await expect(send('t')).rejects.toBeInstanceOf(Unreachable);
  });
});
