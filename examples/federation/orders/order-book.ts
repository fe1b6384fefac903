export interface Order {
  readonly __typename: 'Order';
  readonly id: string;
  readonly customerId: string;
  readonly at: string;
  readonly status: 'PLACED' | 'SENT' | 'DELIVERED';
  readonly destination: 'DE' | 'FR' | 'GB';
  readonly lines: readonly { readonly upc: string; readonly quantity: number; readonly cents: number }[];
  readonly cardLast4: string;
  readonly byInvoice: boolean;
  readonly deliveryNote: string | null;
}

export interface Refund {
  readonly __typename: 'Refund';
  readonly id: string;
  readonly at: string;
  readonly summary: string;
  readonly cents: number;
  readonly orderId: string;
}

const PRICES = [
  ['upc-lamp', 4_900],
  ['upc-desk', 22_000],
  ['upc-chair', 9_900],
  ['upc-cup', 700],
  ['upc-pen', 250],
] as const;
const STATUSES = ['DELIVERED', 'SENT', 'PLACED'] as const;
const COUNTRIES = ['DE', 'FR', 'GB'] as const;
const ID = /^order_(user_[a-z\d]{1,40})_([1-3])$/;

/** Orders of every customer, made up from the customer's id: the same with every start, but for what was changed since. */
export class OrderBook {
  readonly #changed = new Map<string, Order>();

  /** Newest first. */
  of(customerId: string): readonly Order[] {
    return [3, 2, 1].flatMap((number) => this.find(`order_${customerId}_${number}`) ?? []);
  }

  find(id: string): Order | null {
    return this.#changed.get(id) ?? madeUp(id);
  }

  change(order: Order, changes: Partial<Pick<Order, 'deliveryNote' | 'cardLast4'>>): Order {
    const changed = { ...order, ...changes };
    this.#changed.set(order.id, changed);
    return changed;
  }

  refundsOf(customerId: string): readonly Refund[] {
    return this.of(customerId).flatMap((order) => this.refund(`refund_${order.id}`) ?? []);
  }

  refund(id: string): Refund | null {
    const order = this.find(id.replace(/^refund_/, ''));
    if (order === null || order.status !== 'DELIVERED' || !id.startsWith('refund_')) return null;
    const { customerId, at } = order;
    return { __typename: 'Refund', id, at, summary: `Goodwill towards ${customerId}`, cents: 500, orderId: order.id };
  }
}

function madeUp(id: string): Order | null {
  const [, customerId, digit] = ID.exec(id) ?? [];
  if (customerId === undefined) return null;
  const number = Number(digit);
  const seed = [...customerId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, number);
  // Two or three orders each.
  if (number === 3 && seed % 2 === 0) return null;
  const lines = [seed, seed + 1, seed + 3].slice(0, 1 + (seed % 3)).map((at, index) => {
    const [upc, cents] = PRICES[at % PRICES.length] ?? PRICES[0];
    return { upc, cents, quantity: 1 + ((seed + index) % 2) };
  });
  return {
    __typename: 'Order',
    id,
    customerId,
    at: `2026-0${number}-1${seed % 10}T09:00:00.000Z`,
    status: STATUSES[number - 1] ?? 'PLACED',
    destination: COUNTRIES[seed % 3] ?? 'DE',
    lines,
    cardLast4: String(1_000 + (seed % 9_000)),
    byInvoice: seed % 4 === 0,
    deliveryNote: number === 2 ? null : `For ${customerId}, at the door`,
  };
}
