import { describe, expect, it } from 'vitest';
import { GatewayError, StoreUnavailableError } from '../../../src/errors/index.js';
import { Generations } from '../../../src/http/graphql/generations.js';
import { ada, cleo, direct } from '../policy/people.js';
import { asStream, codes, give, lines, open, ownGeneration, setUpTicking, sources, under } from './ticking.js';

setUpTicking();

describe('a subscription', () => {
  it('gives every event as the one who is in effect sees it', async () => {
    const { run, subscriptions } = open(under());
    const stream = asStream(await run('subscription { tick { n who by } }'));
    for (const n of [1, 2]) {
      give({ n });
      expect((await stream.next()).value).toEqual({ data: { tick: { n, who: 'user_cleo', by: 'user_ada' } } });
    }
    await subscriptions.close();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(sources.size).toBe(0);
  });

  it('under an impersonation is on the record before it opens and once it has ended', async () => {
    const { run, told, events, subscriptions } = open(under());
    const stream = asStream(await run('subscription S($x: Int) { tick(seconds: $x) { n } }', { x: 5 }));
    expect(told()).toEqual(['OPERATION_ATTEMPTED -']);
    expect(events.stored[0]?.details?.text).toBe('{"variables":"{\\"x\\":5}"}');
    await stream.return();
    await subscriptions.close();
    await expect.poll(told).toEqual(['OPERATION_ATTEMPTED -', 'OPERATION_COMPLETED -']);
  });

  it('under an impersonation does not open where it cannot be recorded', async () => {
    const { run, events } = open(under());
    events.behaviour = 'refuse';
    expect(codes(await run('subscription { tick { n } }'))).toEqual(['AUDIT_UNAVAILABLE']);
    expect(sources.size).toBe(0);
    events.behaviour = 'ok';
  });

  it('that is refused does not open, and is on the record as refused', async () => {
    const { run, told } = open(under());
    expect(codes(await run('subscription { admin { n } }'))).toEqual(['FORBIDDEN']);
    expect(sources.size).toBe(0);
    expect(told()).toEqual(['OPERATION_ATTEMPTED -', 'OPERATION_COMPLETED -', 'OPERATION_DENIED FORBIDDEN']);
  });

  it('leaves a record of what was refused within its events', async () => {
    const { run, told, subscriptions } = open(under());
    const stream = asStream(await run('subscription { tick { n secret admin } }'));
    give({ n: 1 });
    const { value } = await stream.next();
    expect(value).toMatchObject({ data: { tick: { n: 1, secret: null, admin: null } } });
    await stream.return();
    await subscriptions.close();
    await expect
      .poll(told)
      .toEqual(['OPERATION_ATTEMPTED -', 'OPERATION_COMPLETED -', 'OPERATION_DENIED SENSITIVE_FIELD']);
  });

  it.each([
    ['an unexpected error', new Error('mongodb://root:hunter2@db failed'), 'INTERNAL_SERVER_ERROR'],
    ['a store that does not answer', new StoreUnavailableError('mongodb://root:hunter2@db'), 'UPSTREAM_UNAVAILABLE'],
    ['a refusal', new GatewayError('BAD_USER_INPUT', { cause: 'hunter2' }), 'BAD_USER_INPUT'],
  ])('shows nothing of %s within an event but its code, and goes on', async (_, fails, code) => {
    const { run, subscriptions } = open(direct(ada));
    const stream = asStream(await run('subscription { tick { n fails } }'));
    give({ n: 1, fails });
    const { value } = await stream.next();
    expect(codes(value)).toEqual([code]);
    expect(JSON.stringify(value)).not.toContain('hunter2');
    give({ n: 2 });
    expect((await stream.next()).value).toEqual({ data: { tick: { n: 2, fails: null } } });
    await subscriptions.close();
    expect(lines.join('')).not.toContain('hunter2@');
  });
});

describe('variables of the wrong type', () => {
  it('are refused as what they are, recorded, and not logged', async () => {
    const { run, told } = open(under());
    const result = await run('subscription($x: Int) { tick(seconds: $x) { n } }', { x: 'no number' });
    expect(codes(result)).toEqual(['BAD_USER_INPUT']);
    expect(told()).toEqual(['OPERATION_DENIED BAD_USER_INPUT']);
    expect(sources.size).toBe(0);
    expect(lines.join('')).not.toContain('no number');
  });

  it('are not quoted where they are sensitive', async () => {
    const { run } = open(direct(ada));
    const result = await run('subscription($x: String) { tick(password: $x) { n } }', { x: ['hunter2'] });
    expect(codes(result)).toEqual(['BAD_USER_INPUT']);
    expect(JSON.stringify(result) + lines.join('')).not.toContain('hunter2');
  });
});

