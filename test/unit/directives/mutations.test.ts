import { describe, expect, it, vi } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { ANONYMOUS, ada, cleo, delegated, direct, impersonated, sam } from '../policy/people.js';
import { guarded, recorder, run, type Setup } from './guarded.js';

const SDL = `
  type Query { a: Int }
  type Mutation {
    start: String @requiresRole(role: ADMIN)
    stop: String @requiresRole(role: ADMIN, of: ACTOR)
    note(text: String): String @authenticated
    changePassword: String @authenticated @blockedWhileImpersonating
    open: String
    refund: String @requiresRole(role: SUPPORT)
  }`;
const RULES = { nested: ['Mutation.start'], always: ['Mutation.stop'] };

function setUp(more: Setup = {}) {
  const ran: string[] = [];
  const field = (name: string) => () => {
    ran.push(name);
    return name;
  };
  const names = ['start', 'stop', 'note', 'changePassword', 'open', 'refund'];
  const resolvers = { Mutation: Object.fromEntries(names.map((name) => [name, field(name)])) };
  return { schema: guarded(SDL, { ...RULES, resolvers, ...more }), ran };
}

describe('a root mutation field', () => {
  const N = 'NESTED_IMPERSONATION';
  const R = 'READ_ONLY_SESSION';
  const B = 'BLOCKED_WHILE_IMPERSONATING';
  const U = 'UNAUTHENTICATED';
  const F = 'FORBIDDEN';
  const ok = 'ok';
  const names = ['start', 'stop', 'note', 'changePassword', 'open', 'refund'];
  const table: readonly [string, Identity, readonly string[]][] = [
    ['anonymous', ANONYMOUS, [U, U, U, U, ok, U]],
    ['ada as herself', direct(ada), [ok, ok, ok, ok, ok, F]],
    ['cleo as herself', direct(cleo), [F, F, ok, ok, ok, F]],
    ['ada as cleo, read-only', impersonated(ada, cleo), [N, ok, R, B, R, R]],
    ['ada as cleo, full', impersonated(ada, cleo, 'FULL'), [N, ok, ok, B, ok, F]],
    ['ada as sam, full', impersonated(ada, sam, 'FULL'), [N, ok, ok, B, ok, ok]],
    ['ada as sam, delegated read-only', delegated(ada, sam, 'READ_ONLY'), [N, ok, R, B, R, R]],
    ['sam as cleo, delegated full', delegated(sam, cleo, 'FULL'), [N, F, ok, B, ok, F]],
  ];
  const cases = table.flatMap(([who, identity, row]) =>
    names.map((name, i) => [who, name, row[i]!, identity] as const),
  );

  it.each(cases)('%s × %s: %s', async (_, name, expected, identity) => {
    const { schema, ran } = setUp();
    const { data, errors } = await run(schema, `mutation { ${name} }`, identity);
    expect(errors).toEqual(expected === ok ? [] : [`${name}: ${expected}`]);
    expect(data).toEqual({ [name]: expected === ok ? name : null });
    expect(ran).toEqual(expected === ok ? [name] : []);
  });

  it('is guarded by aliases and fragments alike', async () => {
    const { schema, ran } = setUp();
    const document = 'mutation { stop: note ...F } fragment F on Mutation { ... { x: open } }';
    const answer = await run(schema, document, impersonated(ada, cleo));
    expect(answer.errors).toEqual([`stop: ${R}`, `x: ${R}`]);
    expect(ran).toEqual([]);
  });

  it('is guarded whatever the name of the mutation type', async () => {
    const schema = guarded(
      'schema { query: Query mutation: Writes } type Query { a: Int } type Writes { go: Int }',
      {},
    );
    expect((await run(schema, 'mutation { go }', impersonated(ada, cleo), { go: 1 })).errors).toEqual([`go: ${R}`]);
  });

  it('is guarded where a query reaches the mutation type', async () => {
    const schema = guarded('type Query { writes: Mutation } type Mutation { go: Int }');
    const answer = await run(schema, '{ writes { go } }', impersonated(ada, cleo), { writes: { go: 1 } });
    expect(answer.errors).toEqual([`writes.go: ${R}`]);
  });

  it('is refused when it only groups other mutations', async () => {
    const schema = guarded('type Query { a: Int } type Mutation { admin: Admin } type Admin { go: Int }');
    const answer = await run(schema, 'mutation { admin { go } }', impersonated(ada, cleo), { admin: { go: 1 } });
    expect(answer).toMatchObject({ data: { admin: null }, errors: [`admin: ${R}`] });
  });

  it('is blocked by a type-level rule of the mutation type or of the type it returns', async () => {
    const schema = guarded(`
      type Query { a: Int }
      type Payout @blockedWhileImpersonating { iban: String }
      type Mutation { pay: Payout }`);
    expect((await run(schema, 'mutation { pay { iban } }', impersonated(ada, cleo))).errors).toEqual([`pay: ${B}`]);
    const all = guarded('type Query { a: Int } type Mutation @blockedWhileImpersonating { x: Int }');
    expect((await run(all, 'mutation { x }', impersonated(ada, cleo, 'FULL'))).errors).toEqual([`x: ${B}`]);
  });
});

