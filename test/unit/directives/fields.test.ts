import { describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, ada, cleo, direct, impersonated, person, sam } from '../policy/people.js';
import { BASE_SDL, guarded, recorder, run } from './guarded.js';

const U = 'UNAUTHENTICATED';
const F = 'FORBIDDEN';
const B = 'BLOCKED_WHILE_IMPERSONATING';

describe('a guarded field', () => {
  it('is resolved for whom its rule allows, and its resolver never runs for anybody else', async () => {
    const secret = vi.fn(() => 'x');
    const schema = guarded('type Query { secret: String @requiresRole(role: ADMIN) }', {
      resolvers: { Query: { secret } },
    });
    expect(await run(schema, '{ secret }', ANONYMOUS)).toMatchObject({
      data: { secret: null },
      errors: [`secret: ${U}`],
    });
    expect(await run(schema, '{ secret }', direct(sam))).toMatchObject({
      data: { secret: null },
      errors: [`secret: ${F}`],
    });
    expect(secret).not.toHaveBeenCalled();
    expect(await run(schema, '{ secret }', direct(ada))).toMatchObject({ data: { secret: 'x' }, errors: [] });
    expect(secret).toHaveBeenCalledTimes(1);
  });

  it('names the requirement in the error, and nothing else', async () => {
    const schema = guarded(
      'type Query { secret: String @requiresRole(role: ADMIN) @requiresRole(role: USER, of: ACTOR) }',
    );
    const { raw } = await run(schema, '{ secret }', direct(ada));
    expect({ ...raw.errors?.[0]?.extensions }).toEqual({ code: F, requires: { role: ['USER'], of: 'ACTOR' } });
    expect(raw.errors?.[0]?.message).toBe('You are not allowed to do this.');
  });

  it('is guarded where it has no resolver of its own', async () => {
    const schema = guarded('type Query { secret: String @authenticated }');
    expect(await run(schema, '{ secret }', ANONYMOUS, { secret: 'x' })).toMatchObject({ data: { secret: null } });
    expect(await run(schema, '{ secret }', direct(cleo), { secret: 'x' })).toMatchObject({ data: { secret: 'x' } });
  });

  it('is guarded under any alias', async () => {
    const schema = guarded('type Query { open: String secret: String @authenticated }');
    const answer = await run(schema, '{ open: secret a: secret secret: open }', ANONYMOUS, { open: 'o', secret: 'x' });
    expect(answer).toMatchObject({ data: { open: null, a: null, secret: 'o' }, errors: [`a: ${U}`, `open: ${U}`] });
  });

  it('is guarded in named, inline and nested fragments', async () => {
    const schema = guarded('type Query { me: Me } type Me { name: String secret: String @requiresRole(role: ADMIN) }');
    const document = `
      query { me { ... on Me { a: secret ...Outer } } ...Root }
      fragment Root on Query { me { ... { b: secret } } }
      fragment Outer on Me { name ... on Me { ...Inner } }
      fragment Inner on Me { c: secret }`;
    const answer = await run(schema, document, direct(cleo), { me: { name: 'n', secret: 'x' } });
    expect(answer).toMatchObject({
      data: { me: { a: null, b: null, c: null, name: 'n' } },
      errors: [`me.a: ${F}`, `me.b: ${F}`, `me.c: ${F}`],
    });
  });

  it('is left out, without an error, where @skip or @include leave it out', async () => {
    const schema = guarded('type Query { open: String secret: String @authenticated }');
    const answer = await run(schema, '{ open secret @skip(if: true) a: secret @include(if: false) }', ANONYMOUS);
    expect(answer.errors).toEqual([]);
  });

  it('refuses where the context has no identity, or there is no context', async () => {
    const schema = guarded('type Query { secret: String @authenticated }');
    for (const context of [{ identity: undefined }, { identity: null }, {}]) {
      const answer = await run(schema, '{ secret }', context as never, { secret: 'x' });
      expect(answer.data).toEqual({ secret: null });
      expect(answer.errors).toHaveLength(1);
    }
  });

  it('lets the errors and the promises of its resolver through', async () => {
    const schema = guarded('type Query { late: String @authenticated broken: String @authenticated }', {
      resolvers: {
        Query: {
          late: async () => 'late',
          broken: () => {
            throw new Error('broken');
          },
        },
      },
    });
    expect(await run(schema, '{ late broken }', direct(cleo))).toMatchObject({
      data: { late: 'late', broken: null },
      errors: ['broken: broken'],
    });
  });
});

