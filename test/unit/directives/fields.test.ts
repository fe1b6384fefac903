import { describe, expect, it, vi } from 'vitest';
import { guardOf } from '../../../directives/index.js';
import { ANONYMOUS, ada, cleo, direct, impersonated, person, sam } from '../policy/people.js';
import { guarded, recorder, run } from './guarded.js';

const U = 'UNAUTHENTICATED';
const F = 'FORBIDDEN';

describe('the guard of a field, for an executor that asks it by itself,', () => {
  const resolve = () => 'x';
  const schema = guarded(
    `type Query { a: String @requiresRole(role: ADMIN) b: String @requiresRole(role: ADMIN) c: String @sensitive open: String }
     type Mutation { a: String @requiresRole(role: ADMIN) }`,
    { resolvers: { Query: { a: resolve, b: resolve, c: resolve, open: resolve }, Mutation: { a: resolve } } },
  );
  const guardAt = (name: string, type = schema.getQueryType()) => {
    const guarding = type?.getFields()[name]?.resolve;
    return guarding === undefined ? null : guardOf(guarding);
  };

  it.each([
    ['a', [false, true, false, false]],
    ['b', [false, true, false, false]],
    ['c', [true, true, true, false]],
  ])('lets through whom the rule of %s allows, to the resolver behind it', (name, expected) => {
    const guard = guardAt(name);
    const who = [ANONYMOUS, direct(ada), direct(sam), impersonated(ada, cleo)];
    expect(who.map((identity) => guard?.passes({ identity }))).toEqual(expected);
    expect(guard?.resolve({}, {}, {}, {} as never)).toBe('x');
  });

  it('is there for no other: neither for an open field nor for a mutation, which has more guards than one', () => {
    expect([guardAt('open'), guardAt('a', schema.getMutationType())]).toEqual([null, null]);
  });
});

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
