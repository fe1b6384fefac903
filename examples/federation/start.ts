/**
 * Starts the example services, all of them or those that are named, until SIGINT or SIGTERM:
 *
 *   node dist/examples/federation/start.js [orders|products|reviews|help …]
 *
 * Each prints a line of JSON where it listens and for each operation it is asked. GATEWAY_URL (http://127.0.0.1:4000) is the
 * gateway whose word they take, GATEWAY_JWKS where its keys are if not there; ORDERS_PORT … HELP_PORT (4101 … 4104) where they
 * listen.
 */
import { createVerifyIdentity } from '../../src/downstream/index.js';
import { defaultPort, NAMES, type Name } from './addresses.js';
import { startHelp } from './help/service.js';
import { startOrders } from './orders/service.js';
import { startProducts } from './products/service.js';
import { startReviews } from './reviews/service.js';
import type { RunningService } from './service.js';

const STARTS = { orders: startOrders, products: startProducts, reviews: startReviews, help: startHelp };

const issuer = process.env.GATEWAY_URL ?? 'http://127.0.0.1:4000';
const jwks = process.env.GATEWAY_JWKS ?? `${issuer}/.well-known/jwks.json`;

function say(service: Name, what: object): void {
  process.stdout.write(`${JSON.stringify({ service, ...what })}\n`);
}

async function start(name: Name): Promise<RunningService> {
  const running = await STARTS[name]({
    verifyIdentity: createVerifyIdentity({ issuer, audience: name, jwks }),
    port: Number(process.env[`${name.toUpperCase()}_PORT`] ?? defaultPort(name)),
    onAsked: (asked) => say(name, { asked }),
  });
  say(name, { listening: running.url });
  return running;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !NAMES.some((known) => known === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no service ${unknown.join(', ')}: there are ${NAMES.join(', ')}.\n`);
  process.exit(1);
}
const running = await Promise.all(NAMES.filter((name) => named.length === 0 || named.includes(name)).map(start));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Promise.all(running.map(({ stop }) => stop())).then(() => process.exit(0)));
}
