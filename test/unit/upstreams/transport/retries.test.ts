import { OperationTypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createRetryRule, readRetryAfter } from '../../../../src/upstreams/transport/retry-rule.js';
import { UpstreamFailure } from '../../../../src/upstreams/transport/upstream-failure.js';
import { NOW } from '../../tokens/expectations.js';
import { claimsOf } from '../../tokens/forge.js';
import { direct, impersonated } from '../../tokens/identity-assertions.js';
import { causeOf, codesOf, contextOf, metric, openTransport, sendJson, service, until } from './setting.js';

/** A service that answers so many times with a status before it answers. */
const failing = (times: number, status: number, headers: Record<string, string> = {}) =>
  service((_, response, nth) => {
    if (nth <= times) response.writeHead(status, headers).end();
    else sendJson(response, { data: { ok: true } });
  });

describe('a query is tried again', () => {
  it.each([
    [502, {}],
    [503, {}],
    [504, {}],
    [429, { 'retry-after': '0' }],
    [503, { 'retry-after': '0' }],
  ])('after %s %o', async (status, headers) => {
    const orders = await failing(2, status, headers as Record<string, string>);
    const { ask, metrics } = openTransport(orders.url, { retries: 2 });
    expect((await ask()).data).toEqual({ ok: true });
    expect(orders.received).toHaveLength(3);
    expect(await metric(metrics, 'gateway_upstream_retries_total', { upstream: 'orders' })).toBe(2);
    expect(await metric(metrics, 'gateway_upstream_requests_total', { outcome: 'success' })).toBe(1);
  });

  it('as often as configured and no more', async () => {
    const orders = await failing(99, 503);
    const { ask } = openTransport(orders.url, { retries: 3 });
    expect(causeOf(await ask())).toMatchObject({ reason: 'status', status: 503 });
    expect(orders.received).toHaveLength(4);
  });

  it.each([
    [500, {}],
    [501, {}],
    [400, {}],
    [404, {}],
    [408, {}],
    [429, {}],
    [503, { 'retry-after': '60' }],
    [429, { 'retry-after': new Date(NOW + 3_600_000).toUTCString() }],
  ])('but not after %s %o', async (status, headers) => {
    const orders = await failing(1, status, headers as Record<string, string>);
    const { ask } = openTransport(orders.url, { retries: 3 });
    expect(codesOf(await ask())).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(orders.received).toHaveLength(1);
  });

  it.each(['mutation { ok }', 'query A { ok } mutation B { ok }'])('but never a mutation: %s', async (document) => {
    const orders = await failing(1, 503);
    const { ask } = openTransport(orders.url, { retries: 3 });
    // What is said of it beside the document counts for nothing.
    const more = { operationType: OperationTypeNode.QUERY, ...(document.includes('B') ? { operationName: 'B' } : {}) };
    expect(codesOf(await ask(document, undefined, more))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(orders.received).toHaveLength(1);
  });

  it('in the name of the same person, with a new assertion where the old one nears its end', async () => {
    const orders = await service((_, response, nth) => {
      clock.time += 50_000;
      if (nth === 1) response.writeHead(503).end();
      else sendJson(response, { data: { ok: true } });
    });
    const { ask, clock } = openTransport(orders.url, { retries: 1 });
    await ask('{ ok }', contextOf(direct()).context);
    const [first, second] = orders.received.map(({ headers }) =>
      claimsOf(headers.authorization?.replace('Bearer ', '') ?? ''),
    );
    expect(first?.sub).toBe(second?.sub);
    expect(second?.jti).not.toBe(first?.jti);
  });

  it('never in the name of somebody whose right has ended meanwhile', async () => {
    const orders = await service((_, response) => {
      clock.time += 1_000_000;
      response.writeHead(503).end();
    });
    const { ask, clock } = openTransport(orders.url, { retries: 1 });
    expect(codesOf(await ask('{ ok }', contextOf(direct()).context))).toEqual(['TOKEN_EXPIRED']);
    expect(orders.received).toHaveLength(1);
  });

  it('never in the name of a session that has ended meanwhile', async () => {
    let ended = false;
    const orders = await service((_, response) => {
      ended = true;
      response.writeHead(503).end();
    });
    const { ask } = openTransport(orders.url, { retries: 1 });
    const { context } = contextOf(impersonated(), { sessionFault: () => (ended ? 'IMPERSONATION_ENDED' : null) });
    expect(codesOf(await ask('{ ok }', context))).toEqual(['IMPERSONATION_ENDED']);
    expect(orders.received).toHaveLength(1);
  });

  it('not even the first time where the session ends while a connection is made; the connection is free for others', async () => {
    const orders = await service((_, response) => sendJson(response, { data: { ok: true } }));
    const { ask } = openTransport(orders.url, { maxConnections: 1 });
    let asked = 0;
    const { context } = contextOf(impersonated(), { sessionFault: () => (++asked > 1 ? 'IMPERSONATION_ENDED' : null) });
    expect(codesOf(await ask('mutation { ok }', context))).toEqual(['IMPERSONATION_ENDED']);
    expect(orders.received).toHaveLength(0);
    expect((await ask()).data).toEqual({ ok: true });
  });

  it('once it is known that the session goes on, where that has to be found out first', async () => {
    const orders = await service((_, response) => sendJson(response, { data: { ok: true } }));
    const { ask } = openTransport(orders.url);
    let doubts = 1;
    const { context } = contextOf(impersonated(), {
      sessionFault: () => (doubts-- > 0 ? Promise.resolve(null) : null),
    });
    expect((await ask('mutation { ok }', context)).data).toEqual({ ok: true });
  });

  it('not where it turns out to have ended, nor where that is in doubt in the last moment', async () => {
    const orders = await service((_, response) => sendJson(response, { data: { ok: true } }));
    const { ask } = openTransport(orders.url);
    const ended = contextOf(impersonated(), { sessionFault: () => Promise.resolve('IMPERSONATION_ENDED') });
    expect(codesOf(await ask('mutation { ok }', ended.context))).toEqual(['IMPERSONATION_ENDED']);
    const doubtful = contextOf(impersonated(), { sessionFault: () => Promise.resolve(null) });
    expect(codesOf(await ask('mutation { ok }', doubtful.context))).toEqual(['REVOCATION_UNAVAILABLE']);
    expect(orders.received).toHaveLength(0);
  });

  it('by so many that a storm stays a storm of its own size', async () => {
    const orders = await failing(Number.POSITIVE_INFINITY, 503);
    const { ask } = openTransport(orders.url, { retries: 5, breaker: { failures: 1_000 } });
    const calls = 200;
    for (let done = 0; done < calls; done += 20) await Promise.all(Array.from({ length: 20 }, () => ask()));
    // A tenth of the calls, and ten that were saved.
    expect(orders.received.length).toBeLessThanOrEqual(calls + calls / 10 + 10);
    expect(orders.received.length).toBeGreaterThan(calls);
  });
});

describe('the rule of retries', () => {
  const passing = new UpstreamFailure('orders', 'connection');
  it('waits longer each time, at random, up to a second', () => {
    const rule = createRetryRule({ retries: 9, random: () => 0.5 });
    const delays = Array.from({ length: 9 }, (_, index) => rule.delay(passing, index + 1, 60_000));
    expect(delays).toEqual([25, 50, 100, 200, 400, 500, 500, 500, 500]);
  });

  it('never waits beyond the time of the call', () => {
    const rule = createRetryRule({ retries: 1, random: () => 0.5 });
    expect(rule.delay(passing, 1, 25)).toBeNull();
    expect(rule.delay(passing, 1, 26)).toBe(25);
    const asked = new UpstreamFailure('orders', 'status', { status: 503, retryAfterMs: 2_000 });
    expect(rule.delay(asked, 1, 2_025)).toBeNull();
    expect(rule.delay(asked, 1, 2_026)).toBe(2_025);
  });

  it.each([
    ['3', 3_000],
    ['0', 0],
    [new Date(NOW + 5_000).toUTCString(), 5_000],
    [new Date(NOW - 5_000).toUTCString(), 0],
    ['soon', undefined],
    ['-1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads Retry-After: %s', (value, milliseconds) => {
    const read = readRetryAfter(value, NOW);
    if (milliseconds === undefined && value === '-1') expect(read === undefined || read === 0).toBe(true);
    else expect(read).toBe(milliseconds);
  });
});

describe('the circuit breaker of a service', () => {
  it('leaves it alone after failures in a row, asks once after a while, and lets all through when it is well', async () => {
    let well = false;
    const orders = await service((_, response) => {
      if (well) sendJson(response, { data: { ok: true } });
      else response.writeHead(500).end();
    });
    const { ask, clock, metrics, lines } = openTransport(orders.url, { breaker: { failures: 3, cooldownMs: 1_000 } });
    const state = () => metric(metrics, 'gateway_upstream_breaker_state', { upstream: 'orders' });
    for (let nth = 0; nth < 3; nth += 1) expect(causeOf(await ask())).toMatchObject({ reason: 'status' });
    expect(await state()).toBe(2);

    const { context, touched } = contextOf();
    expect(codesOf(await ask('{ ok }', context))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect([orders.received.length, touched]).toEqual([3, []]);
    expect(await metric(metrics, 'gateway_upstream_requests_total', { outcome: 'breaker-open' })).toBe(1);

    clock.time += 999;
    await ask();
    expect(orders.received).toHaveLength(3);
    clock.time += 1;
    await Promise.all([ask(), ask(), ask()]);
    expect(orders.received).toHaveLength(4);
    expect(await state()).toBe(2);

    well = true;
    clock.time += 1_000;
    expect((await ask()).data).toEqual({ ok: true });
    expect(await state()).toBe(0);
    await Promise.all([ask(), ask()]);
    expect(orders.received).toHaveLength(7);
    const changes = lines.map((line) => JSON.parse(line)).filter(({ state: to }) => to !== undefined);
    expect(changes.map(({ state: to, upstream }) => [upstream, to])).toEqual(
      ['open', 'half-open', 'open', 'half-open', 'closed'].map((to) => ['orders', to]),
    );
  });

  it.each<[string, number, object]>([
    ['errors in an answer', 200, { data: { ok: null }, errors: [{ message: 'x', path: ['ok'] }] }],
    ['a refusal in GraphQL', 400, { errors: [{ message: 'x' }] }],
    ['a refusal', 404, {}],
  ])('does not mind %s', async (_, status, body) => {
    const orders = await service((_request, response) => sendJson(response, body, status));
    const { ask } = openTransport(orders.url, { breaker: { failures: 1 } });
    for (let nth = 0; nth < 3; nth += 1) await ask();
    expect(orders.received).toHaveLength(3);
  });

  it.each([408, 429, 500, 503])('minds %s', async (status) => {
    const orders = await failing(9, status);
    const { ask } = openTransport(orders.url, { breaker: { failures: 1 } });
    for (let nth = 0; nth < 3; nth += 1) await ask();
    expect(orders.received).toHaveLength(1);
  });

  it('is not opened by somebody who asks for more than may be read', async () => {
    const orders = await service((_, response) => sendJson(response, { data: { text: 'x'.repeat(5_000) } }));
    const { ask } = openTransport(orders.url, { breaker: { failures: 1 }, maxResponseBytes: 1_024 });
    for (let nth = 0; nth < 3; nth += 1) expect(causeOf(await ask())).toMatchObject({ reason: 'too-large' });
    expect(orders.received).toHaveLength(3);
  });

  it('is neither closed nor held half-open by a client who goes while it looks', async () => {
    const orders = await service((_, response, nth) => {
      if (nth !== 2) response.writeHead(500).end();
    });
    const { ask, clock, metrics } = openTransport(orders.url, { breaker: { failures: 1, cooldownMs: 1_000 } });
    await ask();
    clock.time += 1_000;
    const { context, abort } = contextOf();
    const asked = ask('{ ok }', context);
    await until(() => orders.received.length === 2);
    abort();
    await asked;
    expect(await metric(metrics, 'gateway_upstream_breaker_state')).toBe(1);
    await ask();
    expect(orders.received).toHaveLength(3);
    expect(await metric(metrics, 'gateway_upstream_breaker_state')).toBe(2);
  });

  it('of another service is another one', async () => {
    const [sick, well] = [await failing(9, 500), await service()];
    const one = openTransport(sick.url, { breaker: { failures: 1 } });
    const other = openTransport(well.url, { name: 'search', breaker: { failures: 1 } });
    await one.ask();
    await one.ask();
    expect((await other.ask()).data).toEqual({ ok: true });
    expect(sick.received).toHaveLength(1);
  });
});
