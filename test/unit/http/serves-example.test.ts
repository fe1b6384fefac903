import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { servesExample } from '../../../src/app/serves-example.js';

const ORDER =
  'type Order { id: ID! title: String! totalCents: Int! placedAt: String! deliveryNote: String cardLast4: String }';
const MUTATION =
  'type Mutation { updateDeliveryNote(orderId: ID!, note: String!): Order! changePassword(newPassword: String!): Boolean! }';

describe('the example shop', () => {
  it('is served where everything is there that the console asks of it', () => {
    expect(servesExample(buildSchema(`type Query { orders: [Order!]! } ${MUTATION} ${ORDER}`))).toBe(true);
  });

  it.each([
    ['there is nothing of it', 'type Query { viewer: ID }'],
    ['somebody else has an order', 'type Query { orders: [Order!]! } type Order { id: ID! }'],
    ['it cannot be changed', `type Query { orders: [Order!]! } ${ORDER}`],
    ['it cannot be read', `type Query { viewer: ID } ${MUTATION} ${ORDER}`],
  ])('is not where %s', (_what, schema) => {
    expect(servesExample(buildSchema(schema))).toBe(false);
  });
});