describe('@requiresRole', () => {
  const schema = guarded(`
    type Query {
      any: String @requiresRole(role: [SUPPORT, ADMIN])
      both: String @requiresRole(role: SUPPORT) @requiresRole(role: [ADMIN])
      actor: String @requiresRole(role: ADMIN, of: ACTOR)
      viewer: String @requiresRole(role: USER, of: VIEWER)
      mixed: String @requiresRole(role: USER) @requiresRole(role: ADMIN, of: ACTOR)
    }`);
  const values = { any: 'x', both: 'x', actor: 'x', viewer: 'x', mixed: 'x' };
  const may = async (identity: Parameters<typeof run>[2]) => {
    const { data } = await run(schema, '{ any both actor viewer mixed }', identity, values);
    return Object.entries(data as object).flatMap(([name, value]) => (value === null ? [] : [name]));
  };

  it('takes any one of its roles; repeated, each application; a single value as a list of one', async () => {
    expect(await may(direct(sam))).toEqual(['any']);
    expect(await may(direct(ada))).toEqual(['any', 'actor']);
    expect(await may(direct(person('x', ['SUPPORT', 'ADMIN'])))).toEqual(['any', 'both', 'actor']);
    expect(await may(direct(cleo))).toEqual(['viewer']);
  });

  it('looks at the viewer unless told to look at the actor', async () => {
    expect(await may(impersonated(ada, cleo))).toEqual(['actor', 'viewer', 'mixed']);
    expect(await may(impersonated(ada, sam))).toEqual(['any', 'actor']);
  });

  it('takes roles that a host schema adds', async () => {
    const host = guarded(`
      extend enum Role { WAREHOUSE }
      type Query { stock: String @requiresRole(role: WAREHOUSE) }`);
    expect((await run(host, '{ stock }', direct(person('w', ['WAREHOUSE'])), { stock: 'x' })).data).toEqual({
      stock: 'x',
    });
    expect((await run(host, '{ stock }', direct(ada), { stock: 'x' })).errors).toEqual([`stock: ${F}`]);
  });

  it('goes by the names of roles and principals, whatever values resolvers give the enums', async () => {
    const host = guarded(
      'type Query { a: String @requiresRole(role: ADMIN, of: ACTOR) b: String @requiresRole(role: ADMIN) }',
      {
        resolvers: { Role: { ADMIN: 'USER', USER: 'ADMIN' }, Principal: { VIEWER: 1, ACTOR: 2 } },
      },
    );
    expect((await run(host, '{ a b }', direct(cleo), { a: 'x', b: 'x' })).data).toEqual({ a: null, b: null });
    expect((await run(host, '{ a b }', impersonated(ada, cleo), { a: 'x', b: 'x' })).data).toEqual({ a: 'x', b: null });
  });
});

