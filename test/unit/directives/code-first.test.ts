import { buildSchema, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS, ada, direct } from '../policy/people.js';
import { BASE_SDL, guard, problemsOf, run } from './guarded.js';

describe('a schema written in code', () => {
  const base = buildSchema(`${BASE_SDL} type Query { a: Int }`);
  const codeFirst = (directives: unknown) => {
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { a: { type: GraphQLString, extensions: { directives } } },
    });
    return new GraphQLSchema({
      ...base.toConfig(),
      query,
      types: base.toConfig().types.filter(({ name }) => name !== 'Query'),
    });
  };

  it.each([
    ['by name', { requiresRole: { role: 'ADMIN' } }],
    ['by name, as a list', { requiresRole: [{ role: ['ADMIN'] }, { role: ['ADMIN'], of: 'ACTOR' }] }],
    ['as a list of names and arguments', [{ name: 'requiresRole', args: { role: ['ADMIN'] } }]],
    ['as a list without arguments', [{ name: 'authenticated' }]],
    ['without arguments', { authenticated: {} }],
    ['without arguments, as nothing', { authenticated: null }],
  ])('is guarded by `extensions.directives` %s', async (_, directives) => {
    const schema = guard(codeFirst(directives));
    expect((await run(schema, '{ a }', ANONYMOUS, { a: 'x' })).errors).toEqual(['a: UNAUTHENTICATED']);
    expect((await run(schema, '{ a }', direct(ada), { a: 'x' })).data).toEqual({ a: 'x' });
  });

  it.each([null, undefined, {}, []])('demands nothing by `extensions.directives` of %j', async (directives) => {
    expect((await run(guard(codeFirst(directives)), '{ a }', ANONYMOUS, { a: 'x' })).data).toEqual({ a: 'x' });
  });

  it.each([
    ['an unknown directive', { requireRole: {} }, 'Query.a: carries the unknown directive @requireRole'],
    ['an unknown argument', { requiresRole: { roles: ['ADMIN'] } }, 'Query.a: @requiresRole has no argument "roles"'],
    ['no role', { requiresRole: {} }, 'Query.a: @requiresRole needs `role`: a role, or a list of roles'],
    ['something that is no directive', [null], 'Query.a: carries the unknown directive @undefined'],
  ])('is refused at start for %s', (_, directives, expected) => {
    expect(problemsOf(() => guard(codeFirst(directives)))).toEqual([expected]);
  });
});
