import { NAMES, type Name } from '../../../examples/federation/addresses.js';
import { startHelp } from '../../../examples/federation/help/service.js';
import { startOrders } from '../../../examples/federation/orders/service.js';
import { startProducts } from '../../../examples/federation/products/service.js';
import { startReviews } from '../../../examples/federation/reviews/service.js';
import type { Asked, RunningService } from '../../../examples/federation/service.js';
import { createVerifyIdentity } from '../../../src/downstream/index.js';
import { startWitness, type Witness } from './witness.js';

const STARTS = { orders: startOrders, products: startProducts, reviews: startReviews, help: startHelp };

/** What assertions say they come from, wherever the gateway listens. */
export const PUBLIC_URL = 'https://gateway.test';

/** A real service in this process, with a witness before it. */
export interface WitnessedService {
  readonly name: Name;
  readonly service: RunningService;
  readonly witness: Witness;
  /** What the service itself says it was asked, and by whom as it verified. */
  readonly asked: Asked[];
}

/** Starts the example services; the address of the gateway whose keys they need may be known later. */
export async function startWitnessedServices(
  gatewayUrl: () => string,
): Promise<Readonly<Record<Name, WitnessedService>>> {
  const started = NAMES.map(async (name) => {
    const asked: Asked[] = [];
    const verifyIdentity = createVerifyIdentity({
      issuer: PUBLIC_URL,
      audience: name,
      jwks: `${PUBLIC_URL}/.well-known/jwks.json`,
      fetch: (_url, init) => fetch(`${gatewayUrl()}/.well-known/jwks.json`, init),
    });
    const service = await STARTS[name]({ verifyIdentity, port: 0, onAsked: (each) => asked.push(each) });
    return [name, { name, service, witness: await startWitness(service.url), asked }] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Record<Name, WitnessedService>;
}
