import { buildSchema } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { ANONYMOUS, ada, cleo, direct, impersonated, person, sam } from '../policy/people.js';
import { BASE_SDL, guard, guarded, run } from './guarded.js';

const U = 'UNAUTHENTICATED';
const F = 'FORBIDDEN';
const B = 'BLOCKED_WHILE_IMPERSONATING';

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

  it('an interface’s interfaces count, even where a schema that nobody validated leaves them out', async () => {
    const schema = guard(
      buildSchema(
        `${BASE_SDL}
        interface Node @authenticated { id: ID note: String @requiresRole(role: ADMIN) }
        interface Item implements Node { id: ID note: String }
        type Doc implements Item { id: ID note: String }
        type Other implements Node { id: ID note: String }
        type Query { doc: Doc other: Other }`,
        { assumeValid: true },
      ),
    );
    const value = { doc: { id: 1, note: 'n' } };
    expect((await run(schema, '{ doc { id } }', ANONYMOUS, value)).errors).toEqual([`doc: ${U}`]);
    expect((await run(schema, '{ doc { note } }', direct(cleo), value)).errors).toEqual([`doc.note: ${F}`]);
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
