import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { NOW, NOW_SECONDS } from '../../tokens/expectations.js';
import { claimsOf } from '../../tokens/forge.js';
import { ada, cleo, direct, impersonated, person } from '../../tokens/identity-assertions.js';
import { codesOf, contextOf, openTransport, sendJson, service } from './setting.js';

describe('a service is asked', () => {
  it('by POST, with the printed document, its variables and its name, and its answer comes back', async () => {
    const orders = await service((_, response) => sendJson(response, { data: { order: { id: '7' } } }));
    const { ask } = openTransport(orders.url);
    const { context, touched } = contextOf();
    const result = await ask('query One($id: ID!) { order(id: $id) { id } }', context, {
      variables: { id: '7' },
      operationName: 'One',
    });
    expect(result).toEqual({ data: { order: { id: '7' } } });
    expect(touched).toEqual(['orders']);
    const [{ method, url, headers, body }] = orders.received as [(typeof orders.received)[0]];
    expect([method, url]).toEqual(['POST', '/graphql']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'accept-encoding': 'br, gzip',
    });
    const { query, ...others } = JSON.parse(body);
    expect(getOperationAST(parse(query))?.name?.value).toBe('One');
    expect(others).toEqual({ variables: { id: '7' }, operationName: 'One' });
  });

  it('in the name of who is in effect, by an assertion for it alone', async () => {
    const orders = await service();
    const { ask } = openTransport(orders.url, { name: 'orders-2' });
    await ask('{ ok }', contextOf(impersonated({}, { viewer: cleo, actor: ada })).context);
    const { authorization = '' } = orders.received[0]?.headers ?? {};
    expect(claimsOf(authorization.replace('Bearer ', ''))).toMatchObject({
      aud: 'orders-2',
      sub: cleo.id,
      act: { sub: ada.id },
      exp: NOW_SECONDS + 60,
    });
  });

  it("in nobody's name where nobody is signed in, whatever the client sent", async () => {
    const orders = await service();
    const { ask } = openTransport(orders.url, { headers: ['x-shop-region'] });
    const inboundHeaders = {
      authorization: 'Bearer eyJ.of-the.client',
      cookie: 'a=b',
      'x-user-id': 'user_ada',
      'x-forwarded-for': '192.0.2.1',
      'x-shop-region': 'north',
      'accept-language': 'de',
      host: 'elsewhere.test',
      'content-length': '3',
    };
    await ask('{ ok }', contextOf(undefined, { inboundHeaders }).context);
    const { headers } = orders.received[0] ?? {};
    expect(headers).toMatchObject({ 'x-shop-region': 'north', 'accept-language': 'de' });
    expect(Object.keys(headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'accept-language',
      'connection',
      'content-length',
      'content-type',
      'host',
      'traceparent',
      'x-shop-region',
    ]);
    expect(headers?.host).toBe(new URL(orders.url).host);
  });

  it('within the trace of the client, or in one of its own that leads to the request', async () => {
    const orders = await service();
    const { ask } = openTransport(orders.url);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await ask('{ ok }', contextOf(undefined, { inboundHeaders: { traceparent, tracestate: 'v=1' } }).context);
    const { context } = contextOf(undefined, { inboundHeaders: { traceparent: 'nonsense', tracestate: 'v=1' } });
    await ask('{ ok }', context);
    const [first, second] = orders.received.map(({ headers }) => headers);
    expect(first).toMatchObject({ traceparent, tracestate: 'v=1' });
    expect(second?.traceparent).toMatch(
      new RegExp(`^00-${context.request.id.replaceAll('-', '')}-[89ab][0-9a-f]{15}-00$`),
    );
    expect(second?.tracestate).toBeUndefined();
  });

  it.each([
    ['no context', undefined],
    ['nothing in it', {}],
    ['no identity', { ...contextOf().context, identity: undefined }],
    ['an identity of a kind that is none', { ...contextOf().context, identity: { kind: 'robot' } }],
    ['no signal', { ...contextOf().context, signal: {} }],
    ['no record of who is asked', { ...contextOf().context, touched: undefined }],
    ['no inbound headers', { ...contextOf().context, inboundHeaders: null }],
  ])('never with %s', async (_, context) => {
    const orders = await service();
    const { transport } = openTransport(orders.url);
    const result = await transport.executor({ document: parse('{ ok }'), context: context as object });
    expect(codesOf(result as never)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(orders.connections).toBe(0);
  });

  it.each([
    ['TOKEN_EXPIRED', direct(cleo, { expiresAt: NOW })],
    ['IMPERSONATION_ENDED', impersonated({ status: 'REVOKED' })],
  ])('never in the name of somebody who is not in effect any more: %s', async (code, identity) => {
    const orders = await service();
    const { ask } = openTransport(orders.url);
    const { context, touched } = contextOf(identity);
    expect(codesOf(await ask('{ ok }', context))).toEqual([code]);
    expect([orders.connections, touched]).toEqual([0, []]);
  });

  it('by 200 people at once over a few connections, each with an assertion and an answer of their own', async () => {
    const orders = await service(async ({ headers, body }, response, nth) => {
      await new Promise((resolve) => setTimeout(resolve, nth % 7));
      const { sub } = claimsOf(headers.authorization?.replace('Bearer ', '') ?? '');
      sendJson(response, { data: { sub, asked: JSON.parse(body).variables.as } });
    });
    const { ask } = openTransport(orders.url, { maxConnections: 16 });
    const people = Array.from({ length: 200 }, (_, index) => person(`user_${index}`));
    const answers = await Promise.all(
      people.map(({ id }, index) =>
        ask('query ($as: ID) { sub asked(as: $as) }', contextOf(direct(people[index])).context, {
          variables: { as: id },
        }),
      ),
    );
    expect(answers.map(({ data }) => data)).toEqual(people.map(({ id }) => ({ sub: id, asked: id })));
    expect(orders.connections).toBeLessThanOrEqual(16);
  });

  it('and a mistake of ours on the way says where it was made, not what it says', async () => {
    const orders = await service();
    for (const [protocol, query] of [
      ['ws', '{ ok }'],
      ['ws', 'subscription { ok }'],
      ['sse', 'subscription { ok }'],
    ] as const) {
      const { ask, lines } = openTransport(orders.url, { subscriptions: { protocol } });
      const variables = {
        get of(): never {
          throw new Error('secret-of-a-variable at 10.0.0.1');
        },
      };
      const { context } = contextOf();
      const result = await ask(query, context, { variables });
      expect(codesOf(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
      expect(lines.join('')).toContain('calls.test.ts');
      expect(lines.join('')).not.toMatch(/secret-of-a-variable|10\.0\.0\.1/);
    }
  });
});
