import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';

const PEOPLE = 500;
const ROUNDS = 3;
const QUERY = `query Mine($n: Int!) { viewer { id orders(first: $n) {
  id deliveryNote cardLast4 payment { ... on Card { holder } } shippingCents customer { id } reviews { author { id } }
} reviews { author { id } } } actor { id } }`;

interface Seen {
  readonly viewer: { readonly id: string; readonly orders: readonly SeenOrder[] };
  readonly actor: { readonly id: string };
}
interface SeenOrder {
  readonly id: string;
  readonly deliveryNote: string | null;
  readonly cardLast4: string | null;
  readonly payment: { readonly holder?: string | null };
  readonly customer: { readonly id: string };
}
interface Asking {
  readonly token: string;
  readonly viewer: string;
  readonly actor: string;
}

let federated: FederatedGateway;
beforeAll(async () => {
  federated = await startFederatedGateway({
    environment: {
      IMPERSONATION_STARTS_PER_MINUTE: '1000',
      IMPERSONATION_MAX_ACTIVE: '100',
      OPERATION_TIMEOUT_SECONDS: '120',
    },
    // So many at once take as long as they take.
    configure: (yaml) => yaml.replaceAll(/^( +)url:/gm, '$1timeoutMs: 60000\n$1url:'),
  });
});
afterAll(() => federated.stop());

const digits = (index: number) => String(index + 1).padStart(4, '0');

it(`${PEOPLE} people who ask at the same time each get what is theirs, and services are told of each by their own name`, {
  timeout: 180_000,
}, async () => {
  const { gateway, services } = federated;
  const askings: Asking[] = await Promise.all(
    Array.from({ length: PEOPLE - 20 }, async (_, index) => {
      const id = `user_${digits(index)}`;
      return { token: await gateway.token(id), viewer: id, actor: id };
    }),
  );
  for (let index = PEOPLE - 20; index < PEOPLE; index += 1) {
    const viewer = `user_${digits(index)}`;
    const actor = index % 2 === 0 ? 'user_ada' : 'user_grace';
    askings.push({ token: (await gateway.impersonate(actor, viewer)).actorToken, viewer, actor });
  }
  expect(new Set(askings.map(({ token }) => token)).size).toBe(PEOPLE);

  // Each service fetches the gateway's keys once, before the rush: a gateway that answers five hundred at once keeps it waiting.
  const [first] = askings;
  await gateway.graphql(first?.token ?? '', QUERY, { n: 0 });

  for (let round = 1; round <= ROUNDS; round += 1) {
    federated.forget();
    const answers = await Promise.all(
      askings.map(async (asking) => ({ asking, answer: await gateway.graphql(asking.token, QUERY, { n: round }) })),
    );
    for (const { asking, answer } of answers) {
      const { viewer, actor } = asking;
      expect(answer.codes, viewer).toEqual([]);
      const seen = answer.data as Seen;
      expect([seen.viewer.id, seen.actor.id]).toEqual([viewer, actor]);
      expect(seen.viewer.orders.length).toBeGreaterThan(0);
      for (const { id, deliveryNote, cardLast4, payment, customer } of seen.viewer.orders) {
        expect(id.startsWith(`order_${viewer}_`)).toBe(true);
        expect(customer.id).toBe(viewer);
        if (deliveryNote !== null) expect(deliveryNote).toBe(`For ${viewer}, at the door`);
        if (viewer !== actor) expect([cardLast4, payment.holder ?? null]).toEqual([null, null]);
        else if (payment.holder !== undefined) expect(payment.holder).toBe(`Holder ${viewer}`);
      }
    }
    // What a service verified of a call, and what it was asked in it, are of one person.
    const calls = (['orders', 'products', 'reviews'] as const).flatMap((name) => services[name].asked);
    expect(calls.length).toBeGreaterThanOrEqual(2 * PEOPLE);
    for (const { viewer, actor, variables } of calls) {
      const named = new Set(JSON.stringify(variables).match(/user_[a-z\d]+/g));
      expect([...named], `asked as ${actor} as ${viewer}`).toEqual([viewer]);
    }
    expect(new Set(calls.map(({ viewer, actor }) => `${actor} as ${viewer}`)).size).toBe(PEOPLE);
  }
});
