const DAY_MS = 86_400_000;
const GOODS = ['Enamel coffee pot', 'Linen duvet cover', 'Walnut chopping board', 'Reading lamp, brass', 'Rain jacket'];

/** The customer's twenty orders: plain objects, as a database driver would give them. */
export const ORDERS = Array.from({ length: 20 }, (_, index) => ({
  id: `order_${String(index + 1).padStart(4, '0')}`,
  title: GOODS[index % GOODS.length],
  totalCents: 1_475 + index * 317,
  placedAt: Date.UTC(2025, 0, 6, 9, 30, index) + index * DAY_MS,
  deliveryNote: index % 3 === 0 ? 'Please leave it with the neighbour on the ground floor.' : null,
}));
