import { describe, expect, it } from 'vitest';
import { createShop } from '../../../examples/shop/index.js';
import { sampleOrders } from '../../../examples/shop/sample-orders.js';
import { demoUsers } from '../../../src/development/demo-users.js';
import { EPOCH } from '../../support/store-fixtures.js';
import { asThemselves, guardedSchema, impersonating, nobody, run } from './shop-execution.js';

const ORDERS = '{ orders { id title totalCents placedAt deliveryNote cardLast4 customer { id name } } }';

interface ShownOrder {
  readonly id: string;
  readonly placedAt: string;
  readonly cardLast4: string | null;
  readonly customer: { readonly id: string };
}

function shown(result: { readonly data?: Record<string, unknown> | null }): readonly ShownOrder[] {
  return result.data?.orders as readonly ShownOrder[];
}

describe('Query.orders', () => {
  const schema = guardedSchema(createShop());

  it("shows the viewer's own orders and nobody else's", async () => {
    for (const id of ['user_cleo', 'user_carl', 'user_ada']) {
      const { result, codes } = await run(schema, asThemselves(id), ORDERS);
      expect(codes).toEqual([]);
      expect(shown(result).map((order) => order.id)).toEqual(sampleOrders(id).map((order) => order.id));
      expect(shown(result).every((order) => order.customer.id === id)).toBe(true);
    }
  });

  it('is refused to a caller who is not signed in', async () => {
    const { result, codes } = await run(schema, nobody, ORDERS);
    expect(codes).toEqual(['UNAUTHENTICATED']);
    expect(result.data).toBeNull();
  });

  it('is refused to a caller who is not signed in even where the schema forgot to say so', async () => {
    const shop = createShop();
    const open = { ...shop, typeDefs: shop.typeDefs.replaceAll('@authenticated', '') };
    const mutations = 'mutation { updateDeliveryNote(orderId: "order_user_cleo_1", note: "x") { id } }';
    const password = 'mutation { changePassword(newPassword: "long enough") }';
    for (const document of [ORDERS, mutations, password]) {
      expect((await run(guardedSchema(open), nobody, document)).codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  it("shows the subject's orders under an impersonation, without the card", async () => {
    const own = shown((await run(schema, asThemselves('user_cleo'), ORDERS)).result);
    const { result, codes } = await run(schema, impersonating('user_cleo', 'READ_ONLY'), ORDERS);
    expect(codes).toEqual([]);
    expect(shown(result)).toEqual(own.map((order) => ({ ...order, cardLast4: null })));
    expect(own.every((order) => /^\d{4}$/.test(order.cardLast4 ?? ''))).toBe(true);
  });

  it('shows when each was placed as a DateTime', async () => {
    const { result } = await run(schema, asThemselves('user_carl'), ORDERS);
    expect(shown(result).map((order) => Date.parse(order.placedAt))).toEqual(
      sampleOrders('user_carl').map((order) => order.placedAt),
    );
    expect(shown(result).every((order) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(order.placedAt))).toBe(true);
  });

  it('costs one directory look-up for the customers of all orders', async () => {
    const { result, lookUps } = await run(schema, asThemselves('user_carl'), ORDERS);
    expect(shown(result).length).toBeGreaterThan(1);
    expect(lookUps).toBe(1);
  });
});

describe('the sample orders', () => {
  const people = demoUsers();

  it('are the same at every call', () => {
    for (const { id } of people.slice(0, 20)) expect(sampleOrders(id)).toEqual(sampleOrders(id));
  });

  it('are pinned: a change would break whoever relies on them', () => {
    expect(sampleOrders('user_cleo')[0]).toMatchInlineSnapshot(`
      {
        "cardLast4": "4649",
        "customerId": "user_cleo",
        "deliveryNote": null,
        "id": "order_user_cleo_1",
        "placedAt": 1740014900000,
        "title": "Enamel coffee pot",
        "totalCents": 3450,
      }
    `);
  });

  it('are two to five for each person, with stable ids, in the order they were placed, and in the past', () => {
    const counts = new Set<number>();
    for (const { id } of people) {
      const orders = sampleOrders(id);
      counts.add(orders.length);
      expect(orders.map((order) => order.id)).toEqual(orders.map((_, index) => `order_${id}_${index + 1}`));
      const times = orders.map((order) => order.placedAt);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      for (const order of orders) {
        expect(order).toMatchObject({ customerId: id, cardLast4: expect.stringMatching(/^\d{4}$/) });
        expect(order.title).not.toBe('');
        expect(Number.isInteger(order.totalCents) && order.totalCents > 0).toBe(true);
        expect(order.placedAt).toBeLessThan(EPOCH);
      }
    }
    expect([...counts].sort()).toEqual([2, 3, 4, 5]);
  });

  it('differ from person to person', () => {
    const bought = people.map(({ id }) =>
      JSON.stringify(sampleOrders(id).map(({ title, placedAt }) => [title, placedAt])),
    );
    expect(new Set(bought).size).toBe(people.length);
  });
});
