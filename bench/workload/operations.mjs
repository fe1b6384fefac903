import { ORDERS } from './orders.mjs';
import { CUSTOMER } from './people.mjs';
import { serializeDateTime } from './schema.mjs';

const ITEM = '{ id title totalCents placedAt deliveryNote }';
const shown = ORDERS.map((order) => ({ ...order, placedAt: serializeDateTime(order.placedAt) }));

/** What every contender is asked. */
export const ORDERS_QUERY = {
  body: { query: `query Orders { viewer { id name roles } orders ${ITEM} }` },
  expected: JSON.stringify({
    data: { viewer: { id: CUSTOMER.id, name: CUSTOMER.name, roles: CUSTOMER.roles }, orders: shown },
  }),
};

/** The same twenty items with and without a guard on the list and on each item's type. */
export const OPEN_LIST = {
  body: { query: `query List { items: openOrders ${ITEM} }` },
  expected: JSON.stringify({ data: { items: shown } }),
};
export const GUARDED_LIST = {
  body: { query: `query List { items: guardedOrders ${ITEM} }` },
  expected: JSON.stringify({ data: { items: shown } }),
};

export const NOTE_MUTATION = {
  body: {
    query:
      'mutation Note($orderId: ID!, $note: String!) { updateDeliveryNote(orderId: $orderId, note: $note) { id deliveryNote } }',
    variables: { orderId: ORDERS[4].id, note: 'Behind the green gate, out of the rain.' },
  },
  expected: JSON.stringify({
    data: { updateDeliveryNote: { id: ORDERS[4].id, deliveryNote: 'Behind the green gate, out of the rain.' } },
  }),
};

export const START_MUTATION = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id } }
}`;
export const STOP_MUTATION = 'mutation Stop { stopImpersonation { session { id status } } }';

/** The page an auditor reads: 50 events. */
export const EVENT_PAGE_QUERY = `query Page($filter: ImpersonationEventFilter, $after: String) {
  impersonationEvents(filter: $filter, first: 50, after: $after) {
    nodes { id type occurredAt outcome actor { id name } subject { id name } operation { name } }
    pageInfo { hasNextPage endCursor }
  }
}`;
