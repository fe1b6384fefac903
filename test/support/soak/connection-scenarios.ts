import { Agent, type IncomingMessage, request } from 'node:http';
import { openSocket } from '../raw-socket.js';
import type { Kit, Scenario } from './kit.js';

const OWN = 'query Who { viewer { id name roles } actor { id } }';
const ORDERS = 'query Left { viewer { id orders(first: 5) { id lines { product { name brand { name } } } } } }';

/** A request as bytes. */
function bytesOf(
  kit: Kit,
  token: string | null,
  body: string,
  path = '/graphql',
  more: readonly string[] = [],
): string {
  const headers = Object.entries(kit.headers(token)).map(([name, value]) => `${name}: ${value}`);
  return [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    ...more,
    '',
    body,
  ].join('\r\n');
}

/** Everybody asks at the same moment. */
async function burst(kit: Kit): Promise<void> {
  const tokens = await Promise.all(Array.from({ length: 30 }, () => kit.token(kit.customer())));
  await Promise.all(tokens.map((token) => kit.ask('a query in a burst', token, OWN)));
}

/** Some requests on a connection that is kept, which then ends in one of several ways. */
async function keptConnection(kit: Kit): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const token = await kit.token('user_cleo');
  try {
    for (let left = 2 + kit.below(4); left > 0; left -= 1) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const outgoing = request(
          `${kit.url}/graphql?query=${encodeURIComponent(OWN)}`,
          { agent, headers: { ...kit.headers(token), 'apollo-require-preflight': '1' } },
          (answer) => answer.resume().once('end', () => resolve(answer.statusCode)),
        );
        outgoing.once('error', reject).end();
      });
      if (status === 200) kit.outcomes.count('a query on a kept connection');
      else kit.outcomes.wrong(`a query on a kept connection: ${status}`);
    }
    // Until the gateway ends it, or the client does.
    if (kit.random() < 0.3) await kit.pause(3_000);
  } finally {
    agent.destroy();
  }
}

/** Asks, and is gone before the answer. */
async function leave(kit: Kit): Promise<void> {
  const raw = await openSocket(kit.url);
  raw.socket.write(bytesOf(kit, await kit.token(kit.customer()), JSON.stringify({ query: ORDERS })));
  if (kit.random() < 0.7) await kit.pause(15);
  if (kit.random() < 0.5) raw.socket.resetAndDestroy();
  else raw.socket.destroy();
  await raw.closed;
  kit.outcomes.count('a client that left before its answer');
}

/** Sends the half of what it should, and waits, or goes. */
async function slow(kit: Kit): Promise<void> {
  const raw = await openSocket(kit.url);
  const text = bytesOf(kit, await kit.token('user_cleo'), JSON.stringify({ query: OWN }));
  const givesUp = kit.random() < 0.5;
  // Headers are waited for for three seconds, a body for ten.
  const withHeaders = kit.random() < 0.5 && (givesUp || kit.isPatient);
  raw.socket.write(text.slice(0, withHeaders ? text.length - 10 : 40));
  if (givesUp) {
    await Promise.race([raw.closed, kit.pause(1_500)]);
    kit.outcomes.count('a slow client that gave up');
    raw.socket.destroy();
  } else {
    await raw.closed;
    if (/^HTTP\/1\.1 408 |^$/.test(raw.text())) kit.outcomes.count('a slow client that was let go');
    else kit.outcomes.wrong(`a slow client was told ${raw.text().slice(0, 40)}`);
  }
  await raw.closed;
}

/** Asks for the trail and takes all of it, a part, or nothing. */
async function exportTrail(kit: Kit): Promise<void> {
  const token = await kit.token('user_audrey');
  const format = kit.pick(['ndjson', 'csv', 'ecs']);
  const types = kit.pick(['', '&types=IMPERSONATION_STARTED,IMPERSONATION_DENIED']);
  const wish = kit.random();
  await new Promise<void>((resolve, reject) => {
    const outgoing = request(
      `${kit.url}/audit/export?format=${format}${types}`,
      { headers: kit.headers(token), agent: false },
      (answer: IncomingMessage) => {
        if (answer.statusCode !== 200) kit.outcomes.wrong(`an export: ${answer.statusCode}`);
        answer.on('error', () => undefined);
        answer.once('close', () => {
          if (answer.complete) kit.outcomes.count('an export taken whole');
          else if (wish < 0.5) kit.outcomes.count('an export broken off');
          else kit.outcomes.wrong('an export was cut off');
          resolve();
        });
        if (wish >= 0.5) answer.resume();
        else if (wish < 0.25) answer.once('data', () => answer.destroy());
        else setTimeout(() => answer.destroy(), 200 + kit.below(800));
      },
    );
    outgoing.once('error', reject).end();
  });
}

/** What monitors, browsers and services ask for without being anybody. */
async function probe(kit: Kit): Promise<void> {
  const path = kit.pick([
    '/healthz',
    '/readyz',
    '/.well-known/jwks.json',
    '/banner/impersonation-banner.js',
    '/console/',
    '/no/such',
  ]);
  const response = await fetch(`${kit.url}${path}`, { headers: kit.headers(null) });
  await response.arrayBuffer();
  if (response.status === (path === '/no/such' ? 404 : 200)) kit.outcomes.count('a probe');
  else kit.outcomes.wrong(`${path}: ${response.status}`);
}

async function scrape(kit: Kit): Promise<void> {
  const response = await fetch(`${kit.setting.metricsUrl}/metrics`);
  const text = await response.text();
  if (response.status === 200 && text.includes('gateway_build_info')) kit.outcomes.count('a scrape');
  else kit.outcomes.wrong(`a scrape: ${response.status}`);
}

/** Connections in every state of repair. */
export const CONNECTIONS: readonly Scenario[] = [
  { name: 'burst', weight: 1, run: burst },
  { name: 'kept connection', weight: 4, run: keptConnection },
  { name: 'client that leaves', weight: 6, run: leave },
  { name: 'slow client', weight: 2, run: slow },
  { name: 'export', weight: 2, run: exportTrail },
  { name: 'probe', weight: 3, run: probe },
  { name: 'scrape', weight: 1, run: scrape },
];
