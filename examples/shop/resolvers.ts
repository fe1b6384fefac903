import type { GatewayContext } from '../../src/context/gateway-context.js';
import type { User } from '../../src/domain/user.js';
import { GatewayError } from '../../src/errors/index.js';
import type { HostModule } from '../../src/host-module.js';
import { checkDeliveryNote } from './delivery-note.js';
import type { Order } from './order.js';
import type { OrderBook } from './order-book.js';
import { hashPassword, type PasswordHash } from './password.js';

/** All the shop asks of the gateway. Who is really acting is none of its business, so the types do not show it. */
export type ShopContext = Pick<GatewayContext, 'viewer' | 'loaders'>;

export interface ShopData {
  readonly orders: OrderBook;
  /** By the id of the person. */
  readonly passwords: Map<string, PasswordHash>;
}

interface UpdateDeliveryNoteArgs {
  readonly orderId: string;
  readonly note: string;
}

interface ChangePasswordArgs {
  readonly newPassword: string;
}

/** The shop's resolvers over the given data: everything is read and changed for the viewer alone. */
export function createResolvers({ orders, passwords }: ShopData): HostModule['resolvers'] {
  return {
    Query: {
      orders: (_source: unknown, _args: unknown, context: ShopContext) => orders.of(viewerOf(context).id),
    },
    Mutation: {
      updateDeliveryNote(_source: unknown, { orderId, note }: UpdateDeliveryNoteArgs, context: ShopContext): Order {
        const changed = orders.changeNote(viewerOf(context).id, orderId, checkDeliveryNote(note));
        // The same for an order of somebody else as for none: otherwise ids could be probed.
        if (changed === null) {
          throw new GatewayError('BAD_USER_INPUT', {
            message: 'You have no order with this id.',
            extensions: { field: 'orderId' },
          });
        }
        return changed;
      },
      async changePassword(_source: unknown, { newPassword }: ChangePasswordArgs, context: ShopContext) {
        const { id } = viewerOf(context);
        passwords.set(id, await hashPassword(newPassword));
        return true;
      },
    },
    Order: {
      customer: (order: Order, _args: unknown, context: ShopContext) => context.loaders.person.load(order.customerId),
    },
  };
}

/** `@authenticated` has seen to it already; should a schema lack it, nobody's data is shown all the same. */
function viewerOf({ viewer }: ShopContext): User {
  if (viewer === null) throw new GatewayError('UNAUTHENTICATED');
  return viewer;
}
