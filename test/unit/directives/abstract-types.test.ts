import { describe, expect, it } from 'vitest';
import { ANONYMOUS, ada, cleo, direct, impersonated } from '../policy/people.js';
import { guarded, recorder, run, type Setup } from './guarded.js';

const U = 'UNAUTHENTICATED';
const SDL = `
  interface Post { title: String }
  type Open implements Post { title: String }
  type Priv implements Post @authenticated { title: String }
  type Blocked implements Post @blockedWhileImpersonating { title: String }
  union Any = Open | Priv
  type Query { post: Post posts: [Post]! any: [Any] strict: [Post!] nested: [[Post]] }`;
const open = { __typename: 'Open', title: 'o' };
const priv = { __typename: 'Priv', title: 'secret' };

const THEN = 'then';
/** graphql-js awaits it like any promise: looked at as a value, it would pass for an unguarded type. */
function thenable(value: { __typename: string }): never {
  return { [THEN]: (ok: (name: string) => void) => ok(value.__typename) } as never;
}

/** Every way graphql-js has of finding the runtime type. */
const ways: Record<string, Setup['resolvers']> = {
  '__typename of the value': {},
  resolveType: {
    Post: { __resolveType: (value: { __typename: string }) => value.__typename },
    Any: { __resolveType: (value: { __typename: string }) => value.__typename },
  },
  'asynchronous resolveType': {
    Post: { __resolveType: async (value: { __typename: string }) => value.__typename },
    Any: { __resolveType: async (value: { __typename: string }) => value.__typename },
  },
  'resolveType with a thenable that is no Promise': {
    Post: { __resolveType: thenable },
    Any: { __resolveType: thenable },
  },
  isTypeOf: {
    Open: { __isTypeOf: (value: { title: string }) => value.title === 'o' },
    Priv: { __isTypeOf: (value: { title: string }) => value.title === 'secret' },
  },
  'asynchronous isTypeOf': {
    Open: { __isTypeOf: async (value: { title: string }) => value.title === 'o' },
    Priv: { __isTypeOf: async (value: { title: string }) => value.title === 'secret' },
  },
};

describe.each(Object.entries(ways))('a guarded type behind an interface or union, found by %s', (way, resolvers) => {
  const strip = way.endsWith('isTypeOf');
  const value = (of: typeof open) => (strip ? { title: of.title } : of);
  const root = {
    post: value(priv),
    posts: [value(open), value(priv), value(open)],
    any: [value(priv), value(open)],
    strict: [value(open), value(priv)],
    nested: [[value(open), value(priv)], [value(open)]],
  };
  const schema = guarded(SDL, { resolvers: resolvers ?? {} });

  it('cannot be read', async () => {
    const answer = await run(schema, '{ post { title } posts { title } }', ANONYMOUS, root);
    expect(answer).toMatchObject({
      data: { post: null, posts: [{ title: 'o' }, null, { title: 'o' }] },
      errors: [`post: ${U}`, `posts.1: ${U}`],
    });
    expect(JSON.stringify(answer.raw)).not.toContain('secret');
  });

  it('does not even tell its name', async () => {
    const answer = await run(schema, '{ posts { __typename } any { __typename } }', ANONYMOUS, root);
    expect(answer).toMatchObject({
      data: { posts: [{ __typename: 'Open' }, null, { __typename: 'Open' }], any: [null, { __typename: 'Open' }] },
      errors: [`any.0: ${U}`, `posts.1: ${U}`],
    });
    expect(JSON.stringify(answer.raw)).not.toContain('Priv');
  });

  it('cannot be read through fragments on the type, the interface or the union', async () => {
    const document = `
      { any { ... on Priv { title } ...P ... on Open { o: title } } posts { ... on Any { ... on Priv { title } } } }
      fragment P on Post { p: title }`;
    const answer = await run(schema, document, ANONYMOUS, root);
    expect(answer.data).toEqual({ any: [null, { p: 'o', o: 'o' }], posts: [{}, null, {}] });
  });

  it('takes only its own item out of a list, also of a nested one; a non-null item takes the list', async () => {
    const answer = await run(schema, '{ strict { title } nested { title } }', ANONYMOUS, root);
    expect(answer).toMatchObject({
      data: { strict: null, nested: [[{ title: 'o' }, null], [{ title: 'o' }]] },
      errors: [`nested.0.1: ${U}`, `strict.1: ${U}`],
    });
  });

  it('is read by whom its rule allows', async () => {
    const answer = await run(schema, '{ post { __typename title } any { __typename } }', direct(cleo), root);
    expect(answer).toMatchObject({
      data: { post: { __typename: 'Priv', title: 'secret' }, any: [{ __typename: 'Priv' }, { __typename: 'Open' }] },
      errors: [],
    });
  });
});

