/** An order as the shop keeps it. */
export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly title: string;
  readonly totalCents: number;
  /** Milliseconds since the epoch. */
  readonly placedAt: number;
  readonly deliveryNote: string | null;
  readonly cardLast4: string | null;
}
