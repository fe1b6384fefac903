import { createHash } from 'node:crypto';
import type { Order } from './order.js';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2025, 0, 6);
const MIN_ORDERS = 2;
const MAX_ORDERS = 5;

const GOODS: readonly (readonly [title: string, cents: number])[] = [
  ['Enamel coffee pot', 3450],
  ['Linen duvet cover', 8990],
  ['Walnut chopping board', 4200],
  ['Wool hiking socks, three pairs', 2790],
  ['Cast-iron skillet, 26 cm', 5499],
  ['Reading lamp, brass', 12900],
  ['Fountain pen, fine nib', 6850],
  ['Bicycle pannier, 20 l', 7995],
  ['Ceramic plant pot', 1890],
  ['Noise-cancelling headphones', 24900],
  ['Merino base layer', 6400],
  ['Espresso beans, 1 kg', 2150],
  ['Kitchen scales', 2999],
  ['Two-person tent', 18950],
  ['Notebook, dotted, A5', 1475],
  ['Rain jacket', 13900],
  ['Bread proofing basket', 1690],
  ['Desk organiser, oak', 3995],
  ['Insulated bottle, 750 ml', 3290],
];

const NOTES: readonly (string | null)[] = [
  null,
  null,
  'Please leave it with the neighbour on the ground floor.',
  null,
  'The bell does not work; call on arrival.',
  null,
  'Behind the green gate, out of the rain.',
];

/**
 * Two to five plausible orders, in the order they were placed: the same ones for the same customer at every call, in every
 * process, so that nothing has to be seeded.
 */
export function sampleOrders(customerId: string): readonly Order[] {
  const number = numbersFrom(`shop ${customerId}`);
  const cardLast4 = String(number(0) % 10_000).padStart(4, '0');
  const count = MIN_ORDERS + (number(1) % (MAX_ORDERS - MIN_ORDERS + 1));
  return Array.from({ length: count }, (_, index) => {
    const each = numbersFrom(`shop ${customerId} ${index}`);
    const [title, totalCents] = pick(GOODS, each(0));
    // Each order has a window of 60 days to itself, which keeps them in order; the second within its day varies.
    const placedAt = FIRST_DAY + (index * 60 + (each(1) % 59)) * DAY_MS + (each(2) % 86_400) * 1000;
    const id = `order_${customerId}_${index + 1}`;
    return { id, customerId, title, totalCents, placedAt, deliveryNote: pick(NOTES, each(3)), cardLast4 };
  });
}

/** Eight numbers, 0 to 2³² − 1, that look arbitrary and depend on the text alone. */
function numbersFrom(text: string): (index: number) => number {
  const digest = createHash('sha256').update(text).digest();
  return (index) => digest.readUInt32BE(index * 4);
}

function pick<T>(choices: readonly T[], number: number): T {
  return choices[number % choices.length] as T;
}
