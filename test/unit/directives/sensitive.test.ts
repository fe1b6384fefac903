import { type GraphQLInputObjectType, type GraphQLInterfaceType, type GraphQLObjectType, GraphQLSchema } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { isSensitiveInput } from '../../../directives/index.js';
import { ANONYMOUS, ada, cleo, delegated, direct, impersonated, sam } from '../policy/people.js';
import { guarded, recorder, run } from './guarded.js';

const S = 'SENSITIVE_FIELD';

describe('a @sensitive field', () => {
  it('is null without an error while impersonating, where it is nullable; its resolver does not run; the hook is told', async () => {
    const card = vi.fn(() => '4242');
    const { denied, hooks } = recorder();
    const schema = guarded('type Query { card: String @sensitive open: String }', {
      resolvers: { Query: { card, open: () => 'o' } },
      hooks,
    });
    for (const identity of [impersonated(ada, cleo), impersonated(ada, cleo, 'FULL'), delegated(ada, cleo, 'FULL')]) {
      expect(await run(schema, '{ card open }', identity)).toMatchObject({
        data: { card: null, open: 'o' },
        errors: [],
      });
    }
    expect(card).not.toHaveBeenCalled();
    expect(denied.map(({ coordinate, decision }) => [coordinate, decision.code])).toEqual(
      Array(3).fill(['Query.card', S]),
    );
  });

  it('is an error where it is non-null; its resolver does not run', async () => {
    const card = vi.fn(() => '4242');
    const schema = guarded(
      'type Query { me: Me } type Me { name: String card: String! @sensitive cards: [String]! @sensitive }',
      {
        resolvers: { Me: { card, cards: card as never } },
      },
    );
    expect(await run(schema, '{ me { name card } }', impersonated(ada, cleo), { me: { name: 'n' } })).toMatchObject({
      data: { me: null },
      errors: [`me.card: ${S}`],
    });
    expect((await run(schema, '{ me { cards } }', impersonated(ada, cleo), { me: {} })).errors).toEqual([
      `me.cards: ${S}`,
    ]);
    expect(card).not.toHaveBeenCalled();
  });

  it('is shown to the people themselves, and to nobody signed in where nothing else guards it', async () => {
    const schema = guarded('type Query { card: String @sensitive }');
    expect((await run(schema, '{ card }', direct(cleo), { card: '4242' })).data).toEqual({ card: '4242' });
    expect((await run(schema, '{ card }', ANONYMOUS, { card: '4242' })).data).toEqual({ card: '4242' });
  });

  it('is null though its type is a list or an object', async () => {
    const schema = guarded('type Query { cards: [Card!] @sensitive card: Card @sensitive } type Card { no: String }');
    const value = { cards: [{ no: '1' }], card: { no: '2' } };
    expect(await run(schema, '{ cards { no } card { no } }', impersonated(ada, cleo), value)).toMatchObject({
      data: { cards: null, card: null },
      errors: [],
    });
  });

  it('is refused with the error of any other rule that does not hold', async () => {
    const schema = guarded('type Query { card: String @sensitive @requiresRole(role: SUPPORT) }');
    expect((await run(schema, '{ card }', impersonated(ada, cleo))).errors).toEqual(['card: FORBIDDEN']);
    expect((await run(schema, '{ card }', impersonated(ada, sam))).errors).toEqual([]);
  });

  it('is hidden on every implementation where the interface marks it; each goes by its own nullability', async () => {
    const schema = guarded(`
      interface Payer { card: String @sensitive }
      type A implements Payer { card: String }
      type B implements Payer { card: String! }
      type Query { payers: [Payer] a: A }`);
    const value = {
      payers: [
        { __typename: 'A', card: '1' },
        { __typename: 'B', card: '2' },
      ],
      a: { card: '3' },
    };
    expect(await run(schema, '{ payers { card } a { card } }', impersonated(ada, cleo), value)).toMatchObject({
      data: { payers: [{ card: null }, null], a: { card: null } },
      errors: [`payers.1.card: ${S}`],
    });
  });

  it('on a mutation keeps it from running', async () => {
    const rotate = vi.fn(() => 'new key');
    const beforeMutation = vi.fn();
    const schema = guarded(
      'type Query { a: Int } type Mutation { rotate: String @sensitive strict: String! @sensitive }',
      {
        resolvers: { Mutation: { rotate, strict: rotate } },
        hooks: { beforeMutation },
      },
    );
    const as = impersonated(ada, cleo, 'FULL');
    expect(await run(schema, 'mutation { rotate }', as)).toMatchObject({ data: { rotate: null }, errors: [] });
    expect((await run(schema, 'mutation { strict }', as)).errors).toEqual([`strict: ${S}`]);
    expect(rotate).not.toHaveBeenCalled();
    expect(beforeMutation).not.toHaveBeenCalled();
    expect((await run(schema, 'mutation { rotate }', direct(cleo))).data).toEqual({ rotate: 'new key' });
  });
});

describe('isSensitiveInput', () => {
  const schema = guarded(`
    input Password { new: String! @sensitive hint: String @deprecated }
    interface Account { check(pin: String @sensitive, times: Int): Boolean }
    interface Vault { open(pin: String): Boolean }
    type A implements Account & Vault { check(pin: String, times: Int): Boolean open(pin: String @sensitive): Boolean }
    type Query { account: Account vault: Vault find(card: String @sensitive, name: String @deprecated): A }
    type Mutation { change(input: Password): Boolean }`);
  const argument = (typeName: string, fieldName: string, name: string) => {
    const type = schema.getType(typeName) as GraphQLObjectType | GraphQLInterfaceType;
    return isSensitiveInput(type.getFields()[fieldName]!.args.find((each) => each.name === name)!);
  };

  it('tells arguments and input fields that are marked from those that are not', () => {
    const fields = (schema.getType('Password') as GraphQLInputObjectType).getFields();
    expect([isSensitiveInput(fields.new!), isSensitiveInput(fields.hint!)]).toEqual([true, false]);
    expect([argument('Query', 'find', 'card'), argument('Query', 'find', 'name')]).toEqual([true, false]);
  });

  it('holds for an implementation where the interface marks it, and for the interface where an implementation does', () => {
    expect([argument('A', 'check', 'pin'), argument('A', 'check', 'times')]).toEqual([true, false]);
    expect([argument('A', 'open', 'pin'), argument('Vault', 'open', 'pin')]).toEqual([true, true]);
  });

  it('holds for a copy of the schema without its SDL', () => {
    const config = schema.toConfig();
    const field = (schema.getType('A') as GraphQLObjectType).getFields().check!;
    expect(new GraphQLSchema(config)).toBeInstanceOf(GraphQLSchema);
    expect(isSensitiveInput({ ...field.args[0]!, astNode: undefined })).toBe(true);
  });
});
