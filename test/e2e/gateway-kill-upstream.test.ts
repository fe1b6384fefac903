import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import { type ServiceProcess, startServiceProcess } from '../support/federation/service-process.js';
import { PUBLIC_URL } from '../support/federation/services.js';
import { startWitness, type Witness } from '../support/federation/witness.js';

const WORKERS = 12;
const QUERY = '{ viewer { id name orders { id customer { id } } reviews { stars } } products(first: 2) { name } }';
const CHANGE = `mutation ($input: DeliveryNoteInput!) { changeDeliveryNote(input: $input) { id deliveryNote customer { id } } }`;

let federated: FederatedGateway;
let keys: ReturnType<typeof createServer>;
let orders: ServiceProcess;
let witness: Witness;
let trust: { readonly issuer: string; readonly jwks: string };

beforeAll(async () => {
  federated = await startFederatedGateway();
  // A service is told once where the keys are; the gateway's own port is known only here.
  keys = createServer(async (_req, res) => {
    const answer = await fetch(`${federated.gateway.url}/.well-known/jwks.json`);
    res.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  trust = { issuer: PUBLIC_URL, jwks: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/` };
  orders = await startServiceProcess('orders', trust);
  witness = await startWitness(orders.url);
  // The gateway changes over to the service that runs in a process of its own, without a restart.
  const text = await readFile(federated.configFile, 'utf8');
  await writeFile(federated.configFile, text.replace(federated.services.orders.witness.url, witness.url));
  await federated.gateway.gateway.reload();
});
afterAll(async () => {
  await orders.kill();
  await witness.stop();
  keys.close();
  await federated.stop();
});

/** What one worker met. */
interface Met {
  whole: number;
  partial: number;
  refused: number;
  readonly faults: string[];
  readonly sent: string[];
  readonly acknowledged: string[];
}

async function work(id: string, worker: number, isOver: () => boolean): Promise<Met> {
  const { gateway } = federated;
  const token = await gateway.token(id);
  const met: Met = { whole: 0, partial: 0, refused: 0, faults: [], sent: [], acknowledged: [] };
  for (let index = 0; !isOver(); index += 1) {
    const changes = index % 3 === 2;
    const note = `note ${worker} ${index}`;
    if (changes) met.sent.push(note);
    const answer = changes
      ? await gateway.graphql(token, CHANGE, { input: { orderId: `order_${id}_1`, note } })
      : await gateway.graphql(token, QUERY);
    const fault = faultOf(answer, id, changes ? note : null);
    if (fault !== null) met.faults.push(`${fault}: ${answer.text.slice(0, 300)}`);
    if (answer.codes.length === 0) met.whole += 1;
    else if (answer.data?.products !== undefined) met.partial += 1;
    else met.refused += 1;
    if (changes && answer.codes.length === 0) met.acknowledged.push(note);
  }
  return met;
}

/** What no answer may be, whole or not. */
function faultOf(
  { status, data, codes }: Awaited<ReturnType<FederatedGateway['gateway']['graphql']>>,
  id: string,
  note: string | null,
): string | null {
  if (status !== 200) return `HTTP ${status}`;
  if (codes.some((code) => code !== 'UPSTREAM_UNAVAILABLE')) return `the codes ${codes.join()}`;
  if (note !== null) {
    const changed = data?.changeDeliveryNote;
    if (codes.length > 0) return changed == null ? null : 'a change that is refused and done';
    return changed.deliveryNote === note && changed.customer.id === id ? null : 'somebody else’s change';
  }
  if (data?.products?.length !== 2 || data.viewer?.reviews === null) return 'what other services have is missing';
  const { viewer } = data;
  // The person is the gateway's own: only what the service has may be missing, and then with an error.
  if (viewer === null) return 'the person is missing';
  if (viewer.orders === null && codes.length === 0) return 'nothing, and no error';
  const strange =
    viewer.id !== id ||
    (viewer.orders ?? []).some(
      (order: { id: string; customer: { id: string } }) => order.customer.id !== id || !order.id.includes(id),
    );
  return strange ? 'somebody else’s data' : null;
}

it('a service that is killed and comes back under load costs its own part of answers alone, and no change is sent twice', {
  timeout: 120_000,
}, async () => {
  let over = false;
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    work(`user_${String(index + 1).padStart(4, '0')}`, index, () => over),
  );
  for (let round = 1; round <= 2; round += 1) {
    await pause(700);
    const port = Number(new URL(orders.url).port);
    await orders.kill();
    await pause(1_500);
    orders = await startServiceProcess('orders', trust, port);
    // Until the gateway asks it again.
    const token = await federated.gateway.token('user_cleo');
    for (const until = Date.now() + 20_000; ; await pause(50)) {
      const { codes } = await federated.gateway.graphql(token, QUERY);
      if (codes.length === 0) break;
      if (Date.now() > until) throw new Error('it did not come back');
    }
  }
  await pause(700);
  over = true;
  const met = await Promise.all(workers);
  const sum = (what: (each: Met) => number) => met.reduce((total, each) => total + what(each), 0);
  const totals = {
    whole: sum((each) => each.whole),
    partial: sum((each) => each.partial),
    refused: sum((each) => each.refused),
  };
  console.log(totals);
  expect(met.flatMap(({ faults }) => faults)).toEqual([]);
  expect(totals.whole).toBeGreaterThan(WORKERS);
  expect(totals.partial + totals.refused).toBeGreaterThan(WORKERS);

  const notes = witness.calls
    .filter(({ document }) => document.startsWith('mutation'))
    .map(({ variables }) =>
      String((variables.input as { note?: string } | undefined)?.note ?? JSON.stringify(variables)),
    );
  expect(notes.length).toBeGreaterThan(0);
  expect(notes.length).toBe(new Set(notes).size);
  const sent = new Set(met.flatMap((each) => each.sent));
  for (const note of notes) expect(sent.has(note)).toBe(true);
  for (const note of met.flatMap(({ acknowledged }) => acknowledged)) expect(notes).toContain(note);

  // Full recovery: everything that is asked from now on is whole.
  const after = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const id = `user_${String(index + 1).padStart(4, '0')}`;
      return (await federated.gateway.graphql(await federated.gateway.token(id), QUERY)).codes;
    }),
  );
  expect(after.flat()).toEqual([]);
});
