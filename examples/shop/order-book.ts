import type { Order } from './order.js';
import { sampleOrders } from './sample-orders.js';

/** Everybody's orders, in memory: changes last as long as the process. */
export interface OrderBook {
  /** The customer's orders, in the order they were placed. */
  of(customerId: string): readonly Order[];
  /**
   * Gives one of the customer's orders another delivery note and returns it; null where this customer has no such order,
   * whether or not somebody else has.
   */
  changeNote(customerId: string, orderId: string, deliveryNote: string | null): Order | null;
}

export function createOrderBook(): OrderBook {
  const orders = new Map<string, readonly Order[]>();

  function of(customerId: string): readonly Order[] {
    const known = orders.get(customerId);
    if (known !== undefined) return known;
    const made = sampleOrders(customerId);
    orders.set(customerId, made);
    return made;
  }

  return {
    of,
    changeNote(customerId, orderId, deliveryNote) {
      const own = of(customerId);
      const order = own.find(({ id }) => id === orderId);
      if (order === undefined) return null;
      const changed = { ...order, deliveryNote };
      orders.set(
        customerId,
        own.map((each) => (each === order ? changed : each)),
      );
      return changed;
    },
  };
}
