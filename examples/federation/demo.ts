/**
 * `npm run demo:gateway`: starts the four example services and a gateway, each in a process of its own on a free port of the
 * loopback interface, over a fresh store, and plays a story with them. Exit code 0 where every step turned out as told.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gatewayYaml, NAMES, type Name } from './addresses.js';
import { type Answer, ask, signIn } from './demo/client.js';
import { freePort } from './demo/free-port.js';
import {
  type GatewayProcess,
  ProcessError,
  type ServiceProcess,
  startGateway,
  startService,
  verifyRecord,
} from './demo/processes.js';
import { CHANGE_CARD, MY_ORDERS, SHOP_WINDOW, START, STOP, TRAIL } from './demo/queries.js';
import { Story, StoryError } from './demo/story.js';

type Services = Record<Name, ServiceProcess>;

/** A circuit that opened while a service was away closes again within this. */
const RECOVERY_MS = 60_000;

async function play(story: Story, directory: string): Promise<void> {
  const { say } = story;
  const port = await freePort();
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const started = NAMES.map(async (name) => [name, await startService(name, gatewayUrl)] as const);
  const services = Object.fromEntries(await Promise.all(started)) as Services;
  let gateway: GatewayProcess | null = null;
  try {
    const configFile = join(directory, 'gateway.yaml');
    const { orders, products, reviews, help } = services;
    await writeFile(
      configFile,
      gatewayYaml({ orders: orders.url, products: products.url, reviews: reviews.url, help: help.url }),
    );
    gateway = await startGateway(port, directory, configFile, { LOG_LEVEL: 'silent' });
    say('Four services, each on a server of another make:');
    for (const name of NAMES) say(`   ${name.padEnd(9)} ${services[name].url}`);
    say(`and a gateway before them, on a fresh embedded store: ${gateway.url}`);
    await tell(story, gateway.url, services);
    await gateway.stop();
    story.step('With the gateway stopped, the record is checked: hashes, links, signatures, seals, anchors, meaning.');
    const { text, holds } = await verifyRecord(directory);
    for (const line of text.trimEnd().split('\n')) say(`   ${line}`);
    story.hold('the record holds', holds);
    say('\nThe story is told.');
  } finally {
    await gateway?.stop();
    await Promise.all(NAMES.map((name) => services[name].kill()));
  }
}

