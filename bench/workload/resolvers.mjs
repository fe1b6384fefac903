import { ORDERS } from './orders.mjs';
import { CUSTOMER } from './people.mjs';

/** The same for every standalone contender; who may see what is each one's own affair. */
export const standaloneResolvers = {
  Query: {
    viewer: () => CUSTOMER,
    orders: () => ORDERS,
  },
};

/** What the gateway runs in its process. */
export const hostResolvers = {
  Query: {
    orders: () => ORDERS,
    openOrders: () => ORDERS,
    guardedOrders: () => ORDERS,
  },
  Mutation: {
    updateDeliveryNote: (_source, { orderId, note }) => {
      const order = ORDERS.find(({ id }) => id === orderId);
      if (order === undefined) throw new Error('there is no such order');
      return { ...order, deliveryNote: note };
    },
  },
};
