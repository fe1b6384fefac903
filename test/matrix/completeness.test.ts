import { extendSchema, type GraphQLSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { createGateway } from '../../src/app.js';
import { readConfig } from '../../src/config/index.js';
import { COVERED, FIELDS } from './fields.js';
import { guardedIn } from './guarded.js';
import { OPERATIONS } from './operations.js';
import { SENSITIVE_INPUTS } from './sensitive-inputs.js';
import { readTable } from './table.js';

const { schema } = createGateway(readConfig({}), { hostModules: [createShop()], processMetrics: false });

/** What the matrix says nothing about. */
function forgotten(of: GraphQLSchema): readonly string[] {
  const { fields, inputs } = guardedIn(of);
  return [
    ...fields.filter((coordinate) => !COVERED.has(coordinate)),
    ...inputs.filter((coordinate) => !Object.hasOwn(SENSITIVE_INPUTS, coordinate)),
  ];
}

describe('the authorization matrix', () => {
  it('says of every root field and every guarded type, field and input of the schema who gets what', () => {
    expect(forgotten(schema)).toEqual([]);
  });

  it('has no row about anything that the schema does not have, or does not guard', () => {
    const { fields, inputs } = guardedIn(schema);
    expect([...COVERED].filter((coordinate) => !fields.includes(coordinate))).toEqual([]);
    expect(Object.keys(SENSITIVE_INPUTS).filter((coordinate) => !inputs.includes(coordinate))).toEqual([]);
  });

  it('has an operation for every row, and a row for every operation', () => {
    expect(Object.keys(OPERATIONS)).toEqual(FIELDS.map(({ name }) => name));
  });

  it.each([
    ['a root field', 'extend type Query { invoices: Int }', 'Query.invoices'],
    ['a mutation', 'extend type Mutation { close: Int }', 'Mutation.close'],
    ['a subscription', 'extend type Subscription { ticked: Int }', 'Subscription.ticked'],
    ['a field with a guard', 'extend type User { phone: String @sensitive }', 'User.phone'],
    ['a field for a role', 'extend type Order { margin: Int @requiresRole(role: ADMIN) }', 'Order.margin'],
    ['a guard on a type', 'extend type PageInfo @authenticated', 'PageInfo'],
    ['a type with a guard', 'type Invoice @blockedWhileImpersonating { id: ID }', 'Invoice'],
    ['an interface with a guard', 'interface Paid @authenticated { total: Int }', 'Paid'],
    ['an argument', 'extend type Order { bill(iban: String @sensitive): Int }', 'Order.bill(iban:)'],
    ['an input field', 'extend input RevokeImpersonationInput { pin: Int @sensitive }', 'RevokeImpersonationInput.pin'],
  ])('notices that %s was added', (_what, sdl, coordinate) => {
    expect(forgotten(extendSchema(schema, parse(sdl)))).toEqual([coordinate]);
  });
});

describe('a table', () => {
  const columns = ['A', 'B'] as const;
  const cells = ['yes', 'no'] as const;

  it('is read cell by cell', () => {
    expect(readTable('what | A | B\nx | yes | no\ny | no | no', columns, cells)).toEqual([
      { name: 'x', cells: { A: 'yes', B: 'no' } },
      { name: 'y', cells: { A: 'no', B: 'no' } },
    ]);
  });

  it.each([
    ['another heading', 'what | B | A\nx | yes | no'],
    ['a row with a cell too few', 'what | A | B\nx | yes'],
    ['a row with a cell too many', 'what | A | B\nx | yes | no | no'],
    ['a cell that means nothing', 'what | A | B\nx | yes | maybe'],
    ['an empty cell', 'what | A | B\nx | yes | '],
    ['a row twice', 'what | A | B\nx | yes | no\nx | yes | no'],
  ])('is refused with %s', (_what, text) => {
    expect(() => readTable(text, columns, cells)).toThrow();
  });
});
