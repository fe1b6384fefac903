// In a service of yours: from 'impersonation-gateway/downstream'.
import type { VerifiedIdentity } from '../../../src/downstream/index.js';
import { badInput, forbidden } from '../errors.js';
import type { Reference, Subgraph } from '../subgraph.js';
import { readTypeDefs } from '../subgraph.js';
import { type Order, OrderBook, type Refund } from './order-book.js';

interface OrdersArgs {
  readonly first: number;
  readonly status?: Order['status'] | null;
}
interface DeliveryNoteArgs {
  readonly input: { readonly orderId: string; readonly note?: string | null };
}
interface CardArgs {
  readonly orderId: string;
  readonly cardNumber: string;
}

const EUR = (cents: number) => ({ cents, currency: 'EUR' });
const totalOf = (order: Order) => order.lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);

/**
 * Orders, decided by `context.viewer` as any service would: nothing here knows of impersonation. That a card's number or a
 * margin is not asked for by whoever may not have it is the gateway's doing.
 */
export function ordersSubgraph(book = new OrderBook()): Subgraph<VerifiedIdentity> {
  const isStaff = ({ viewer }: VerifiedIdentity) =>
    viewer !== null && ['SUPPORT', 'ADMIN'].some((role) => viewer.roles.includes(role));
  const maySee = (customerId: string, context: VerifiedIdentity) =>
    context.viewer?.id === customerId || isStaff(context);

  /** The same for somebody else's order as for none: otherwise ids could be tried. */
  function own(id: string, context: VerifiedIdentity): Order {
    const order = book.find(id);
    if (order === null || order.customerId !== context.viewer?.id) throw badInput('You have no such order.');
    return order;
  }

  return {
    typeDefs: readTypeDefs('orders'),
    references: {
      User: ({ id }: Reference) => ({ id }),
      Order: ({ id }: Reference) => book.find(String(id)),
      Refund: ({ id }: Reference) => book.refund(String(id)),
    },
    resolvers: {
      Query: {
        order(_source: unknown, { id }: { readonly id: string }, context: VerifiedIdentity) {
          const order = book.find(id);
          return order !== null && maySee(order.customerId, context) ? order : null;
        },
        recentOrders: (_source: unknown, { first }: { readonly first: number }) =>
          ['user_cleo', 'user_carl', 'user_dora'].flatMap((id) => book.of(id)).slice(0, Math.max(0, first)),
        timeline: (_source: unknown, _args: unknown, { viewer }: VerifiedIdentity) =>
          viewer === null ? [] : [...book.of(viewer.id), ...book.refundsOf(viewer.id)],
        ledger: () => ({ revenue: EUR(123_456_00) }),
      },
      Mutation: {
        changeDeliveryNote(_source: unknown, { input }: DeliveryNoteArgs, context: VerifiedIdentity) {
          const deliveryNote = input.note?.trim() ?? null;
          if (deliveryNote !== null && deliveryNote.length > 200) throw badInput('A note has 200 characters at most.');
          return book.change(own(input.orderId, context), { deliveryNote });
        },
        changeCard(_source: unknown, { orderId, cardNumber }: CardArgs, context: VerifiedIdentity) {
          if (!/^\d{12,19}$/.test(cardNumber)) throw badInput('That is no card number.');
          return book.change(own(orderId, context), { cardLast4: cardNumber.slice(-4) });
        },
      },
      User: {
        orders({ id }: { readonly id: string }, { first, status }: OrdersArgs, context: VerifiedIdentity) {
          if (!maySee(id, context)) throw forbidden();
          const orders = book.of(id).filter((order) => status == null || order.status === status);
          return orders.slice(0, Math.max(0, first));
        },
      },
      Order: {
        summary: (order: Order) => `${order.lines.length} things for ${order.customerId}`,
        total: (order: Order) => EUR(totalOf(order)),
        cardLast4: (order: Order, _args: unknown, { viewer }: VerifiedIdentity) =>
          order.byInvoice || order.customerId !== viewer?.id ? null : order.cardLast4,
        marginCents: (order: Order) => Math.round(totalOf(order) * 0.3),
        payment: ({ id, at, byInvoice, customerId }: Order) =>
          byInvoice
            ? { __typename: 'Invoice', number: `R-${id}`, dueOn: at.slice(0, 10) }
            : { __typename: 'Card', brand: 'Plain Card', holder: `Holder ${customerId}` },
        lines: ({ lines }: Order) =>
          lines.map(({ upc, quantity, cents }) => ({ quantity, price: EUR(cents), product: { upc } })),
        customer: ({ customerId }: Order) => ({ id: customerId }),
      },
      Refund: {
        amount: ({ cents }: Refund) => EUR(cents),
        order: ({ orderId }: Refund) => book.find(orderId),
      },
      TimelineEntry: { __resolveType: ({ __typename }: Order | Refund) => __typename },
      Payment: { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename },
    },
  };
}