describe('abstract types', () => {
  it('each item of a list is judged by its own type', async () => {
    const { denied, hooks } = recorder();
    const schema = guarded(SDL, { hooks });
    const blocked = { __typename: 'Blocked', title: 'b' };
    const posts = [open, priv, blocked];
    expect((await run(schema, '{ posts { title } }', impersonated(ada, cleo), { posts })).data).toEqual({
      posts: [{ title: 'o' }, { title: 'secret' }, null],
    });
    expect((await run(schema, '{ posts { title } }', ANONYMOUS, { posts })).data).toEqual({
      posts: [{ title: 'o' }, null, { title: 'b' }],
    });
    expect(
      denied.map(({ coordinate, parentType, fieldName, decision }) => [
        coordinate,
        parentType,
        fieldName,
        decision.code,
      ]),
    ).toEqual([
      ['Blocked', 'Query', 'posts', 'BLOCKED_WHILE_IMPERSONATING'],
      ['Priv', 'Query', 'posts', U],
    ]);
  });

  it('a rule on the interface guards every field that returns it, and every implementation', async () => {
    const schema = guarded(`
      interface Post @authenticated { title: String }
      type A implements Post { title: String }
      union Any = A | B
      type B { title: String }
      type Query { post: Post a: A any: [Any] }`);
    const value = { post: { ...open, __typename: 'A' }, a: {}, any: [{ __typename: 'A' }, { __typename: 'B' }] };
    expect(await run(schema, '{ post { title } a { title } any { __typename } }', ANONYMOUS, value)).toMatchObject({
      data: { post: null, a: null, any: [null, { __typename: 'B' }] },
      errors: [`a: ${U}`, `any.0: ${U}`, `post: ${U}`],
    });
  });

  it('a rule on an interface’s field guards that field on every implementation', async () => {
    const schema = guarded(`
      interface Post { title: String note: String @authenticated }
      type A implements Post { title: String note: String }
      type Query { post: Post a: A }`);
    const a = { __typename: 'A', title: 't', note: 'n' };
    expect(await run(schema, '{ post { title note } a { note } }', ANONYMOUS, { post: a, a })).toMatchObject({
      data: { post: { title: 't', note: null }, a: { note: null } },
      errors: [`a.note: ${U}`, `post.note: ${U}`],
    });
  });

  it('a rule on one implementation’s field guards it when selected through the interface', async () => {
    const schema = guarded(`
      interface Post { title: String }
      type A implements Post { title: String }
      type B implements Post { title: String @authenticated }
      type Query { posts: [Post] }`);
    const posts = [
      { __typename: 'A', title: 'a' },
      { __typename: 'B', title: 'b' },
    ];
    expect((await run(schema, '{ posts { title } }', ANONYMOUS, { posts })).data).toEqual({
      posts: [{ title: 'a' }, { title: null }],
    });
  });

  it('what resolves to no type fails as it does without the directives', async () => {
    const schema = guarded(SDL);
    const answer = await run(schema, '{ post { title } }', ANONYMOUS, { post: { title: 'x' } });
    expect(answer.data).toEqual({ post: null });
    expect(answer.errors[0]).toContain('must resolve to an Object type');
  });
});
