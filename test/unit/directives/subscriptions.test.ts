import { type ExecutionResult, subscribe } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { ANONYMOUS, ada, audrey, cleo, direct, impersonated, person } from '../policy/people.js';
import { guarded, recorder, type Setup, summarise, valid } from './guarded.js';

const SDL = `
  type Query { a: Int }
  type Subscription {
    ticked: Int @requiresRole(role: [AUDITOR, ADMIN])
    secret: String @sensitive
    strict: String! @sensitive
    event: Event
    open: Int
  }
  type Event @authenticated { n: Int }`;

async function* numbers(log: string[]) {
  log.push('opened');
  try {
    for (let n = 1; n <= 3; n++) yield { ticked: n, open: n, secret: `s${n}`, strict: `s${n}`, event: { n } };
  } finally {
    log.push('closed');
  }
}

function setUp(more: Setup = {}) {
  const log: string[] = [];
  const source = { subscribe: () => numbers(log) };
  const Subscription = { ticked: source, open: source, secret: source, strict: source, event: source };
  return { log, schema: guarded(SDL, { resolvers: { Subscription }, ...more }) };
}

async function open(schema: ReturnType<typeof setUp>['schema'], document: string, contextValue: unknown) {
  return subscribe({ schema, document: valid(schema, document), contextValue });
}

async function collect(stream: Awaited<ReturnType<typeof open>>) {
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
  const answers = [];
  for await (const result of stream) answers.push(summarise(result));
  return answers.map(({ data, errors }) => (errors.length > 0 ? errors.join() : data));
}

describe('a guarded subscription', () => {
  it('is refused when it is opened: no stream is opened, and the hook is told', async () => {
    const { denied, hooks } = recorder();
    const { schema, log } = setUp({ hooks });
    for (const [identity, code] of [
      [ANONYMOUS, 'UNAUTHENTICATED'],
      [direct(cleo), 'FORBIDDEN'],
    ] as const) {
      const result = (await open(schema, 'subscription { ticked }', { identity })) as ExecutionResult;
      expect(summarise(result)).toMatchObject({ data: undefined, errors: [`ticked: ${code}`] });
    }
    expect(log).toEqual([]);
    expect(denied.map(({ coordinate }) => coordinate)).toEqual(['Subscription.ticked', 'Subscription.ticked']);
  });

  it('streams to whom it is allowed', async () => {
    const { schema, log } = setUp();
    expect(await collect(await open(schema, 'subscription { ticked }', { identity: direct(audrey) }))).toEqual([
      { ticked: 1 },
      { ticked: 2 },
      { ticked: 3 },
    ]);
    expect(log).toEqual(['opened', 'closed']);
  });

  it('is refused at the event when the rights have changed since', async () => {
    const { schema } = setUp();
    let identity: Identity = direct(audrey);
    const stream = await open(schema, 'subscription { ticked }', {
      get identity() {
        return identity;
      },
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error('no stream');
    const next = async () => {
      const { value } = await stream.next();
      if (value === undefined) throw new Error('the stream is over');
      return summarise(value);
    };
    expect(await next()).toMatchObject({ data: { ticked: 1 }, errors: [] });
    identity = direct(person(audrey.id, ['USER']));
    expect(await next()).toMatchObject({
      data: { ticked: null },
      errors: ['ticked: FORBIDDEN'],
    });
    identity = direct(audrey);
    expect(await next()).toMatchObject({ data: { ticked: 3 }, errors: [] });
    await stream.return();
  });

  it('is guarded by the type of its events', async () => {
    const { schema, log } = setUp();
    const refused = (await open(schema, 'subscription { event { n } }', { identity: ANONYMOUS })) as ExecutionResult;
    expect(summarise(refused).errors).toEqual(['event: UNAUTHENTICATED']);
    expect(log).toEqual([]);
    expect(await collect(await open(schema, 'subscription { event { n } }', { identity: direct(cleo) }))).toHaveLength(
      3,
    );
  });

  it('that is @sensitive is not opened while impersonating, nullable or not', async () => {
    const { schema, log } = setUp();
    for (const name of ['secret', 'strict']) {
      const result = await open(schema, `subscription { ${name} }`, { identity: impersonated(ada, cleo, 'FULL') });
      expect(summarise(result as ExecutionResult).errors).toEqual([`${name}: SENSITIVE_FIELD`]);
    }
    expect(log).toEqual([]);
    expect(await collect(await open(schema, 'subscription { secret }', { identity: direct(cleo) }))).toHaveLength(3);
  });

  it('is guarded where the root value, not a resolver, gives the stream', async () => {
    const schema = guarded(SDL);
    const source = vi.fn(() => numbers([]));
    const refused = await subscribe({
      schema,
      document: valid(schema, 'subscription { ticked }'),
      contextValue: { identity: ANONYMOUS },
      rootValue: { ticked: source },
    });
    expect(summarise(refused as ExecutionResult).errors).toEqual(['ticked: UNAUTHENTICATED']);
    expect(source).not.toHaveBeenCalled();
  });

  it('leaves a subscription without a rule as it is', async () => {
    const { schema } = setUp();
    expect(await collect(await open(schema, 'subscription { open }', { identity: ANONYMOUS }))).toHaveLength(3);
  });
});