describe('a document that is not valid', () => {
  it.each([
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['query A { hello } query B { hello }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s is refused', async (text, code) => {
    expect(codes(await open(direct(ada)).run(text))).toEqual([code]);
  });

  it('under an impersonation is on the record as refused', async () => {
    const { run, told } = open(under());
    await run('subscription { nothing }');
    expect(told()).toEqual(['OPERATION_DENIED GRAPHQL_VALIDATION_FAILED']);
  });

  it('that would start an impersonation is an attempt at that', async () => {
    const { run, denials } = open(direct(ada));
    await run('mutation { startImpersonation(input: 1) }');
    expect(denials).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

describe('other operations', () => {
  it('are executed as over HTTP', async () => {
    expect(await open(direct(ada)).run('{ hello }')).toEqual({ data: { hello: 'world' } });
  });
});

describe('the right to a stream', () => {
  it('is asked for again at each event', async () => {
    const { run, now, dead } = open(direct(ada));
    const stream = asStream(await run('subscription { tick { n } }'));
    now.refusal = new GatewayError('TOKEN_EXPIRED');
    give({ n: 1 });
    expect(codes((await stream.next()).value)).toEqual(['TOKEN_EXPIRED']);
    expect([await stream.next(), dead, sources.size]).toEqual([{ done: true, value: undefined }, ['TOKEN_EXPIRED'], 0]);
  });

  it('ends with the session, at once and without an event', async () => {
    const identity = under();
    const { run, now, dead, end } = open(identity);
    const stream = asStream(await run('subscription { tick { n } }'));
    const waiting = stream.next();
    now.refusal = new GatewayError('IMPERSONATION_ENDED');
    end('another session');
    end(identity.session?.id ?? '');
    expect(codes((await waiting).value)).toEqual(['IMPERSONATION_ENDED']);
    expect(dead).toEqual(['IMPERSONATION_ENDED']);
  });

  it('ends with the credential, within about a second, without an event', async () => {
    const { run, now } = open(direct(ada));
    const stream = asStream(await run('subscription { tick { n } }'));
    const waiting = stream.next();
    now.refusal = new GatewayError('TOKEN_EXPIRED');
    expect(codes((await waiting).value)).toEqual(['TOKEN_EXPIRED']);
  });

  it.each([
    ['another viewer', direct(cleo), 'TOKEN_INVALID'],
    ['an impersonation', under(), 'TOKEN_INVALID'],
    ['fewer roles', direct({ ...ada, roles: [] }), 'FORBIDDEN'],
  ])('ends where its credential comes to mean %s', async (_, identity, code) => {
    const { run, now } = open(direct(ada));
    const stream = asStream(await run('subscription { tick { n } }'));
    now.identity = identity;
    give({ n: 1 });
    expect(codes((await stream.next()).value)).toEqual([code]);
  });

  it('is refused from the start for a bad credential', async () => {
    const { run, now } = open(direct(ada));
    now.refusal = new GatewayError('TOKEN_INVALID');
    await expect(run('subscription { tick { n } }')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

it('of the gateway’s own schema keeps no generation that was replaced, whether or not an event comes', async () => {
  const stopped: number[] = [];
  const generation = (number: number) => ownGeneration(number, () => void stopped.push(number));
  const generations = new Generations(await generation(1));
  const { run, subscriptions } = open(direct(ada), generations);
  const stream = asStream(await run('subscription { tick { n } }'));
  for (const number of [2, 3]) {
    generations.replace(await generation(number));
    await expect.poll(() => stopped).toEqual([1, 2].slice(0, number - 1));
  }
  generations.replace(await generation(4));
  give({ n: 1 });
  expect((await stream.next()).value).toEqual({ data: { tick: { n: 1 } } });
  await expect.poll(() => stopped).toEqual([1, 2, 3]);
  await subscriptions.close();
  generations.replace(await generation(5));
  await generations.close();
  await expect.poll(() => stopped).toEqual([1, 2, 3, 4, 5]);
});
