import { expect, it, onTestFinished, vi } from 'vitest';
import { GatewayError, StoreUnavailableError } from '../../../src/errors/index.js';
import { ada, direct } from '../policy/people.js';
import { asStream, codes, give, open, setUpTicking, sources, under } from './ticking.js';

setUpTicking();

const TICKS = 'subscription { tick { n } }';

it('a stream ends with its session at once: it does not wait until its right is asked for again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const identity = under();
  const { run, now, end } = open(identity);
  const waiting = asStream(await run(TICKS)).next();
  now.refusal = new GatewayError('IMPERSONATION_ENDED');
  end(identity.session?.id ?? '');
  expect(codes((await waiting).value)).toEqual(['IMPERSONATION_ENDED']);
});

it('a stream ends where one of several roles is lost, and goes on where one is gained', async () => {
  const two = { ...ada, roles: ['SUPPORT', 'AUDITOR'] as const };
  const { run, now } = open(direct(two));
  const stream = asStream(await run(TICKS));
  now.identity = direct({ ...two, roles: ['AUDITOR', 'SUPPORT', 'ADMIN'] });
  give({ n: 1 });
  expect((await stream.next()).value).toEqual({ data: { tick: { n: 1 } } });
  now.identity = direct({ ...two, roles: ['AUDITOR'] });
  give({ n: 2 });
  expect(codes((await stream.next()).value)).toEqual(['FORBIDDEN']);
  expect(sources.size).toBe(0);
});

it('a stream ends where it cannot be confirmed any more who is in effect', async () => {
  const { run, now } = open(under());
  const stream = asStream(await run(TICKS));
  now.unconfirmed = 'UPSTREAM_UNAVAILABLE';
  give({ n: 1 });
  expect(codes((await stream.next()).value)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(sources.size).toBe(0);
});

it.each([
  ['a token that has expired', new GatewayError('TOKEN_EXPIRED'), ['TOKEN_EXPIRED']],
  ['a right that is lost', new GatewayError('FORBIDDEN'), []],
  ['a store that does not answer', new StoreUnavailableError('down'), []],
  ['whatever is thrown', new Error('unexpected'), []],
])('a connection is called dead for its credential, and for nothing else: %s', async (_, refusal, expected) => {
  const { run, now, dead } = open(direct(ada));
  const stream = asStream(await run(TICKS));
  now.refusal = refusal;
  give({ n: 1 });
  expect(codes((await stream.next()).value)).toHaveLength(1);
  expect(dead).toEqual(expected);
});

it('streams beyond as many as one may have open are refused, and recorded; one that ends makes room', async () => {
  const { run, told, subscriptions } = open(under());
  const streams = [];
  for (let n = 0; n < 20; n += 1) streams.push(asStream(await run(TICKS)));
  expect(codes(await run(TICKS))).toEqual(['RATE_LIMITED']);
  expect(told().at(-1)).toBe('OPERATION_DENIED RATE_LIMITED');
  expect(sources.size).toBe(20);
  await streams[0]?.return();
  streams.push(asStream(await run(TICKS)));
  expect(codes(await run(TICKS))).toEqual(['RATE_LIMITED']);
  // What is refused before it opens takes no place.
  await streams[1]?.return();
  for (let n = 0; n < 30; n += 1) expect(codes(await run('subscription { admin { n } }'))).toEqual(['FORBIDDEN']);
  asStream(await run(TICKS));
  await subscriptions.close();
});

it('variables that are beyond a limit open no stream, and are recorded', async () => {
  const { run, told } = open(under());
  const query = 'subscription ($l: [Int]) { tick(list: $l) { n } }';
  const list = Array.from({ length: 10_000 }, () => 1);
  const refused = await run(query, { l: list });
  expect(codes(refused)).toEqual(['QUERY_TOO_COMPLEX']);
  expect([told(), sources.size]).toEqual([['OPERATION_DENIED QUERY_TOO_COMPLEX'], 0]);
  const stream = asStream(await run(query, { l: list.slice(1) }));
  await stream.return();
});

it('nothing is kept of streams that have ended', async () => {
  const { run, listening, subscriptions } = open(under());
  const streams = [asStream(await run(TICKS)), asStream(await run(TICKS))];
  expect(listening()).toBe(2);
  await streams[0]?.return();
  expect(listening()).toBe(1);
  await subscriptions.close();
  expect([listening(), sources.size]).toEqual([0, 0]);
});
