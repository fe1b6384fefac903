import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { EventStore } from '../../src/stores/index.js';
import { askExport, type ExportAnswer } from './export-request.js';
import { type RunningGateway, startGateway } from './running-gateway.js';

interface Meddling {
  chain: EventStore['chain'] | null;
  append: 'down' | null;
}

/** A gateway with a folder of its own, a trail worth exporting, and a store that a test can disturb. */
export interface ExportSetting {
  readonly gateway: RunningGateway;
  readonly directory: string;
  /** Asks for an export as an auditor, or as somebody else. */
  exported(query?: string, who?: string): Promise<ExportAnswer>;
  /** Nothing can be written any more. */
  stopWriting(): void;
  /**
   * Gives every export, and nobody else, a chain without an end: the sealer reads the same chain meanwhile.
   * @param page awaited before each page of it, with how many came before.
   */
  endlessExports(page: (before: number) => Promise<void>): void;
  /** Undoes both; resolves once the gateway has got over it. */
  undisturbed(): Promise<void>;
  clear(): Promise<void>;
}

/** The events of a store, with what is done to them. */
function meddledWith(events: EventStore, meddling: Meddling): EventStore {
  return new Proxy(events, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (name === 'append' && meddling.append === 'down') return Promise.reject(new StoreUnavailableError('down'));
        const instead = name === 'chain' ? meddling.chain : null;
        return Reflect.apply(instead ?? member, target, args);
      };
    },
  });
}

export async function exportSetting(): Promise<ExportSetting> {
  const directory = await mkdtemp(path.join(tmpdir(), 'export-test-'));
  const meddling: Meddling = { chain: null, append: null };
  let truth: EventStore | null = null;
  const gateway = await startGateway({
    directory,
    environment: { IMPERSONATION_STARTS_PER_MINUTE: '1000', IMPERSONATION_MAX_ACTIVE: '100' },
    wrapStore(store) {
      truth = store.events;
      return { ...store, events: meddledWith(store.events, meddling) };
    },
  });
  if (truth === null) throw new Error('the gateway runs without its store');
  const events: EventStore = truth;
  await tellStory(gateway);

  const exported = async (query = '', who = 'user_audrey') =>
    askExport(gateway.url, await gateway.token(who), { query });
  return {
    gateway,
    directory,
    exported,
    stopWriting() {
      meddling.append = 'down';
    },
    endlessExports(page) {
      let next = 0;
      let pages = 0;
      meddling.chain = async (chain, from, limit) => {
        if (limit !== 500 || from !== next) return events.chain(chain, from, limit);
        await page(pages);
        pages += 1;
        const made = await endless(chain, from, limit);
        next = made.at(-1)?.sequence ?? 0;
        return made;
      };
    },
    async undisturbed() {
      meddling.chain = null;
      meddling.append = null;
      while ((await exported('?types=AUDIT_GAP')).status !== 200) await pause(100);
    },
    async clear() {
      await gateway.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Two impersonations, one of them for a reason that a spreadsheet would run, and a refused one. */
async function tellStory(gateway: RunningGateway): Promise<void> {
  const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo', { reason: '=cmd()', ticket: 'T-1' });
  await gateway.graphql(actorToken, 'query Mine { orders { id } }');
  await gateway.graphql(actorToken, 'mutation { updateDeliveryNote(orderId: "order_user_cleo_1", note: "x") { id } }');
  await gateway.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
  await gateway.impersonate('user_grace', 'user_carl');
  await gateway.graphql(
    await gateway.token('user_sam'),
    'mutation { startImpersonation(input: {userId: "user_cleo", reason: "abc"}) { actorToken } }',
  );
}

/** A chain without an end, of events of about 1 kB. */
async function endless(chain: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
  await pause(1);
  const text = JSON.stringify({ reason: 'x'.repeat(800) });
  return Array.from({ length: limit }, (_, at) => ({
    id: `${chain}:${from + at}`,
    chain,
    sequence: from + at,
    body: '{}',
    previousHash: Buffer.alloc(32),
    hash: Buffer.alloc(32),
    signature: Buffer.alloc(64),
    details: { salt: Buffer.alloc(16), text },
    occurredAt: 0,
    type: 'AUDIT_READ',
    outcome: 'SUCCESS',
    actorId: null,
    subjectId: null,
    sessionId: null,
    requestId: 'x',
    operationName: null,
  }));
}
