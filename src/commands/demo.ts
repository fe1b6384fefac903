import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createShop } from '../../examples/shop/index.js';
import { openKeyring } from '../app/open-keys.js';
import { createStore } from '../app/open-store.js';
import { createGateway } from '../app.js';
import { anchorFile, readGatewayKeys, verdictText, verifyStore } from '../audit/verify/index.js';
import { readConfig } from '../config/index.js';
import { createLogger } from '../platform/logger.js';
import { ask, type DemoAnswer } from './demo-client.js';
import type { Output } from './output.js';

const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken expiresAt session { id access } viewer { name } }
}`;
const WHO = '{ viewer { id } actor { id } impersonation { id access } orders { title totalCents cardLast4 } }';
const NOTE =
  'mutation Note { updateDeliveryNote(orderId: "order_user_cleo_1", note: "Leave with the neighbour") { id } }';
const STOP = 'mutation Stop { stopImpersonation { session { status } viewer { id } } }';
const TRAIL = `{ impersonationEvents(last: 50) { nodes {
  type code actorId subjectId reason operation { fields variables } integrity { sequence }
} } }`;

/** A step did not turn out as the story says. */
class DemoError extends Error {
  override readonly name = 'DemoError';
}

/**
 * `npm run demo`: plays the whole story against a gateway of its own, on a fresh store, and prints each step.
 * @returns 0 where every step turned out as told, else 1
 */
export async function demo({ stdout, stderr }: Output): Promise<number> {
  const directory = await mkdtemp(path.join(tmpdir(), 'impersonation-gateway-demo-'));
  try {
    await play(directory, (text) => stdout.write(`${text}\n`));
    return 0;
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function play(directory: string, say: (text: string) => void): Promise<void> {
  const config = readConfig({ PORT: '0', DATA_DIR: directory });
  const logger = createLogger({ level: 'silent' });
  const gateway = createGateway(config, { logger, hostModules: [createShop()] });
  const { url } = await gateway.start();
  let number = 0;

  function step(title: string, answer: DemoAnswer, expectedCode: string | null): DemoAnswer {
    number += 1;
    say(`\n${number}. ${title}`);
    say(`   HTTP ${answer.status} ${answer.code ?? 'ok'}${answer.data === null ? '' : ` ${shorten(answer.data)}`}`);
    if (answer.code !== expectedCode) {
      throw new DemoError(`Step ${number}: expected ${expectedCode ?? 'no error'}, got ${answer.code ?? 'no error'}.`);
    }
    return answer;
  }

  try {
    const issuer = gateway.developmentIssuer();
    if (issuer === null) throw new DemoError('There is no development issuer.');
    const [ada, cleo, audrey] = await Promise.all(
      ['user_ada', 'user_cleo', 'user_audrey'].map(async (id) => (await issuer.issue(id)).token),
    );
    if (ada === undefined || cleo === undefined || audrey === undefined) throw new DemoError('No tokens.');
    say(`A gateway of its own, on a fresh embedded store, at ${url}`);

    step('Ada (ADMIN) signs in.', await ask(url, ada, '{ viewer { id name roles } actor { id } }'), null);
    const input = { userId: 'user_cleo', reason: 'Case 4711: order is missing', ticket: 'CASE-4711' };
    step(
      'Cleo, a customer, tries to impersonate Carl: refused.',
      await ask(url, cleo, START, { input: { ...input, userId: 'user_carl' } }),
      'FORBIDDEN',
    );
    const started = step('Ada starts acting as Cleo, read-only.', await ask(url, ada, START, { input }), null);
    const { actorToken } = dataOf<{ actorToken: string }>(started, 'startImpersonation');
    step('She sees what Cleo sees; the card number is hidden.', await ask(url, actorToken, WHO), null);
    step(
      'She tries to change something: refused, the session is read-only.',
      await ask(url, actorToken, NOTE),
      'READ_ONLY_SESSION',
    );
    step('She stops, and is herself again.', await ask(url, actorToken, STOP), null);
    step('The actor token is dead at once.', await ask(url, actorToken, WHO), 'IMPERSONATION_ENDED');
    const trail = await ask(url, audrey, TRAIL);
    step('Audrey (AUDITOR) reads the trail:', { ...trail, data: null }, null);
    const { nodes } = dataOf<{ nodes: TrailNode[] }>(trail, 'impersonationEvents');
    for (const node of nodes.reverse()) say(`   ${describe(node)}`);
  } finally {
    await gateway.stop();
  }

  const store = await createStore(config);
  await store.open();
  const keys = readGatewayKeys((await openKeyring(config)).trailJwks);
  const verdict = await verifyStore(store, { keys, anchors: [anchorFile(config.anchorFile)] }, { now: Date.now() });
  await store.close();
  say(
    '\n9. With the gateway stopped, everything is checked again: hashes, links, signatures, seals, anchors, meaning.',
  );
  for (const line of verdictText(verdict).trimEnd().split('\n')) say(`   ${line}`);
  if (verdict.total > 0 || verdict.events === 0) throw new DemoError('The trail does not verify.');
  say('\nThe story is told.');
}

function dataOf<T>(answer: DemoAnswer, field: string): T {
  if (answer.data === null) throw new DemoError(`There is no ${field} in the answer.`);
  return answer.data[field] as T;
}

interface TrailNode {
  readonly type: string;
  readonly code: string | null;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly reason: string | null;
  readonly operation: { readonly fields: readonly string[] } | null;
  readonly integrity: { readonly sequence: number };
}

function describe({ integrity, type, code, actorId, subjectId, operation, reason }: TrailNode): string {
  const who = `${actorId ?? 'nobody'}${subjectId === null ? '' : ` as ${subjectId}`}`;
  const what = [code, operation?.fields.join(' '), reason === null ? null : `“${reason}”`].filter(Boolean).join(' · ');
  return `#${integrity.sequence} ${type.padEnd(22)} ${who.padEnd(26)} ${what}`;
}

function shorten(data: Record<string, unknown>): string {
  const text = JSON.stringify(data, (key, value) => (key === 'actorToken' ? `${String(value).slice(0, 20)}…` : value));
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