async function tell(story: Story, url: string, services: Services): Promise<void> {
  const [ada, cleo, audrey] = await Promise.all(
    (['user_ada', 'user_cleo', 'user_audrey'] as const).map((id) => signIn(url, id)),
  );
  if (ada === undefined || cleo === undefined || audrey === undefined) throw new StoryError('Nobody could sign in.');

  story.step('Ada (ADMIN) looks at the shop: one query, four services and the gateway’s own schema.');
  story.answer(await ask(url, ada, SHOP_WINDOW));

  story.step('Cleo, a customer, looks at her own orders, card number and all.');
  const own = await ask(url, cleo, MY_ORDERS);
  story.answer(own);
  story.hold('she sees her card', JSON.stringify(own.data).includes('"cardLast4":"'));

  story.step('Ada starts acting as Cleo; the answer of the start resolves Cleo’s orders across the services.');
  const input = { userId: 'user_cleo', reason: 'Case 4711: order is missing', access: 'FULL' };
  const begun = await ask(url, ada, START, { input });
  story.answer(begun);
  const { actorToken, viewer } = dataOf<Started>(begun, 'startImpersonation');
  const [order] = viewer.orders;
  if (order === undefined) throw new StoryError('Cleo has no orders.');

  story.step('As Cleo, Ada asks what Cleo asked. What is sensitive is not hidden afterwards: it is not asked for.');
  const before = services.orders.asked.length;
  const seen = await ask(url, actorToken, MY_ORDERS);
  story.answer(seen);
  const told = services.orders.asked.slice(before);
  story.asked('orders', told);
  story.hold('the orders service was asked', told.length > 0);
  story.hold(
    'it was told of Ada as Cleo',
    told.every((each) => each.viewer === 'user_cleo' && each.actor === 'user_ada'),
  );
  story.hold('it was not asked for the card', !/cardLast4|holder/.test(JSON.stringify(told)));
  story.hold('she does not see the card', JSON.stringify(seen.data).includes('"cardLast4":null'));

  story.step('She tries to change Cleo’s card: blocked, and the service hears nothing of it.');
  const calls = services.orders.asked.length;
  const card = { orderId: order.id, cardNumber: '4242424242424242' };
  story.answer(await ask(url, actorToken, CHANGE_CARD, card), ['changeCard: BLOCKED_WHILE_IMPERSONATING']);
  story.hold('the service was not called', services.orders.asked.length === calls);

  story.step('The reviews service is killed. Everything else still answers.');
  const { url: address } = services.reviews;
  await services.reviews.kill();
  const partial = await ask(url, actorToken, MY_ORDERS);
  const gone = partial.errors.filter((error) => error.endsWith(': UPSTREAM_UNAVAILABLE'));
  story.answer(partial, gone);
  story.hold('what is missing is named', gone.length > 0);
  story.hold('the rest is there', JSON.stringify(partial.data).includes('"shippingCents":'));
  story.hold('nothing says where it was', !JSON.stringify(partial).includes(new URL(address).port));

  story.step('It comes back, and the answer is whole again.');
  services.reviews = await startService('reviews', url, Number(new URL(address).port));
  const whole = await untilWhole(() => ask(url, actorToken, MY_ORDERS));
  story.answer(whole);
  story.hold('it is the same as before', JSON.stringify(whole.data) === JSON.stringify(seen.data));

  story.step('Ada stops, and is herself again; the token is dead at once.');
  story.answer(await ask(url, actorToken, STOP));
  story.answer(await ask(url, actorToken, MY_ORDERS), ['request: IMPERSONATION_ENDED']);

  story.step('Audrey (AUDITOR) reads the trail: each operation once, with the services it touched.');
  const trail = await ask(url, audrey, TRAIL);
  story.hold('the trail can be read', trail.errors.length === 0);
  const { nodes } = dataOf<{ readonly nodes: readonly TrailNode[] }>(trail, 'impersonationEvents');
  for (const node of [...nodes].reverse()) story.say(`   ${described(node)}`);
  const reads = nodes.filter(
    ({ type, operation }) => type === 'OPERATION_COMPLETED' && operation?.fields.includes('Query.viewer'),
  );
  story.hold(
    'the trail names the services',
    reads.some(({ operation }) =>
      ['orders', 'products', 'reviews'].every((name) => operation?.upstreams.includes(name)),
    ),
  );
}

/** Asks until nothing is missing any more. */
async function untilWhole(again: () => ReturnType<typeof ask>): ReturnType<typeof ask> {
  for (const until = Date.now() + RECOVERY_MS; ; await pause(250)) {
    const answer = await again();
    if (answer.errors.length === 0 || Date.now() > until) return answer;
  }
}

function dataOf<T>({ data }: Answer, field: string): T {
  const value = data?.[field];
  if (value == null) throw new StoryError(`There is no ${field} in the answer.`);
  return value as T;
}

interface Started {
  readonly actorToken: string;
  readonly viewer: { readonly orders: readonly { readonly id: string }[] };
}

interface TrailNode {
  readonly type: string;
  readonly code: string | null;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly operation: { readonly fields: readonly string[]; readonly upstreams: readonly string[] } | null;
}

function described({ type, code, actorId, subjectId, operation }: TrailNode): string {
  const who = `${actorId ?? 'nobody'}${subjectId === null ? '' : ` as ${subjectId}`}`;
  const upstreams =
    operation === null || operation.upstreams.length === 0 ? null : `→ ${operation.upstreams.join(', ')}`;
  const what = [code, operation?.fields.join(' '), upstreams].filter(Boolean).join('  ');
  return `${type.padEnd(22)} ${who.padEnd(24)} ${what}`;
}

async function main(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-demo-'));
  try {
    await play(new Story((text) => process.stdout.write(`${text}\n`)), directory);
    return 0;
  } catch (error) {
    if (!(error instanceof StoryError || error instanceof ProcessError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

process.exitCode = await main();
