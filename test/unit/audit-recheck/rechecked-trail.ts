import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { draftEvent } from '../../../src/audit/describe.js';
import { eventHash } from '../../../src/audit/format.js';
import { createRecheck, type Recheck, type RecheckOptions } from '../../../src/audit/recheck/recheck.js';
import { RecordedEvent } from '../../../src/audit/recorded-event.js';
import { createFileAnchor } from '../../../src/audit/seal/anchor.js';
import { createChainSigner } from '../../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../../src/audit/seal/gateway-signer.js';
import { createJudgeIntegrity } from '../../../src/audit/seal/integrity.js';
import { createSealState } from '../../../src/audit/seal/seal-state.js';
import { createSealer } from '../../../src/audit/seal/sealer.js';
import { readGatewayKeys, type VerifiableStore } from '../../../src/audit/verify/index.js';
import type { EventDraft, StoredEvent } from '../../../src/domain/audit-event.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import { generateSigningKeys, loadKeyring } from '../../../src/tokens/index.js';
import { TestClock } from '../../support/test-clock.js';

const KEYS = await generateSigningKeys('EdDSA');

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [member: string]: unknown;
}

/** A replica over a database file of its own, and a hand that reaches into the file behind its back. */
export async function openTrail() {
  const directory = mkdtempSync(path.join(tmpdir(), 'recheck-test-'));
  const store = createEmbeddedStore({ directory });
  await store.open();
  const keyring = await loadKeyring(KEYS, { algorithm: 'EdDSA' });
  const gateway = createGatewaySigner(keyring);
  const clock = new TestClock();
  const metrics = createMetrics({ processMetrics: false });
  const anchorFile = path.join(directory, 'anchors.log');
  const lines: LogLine[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const state = createSealState(store.events, store.seals, gateway);
  const sealing = { events: store.events, seals: store.seals, state, gateway, clock };
  const sealer = createSealer({
    ...sealing,
    anchor: createFileAnchor(anchorFile),
    logger: pino({ level: 'silent' }),
    metrics: metrics.seals,
  });
  const file = new Database(path.join(directory, 'gateway.db'), { timeout: 1_000 });
  const rechecks: Recheck[] = [];
  onTestFinished(async () => {
    for (const each of rechecks) await each.stop();
    file.close();
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function draft(facts: Partial<EventDraft> = {}): EventDraft {
    const { type = 'AUDIT_READ', outcome = 'SUCCESS', occurredAt = clock.now(), ...rest } = facts;
    const request = { id: 'request', ipAddress: '192.0.2.1', userAgent: null, traceparent: null };
    return draftEvent({ type, outcome, occurredAt, request }, rest as Parameters<typeof draftEvent>[1]);
  }

  function recheckOf(verifiable: VerifiableStore, options: Partial<RecheckOptions> = {}): Recheck {
    const made = createRecheck({
      store: verifiable,
      keys: readGatewayKeys(keyring.publicJwks),
      anchorFile,
      clock,
      logger,
      metrics: metrics.recheck,
      eventsPerSecond: 1_000_000,
      pauseMs: 60_000,
      ...options,
    });
    rechecks.push(made);
    return made;
  }
  /** Runs SQL; fails the test where it changes nothing. */
  function change(sql: string, ...values: unknown[]): void {
    const { changes } = file.prepare(sql).run(values);
    if (changes === 0) throw new Error(`nothing was changed by: ${sql}`);
  }

  const recheck = recheckOf(store);
  const judge = createJudgeIntegrity(state, sealer.faults, recheck.isInDoubt);

  return {
    store,
    clock,
    metrics,
    file,
    anchorFile,
    jwks: keyring.publicJwks,
    lines,
    sealer,
    recheck,
    recheckOf,
    draft,
    /** A process with a chain of its own. Each call is one group commit. */
    writer() {
      const chain = openChain({ instance: 'test', version: '0' }, createChainSigner(gateway));
      return {
        chain: chain.id,
        async write(...drafts: readonly EventDraft[]): Promise<void> {
          const events = chain.extend(drafts);
          await store.events.append(events);
          chain.advance(events);
        },
        async writeMany(count: number): Promise<void> {
          await this.write(...Array.from({ length: count }, () => draft()));
        },
      };
    },
    /** What `integrity.status` says of every event of a chain that is there, in order. */
    async statuses(chain: string): Promise<string[]> {
      const events = await store.events.chain(chain, 0, 10_000);
      return Promise.all(events.map((event) => judge(new RecordedEvent(event))));
    },
    /** The value of a metric; its labels as they are printed. Null where it is not there. */
    async metric(name: string): Promise<number | null> {
      const text = await metrics.registry.metrics();
      const line = text.split('\n').find((each) => each.startsWith(`${name} `));
      return line === undefined ? null : Number(line.slice(name.length + 1));
    },
    errors: () => lines.filter(({ level }) => level === 50),
    change,
    /** Writes other bodies and hashes all that follow anew, up to the end of the chain or `to`. */
    async rechain(chain: string, at: number, edit: (body: string) => string, to = Number.POSITIVE_INFINITY) {
      const [first, ...rest] = (await store.events.chain(chain, at, 10_000)) as [StoredEvent, ...StoredEvent[]];
      let previousHash = first.previousHash;
      for (const event of [{ ...first, body: edit(first.body) }, ...rest]) {
        if (event.sequence > to) break;
        const hash = eventHash(previousHash, event.body);
        change(
          'UPDATE impersonationEvents SET body = ?, previousHash = ?, hash = ? WHERE id = ?',
          event.body,
          Buffer.from(previousHash),
          hash,
          event.id,
        );
        previousHash = hash;
      }
    },
    /** The file as it is now; the function puts it back. */
    backup(): () => void {
      const tables = ['impersonationEvents', 'auditSeals', 'sealedChains'];
      for (const table of tables) file.exec(`CREATE TABLE IF NOT EXISTS saved_${table} AS SELECT * FROM ${table}`);
      return () => {
        for (const table of tables) {
          file.exec(`DELETE FROM ${table}`);
          file.exec(`INSERT INTO ${table} SELECT * FROM saved_${table}`);
        }
      };
    },
  };
}

export type OpenedTrail = Awaited<ReturnType<typeof openTrail>>;

/**
 * Two chains: `one` has three sealed stretches, 0–3, 4–7 and 8–11, each of two commits, and 12 that is not sealed; `other`
 * has 0–1, sealed.
 */
export async function threeStretches() {
  const trail = await openTrail();
  const one = trail.writer();
  const other = trail.writer();
  await other.writeMany(2);
  for (let stretch = 0; stretch < 3; stretch += 1) {
    await one.writeMany(2);
    await one.writeMany(2);
    await trail.sealer.seal();
  }
  await one.writeMany(1);
  return { ...trail, one: one.chain, other: other.chain };
}

/** The statuses of chain `one`: each stretch, then the event that is not sealed. */
export function stretches(first: string, second: string, third: string, open = 'PENDING'): string[] {
  return [...[first, second, third].flatMap((each) => [each, each, each, each]), open];
}