describe('rules combine', () => {
  const sdl = `
    interface Owned @requiresRole(role: USER) { id: ID  title: String @requiresRole(role: ADMIN, of: ACTOR) }
    type Doc implements Owned @authenticated {
      id: ID
      title: String @requiresRole(role: SUPPORT)
      blocked: String @blockedWhileImpersonating
    }
    type Query { doc: Doc  plain: Plain }
    type Plain { doc: Doc }`;
  const value = { doc: { id: 1, title: 't', blocked: 'b' }, plain: { doc: { id: 2 } } };

  it('a field that returns a guarded type is guarded by that type and its interfaces, wherever it stands', async () => {
    const schema = guarded(sdl);
    expect(await run(schema, '{ doc { __typename } plain { doc { id } } }', ANONYMOUS, value)).toMatchObject({
      data: { doc: null, plain: { doc: null } },
      errors: [`doc: ${U}`, `plain.doc: ${U}`],
    });
    expect((await run(schema, '{ doc { id } }', direct(ada), value)).errors).toEqual([`doc: ${F}`]);
    expect((await run(schema, '{ doc { id } }', direct(cleo), value)).data).toEqual({ doc: { id: '1' } });
  });

  it('the rules of field, type, interface and the interface’s field must all hold', async () => {
    const schema = guarded(sdl);
    const title = async (identity: Parameters<typeof run>[2]) => {
      const { data } = await run(schema, '{ doc { title } }', identity, value);
      return (data as { doc: { title: string | null } | null }).doc?.title ?? null;
    };
    const userSupport = person('us', ['USER', 'SUPPORT']);
    expect(await title(direct(userSupport))).toBeNull();
    expect(await title(impersonated(ada, cleo))).toBeNull();
    expect(await title(impersonated(ada, userSupport))).toBe('t');
  });

  it('a list of a guarded type is refused as a whole, before its resolver runs', async () => {
    const docs = vi.fn(() => [{ id: 1 }]);
    const schema = guarded('type Doc @authenticated { id: ID } type Query { docs: [[Doc!]!]! }', {
      resolvers: { Query: { docs } },
    });
    expect(await run(schema, '{ docs { id } }', ANONYMOUS)).toMatchObject({ data: null, errors: [`docs: ${U}`] });
    expect(docs).not.toHaveBeenCalled();
  });

  it('an interface’s interfaces count', async () => {
    const schema = guarded(
      `
      interface Node @authenticated { id: ID }
      interface Item implements Node { id: ID }
      type Doc implements Item & Node { id: ID }
      type Query { doc: Doc item: Item }`,
      { resolvers: { Item: { __resolveType: () => 'Doc' } } },
    );
    const answer = await run(schema, '{ doc { id } item { id } }', ANONYMOUS, { doc: { id: 1 }, item: { id: 2 } });
    expect(answer).toMatchObject({ data: { doc: null, item: null }, errors: [`doc: ${U}`, `item: ${U}`] });
  });

  it('@blockedWhileImpersonating on a type blocks all its fields, and the fields that return it', async () => {
    const schema = guarded(`
      type Payout @blockedWhileImpersonating { iban: String bank: Bank }
      type Bank { name: String payout: Payout }
      type Query { payout: Payout bank: Bank }`);
    const bank = { name: 'b', payout: { iban: 'i' } };
    expect(
      await run(schema, '{ payout { iban } bank { name payout { iban } } }', impersonated(ada, cleo, 'FULL'), {
        payout: {},
        bank,
      }),
    ).toMatchObject({
      data: { payout: null, bank: { name: 'b', payout: null } },
      errors: [`bank.payout: ${B}`, `payout: ${B}`],
    });
    expect((await run(schema, '{ bank { payout { iban } } }', direct(cleo), { bank })).errors).toEqual([]);
  });

  it('a rule on the root type guards every root field', async () => {
    const schema = guarded('type Query @authenticated { a: String b: String }');
    expect((await run(schema, '{ a b }', ANONYMOUS, { a: 1, b: 2 })).errors).toEqual([`a: ${U}`, `b: ${U}`]);
  });

  it('a rule on a type extension guards the whole type, and adds to the rules of the type', async () => {
    const schema = guarded(`
      type Query { doc: Doc }
      type Doc @requiresRole(role: USER) { id: ID }
      extend type Doc @requiresRole(role: SUPPORT) { note: String }`);
    const value = { doc: { id: 1, note: 'n' } };
    expect((await run(schema, '{ doc { id } }', direct(cleo), value)).errors).toEqual([`doc: ${F}`]);
    expect((await run(schema, '{ doc { id } }', direct(sam), value)).errors).toEqual([`doc: ${F}`]);
    expect((await run(schema, '{ doc { id } }', direct(person('x', ['USER', 'SUPPORT'])), value)).errors).toEqual([]);
  });

  it('a module that declares a field again cannot loosen its rule', async () => {
    const schema = guarded('type Query { secret: String @requiresRole(role: USER) } type Query { secret: String }', {
      typeDefs: [BASE_SDL, 'type Query { secret: String @requiresRole(role: ADMIN) }'],
    });
    expect((await run(schema, '{ secret }', direct(cleo), { secret: 'x' })).errors).toEqual([`secret: ${F}`]);
  });
});

describe('onDenied', () => {
  it('is told what was refused, where, with which arguments and why', async () => {
    const { denied, hooks } = recorder();
    const schema = guarded('type Query { me: Me } type Me { note(of: ID): String @requiresRole(role: ADMIN) }', {
      hooks,
    });
    await run(schema, '{ me { mine: note(of: "7") } }', direct(cleo), { me: {} });
    expect(denied).toMatchObject([
      {
        coordinate: 'Me.note',
        parentType: 'Me',
        fieldName: 'note',
        path: { key: 'mine', prev: { key: 'me', prev: undefined } },
        args: { of: '7' },
        decision: { allowed: false, code: F, requires: { role: ['ADMIN'], of: 'VIEWER' } },
      },
    ]);
  });

  it('is told of every refusal, and of nothing that was allowed', async () => {
    const { denied, hooks } = recorder();
    const schema = guarded('type Query { a: String @authenticated b: String @requiresRole(role: ADMIN) c: String }', {
      hooks,
    });
    await run(schema, '{ a b again: b c }', direct(cleo));
    expect(denied.map(({ coordinate }) => coordinate)).toEqual(['Query.b', 'Query.b']);
  });

  it('cannot let a field through by failing', async () => {
    const resolve = vi.fn(() => 'x');
    const schema = guarded('type Query { a: String @authenticated }', {
      resolvers: { Query: { a: resolve } },
      hooks: {
        onDenied: () => {
          throw new Error('hook');
        },
      },
    });
    expect(await run(schema, '{ a }', ANONYMOUS)).toMatchObject({ data: { a: null }, errors: ['a: hook'] });
    expect(resolve).not.toHaveBeenCalled();
  });
});