describe('when the session ends', () => {
  it('by an earlier root field of the same operation, the later ones are refused', async () => {
    let ended = false;
    const ran: string[] = [];
    const { denied, hooks } = recorder();
    const schema = guarded(SDL, {
      ...RULES,
      hooks,
      resolvers: {
        Mutation: {
          stop: async () => {
            await Promise.resolve();
            ended = true;
            return 'stopped';
          },
          note: () => ran.push('note'),
          changePassword: () => ran.push('changePassword'),
        },
      },
    });
    const context = { identity: impersonated(ada, cleo, 'FULL'), sessionEnded: () => ended };
    const answer = await run(schema, 'mutation { first: note stop note changePassword again: stop }', context);
    expect(answer).toMatchObject({
      data: { first: '1', stop: 'stopped', note: null, changePassword: null, again: null },
      errors: ['again: IMPERSONATION_ENDED', 'changePassword: IMPERSONATION_ENDED', 'note: IMPERSONATION_ENDED'],
    });
    expect(ran).toEqual(['note']);
    expect(denied).toHaveLength(3);
  });

  it('while the attempt is being recorded, the resolver does not run', async () => {
    let ended = false;
    const { schema, ran } = setUp({
      hooks: {
        beforeMutation: async () => {
          ended = true;
        },
      },
    });
    const context = { identity: impersonated(ada, cleo, 'FULL'), sessionEnded: () => ended };
    expect((await run(schema, 'mutation { note }', context)).errors).toEqual(['note: IMPERSONATION_ENDED']);
    expect(ran).toEqual([]);
  });

  it.each(['IMPERSONATION_ENDED', 'TOKEN_EXPIRED', 'REVOCATION_UNAVAILABLE'] as const)(
    'or may have, unknown here, while the attempt was being recorded, it is found out first (%s)',
    async (fault) => {
      const { denied, hooks } = recorder();
      const { schema, ran } = setUp({ hooks: { ...hooks, beforeMutation: async () => undefined } });
      for (const sessionFault of [() => fault, async () => fault]) {
        const context = { identity: impersonated(ada, cleo, 'FULL'), sessionEnded: () => false, sessionFault };
        expect((await run(schema, 'mutation { note }', context)).errors).toEqual([`note: ${fault}`]);
      }
      expect(ran).toEqual([]);
      expect(denied).toHaveLength(2);
      const goesOn = {
        identity: impersonated(ada, cleo, 'FULL'),
        sessionEnded: () => false,
        sessionFault: async () => null,
      };
      expect((await run(schema, 'mutation { note }', goesOn)).errors).toEqual([]);
      expect(ran).toEqual(['note']);
    },
  );

  it('and that cannot be told, the field is refused', async () => {
    const { schema, ran } = setUp();
    const sessionEnded = () => {
      throw new Error('no view');
    };
    const answer = await run(schema, 'mutation { note stop }', {
      identity: impersonated(ada, cleo, 'FULL'),
      sessionEnded,
    });
    expect(answer.errors).toEqual(['note: no view', 'stop: no view']);
    expect(ran).toEqual([]);
  });
});

describe('when the operation is given up', () => {
  const identity = impersonated(ada, cleo, 'FULL');

  it('no mutation of it begins any more', async () => {
    const { schema, ran } = setUp();
    const answer = await run(schema, 'mutation { note stop }', { identity, timeIsUp: () => true });
    expect(answer.errors).toEqual(['note: QUERY_TOO_COMPLEX', 'stop: QUERY_TOO_COMPLEX']);
    expect(ran).toEqual([]);
    expect((await run(schema, 'mutation { note }', { identity, timeIsUp: () => false })).errors).toEqual([]);
  });

  it('while the attempt is being recorded, the resolver does not run', async () => {
    let timeIsUp = false;
    const beforeMutation = async () => {
      timeIsUp = true;
    };
    const { schema, ran } = setUp({ hooks: { beforeMutation } });
    const answer = await run(schema, 'mutation { note }', { identity, timeIsUp: () => timeIsUp });
    expect(answer.errors).toEqual(['note: QUERY_TOO_COMPLEX']);
    expect(ran).toEqual([]);
  });
});

describe('beforeMutation', () => {
  it('runs after all guards and before the resolver, once for each field that is allowed', async () => {
    const order: string[] = [];
    const schema = guarded(SDL, {
      ...RULES,
      resolvers: { Mutation: { note: () => order.push('note'), open: () => order.push('open') } },
      hooks: { beforeMutation: (_, info) => void order.push(`before ${info.fieldName}`) },
    });
    const answer = await run(
      schema,
      'mutation { note refund start open changePassword }',
      impersonated(ada, cleo, 'FULL'),
    );
    expect(order).toEqual(['before note', 'note', 'before open', 'open']);
    expect(answer.errors).toEqual([
      'changePassword: BLOCKED_WHILE_IMPERSONATING',
      'refund: FORBIDDEN',
      'start: NESTED_IMPERSONATION',
    ]);
  });

  it('is awaited: the resolver runs only once what it promised is done', async () => {
    const order: string[] = [];
    const { schema } = setUp({
      resolvers: { Mutation: { note: () => order.push('resolved') } },
      hooks: {
        beforeMutation: async () => {
          await new Promise((done) => setTimeout(done, 5));
          order.push('recorded');
        },
      },
    });
    await run(schema, 'mutation { note }', direct(cleo));
    expect(order).toEqual(['recorded', 'resolved']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('full disk');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('full disk');
      },
    ],
  ])('that %s keeps the resolver from running', async (_, beforeMutation) => {
    const { schema, ran } = setUp({ hooks: { beforeMutation } });
    const answer = await run(schema, 'mutation { note open }', direct(cleo));
    expect(answer.errors).toEqual(['note: full disk', 'open: full disk']);
    expect(ran).toEqual([]);
  });

  it('is not called for queries', async () => {
    const beforeMutation = vi.fn();
    const schema = guarded('type Query { a: Int @authenticated }', { hooks: { beforeMutation } });
    await run(schema, '{ a }', direct(cleo), { a: 1 });
    expect(beforeMutation).not.toHaveBeenCalled();
  });
});
