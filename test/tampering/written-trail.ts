import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { draftEvent } from '../../src/audit/describe.js';
import { createFileAnchor } from '../../src/audit/seal/anchor.js';
import { createChainSigner } from '../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../src/audit/seal/gateway-signer.js';
import { createSealState } from '../../src/audit/seal/seal-state.js';
import { createSealer, type Sealer } from '../../src/audit/seal/sealer.js';
import { type AuditTrail, createAuditTrail } from '../../src/audit/trail.js';
import type { EventDraft } from '../../src/domain/audit-event.js';
import type { Logger } from '../../src/platform/logger.js';
import { createMetrics, type Metrics } from '../../src/platform/metrics.js';
import type { Store } from '../../src/stores/index.js';
import { generateSigningKeys, type Keyring, loadKeyring } from '../../src/tokens/index.js';

/** What an auditor has besides the database, and where things are in the trail. */
export interface WrittenTrail {
  /** The chain with sessions: events 0 to 10. Seals 0, 1 and 3 cover 0–3, 4 and 5–7; 8–9 and 10 are two commits not sealed. */
  readonly one: string;
  /** The chain of a gateway that has stopped in good order: events 0 to 2. Seal 1 covers 0–1, seal 2 covers 2 and closes it. */
  readonly other: string;
  /** The gateway's keys, the private half included: what an attacker may have stolen. */
  readonly keyring: Keyring;
  readonly jwks: string;
  readonly anchors: string;
  /** When it all has just been written, milliseconds since the epoch. */
  readonly now: number;
}

/** A gateway process as far as the trail goes: its writer and its sealer, the product's own. */
export interface WritingGateway {
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly metrics: Metrics;
  record(draft: EventDraft): Promise<void>;
  /** The chain it writes; once it has written. */
  chain(): string;
  /** As at a shutdown: the last seal closes the chain. */
  stop(): Promise<void>;
}

/** A clock that stands still unless it is moved, so that each trail tells the same story. */
export class StoryClock {
  #now: number;
  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }
  now(): number {
    return this.#now;
  }
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

export const freshKeyring = async (): Promise<Keyring> =>
  loadKeyring(await generateSigningKeys('EdDSA'), { algorithm: 'EdDSA' });

interface Surroundings {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly clock: StoryClock;
  /** The anchor file. */
  readonly anchors: string;
  readonly logger?: Logger;
}

export function writingGateway({ store, keyring, clock, anchors, logger }: Surroundings): WritingGateway {
  const gateway = createGatewaySigner(keyring);
  const log = logger ?? pino({ level: 'silent' });
  const metrics = createMetrics({ processMetrics: false });
  const { events, seals } = store;
  const trail = createAuditTrail({
    events,
    clock,
    gateway: { instance: 'gateway-1', version: '0.1.0' },
    logger: log,
    signer: createChainSigner(gateway),
  });
  const sealer = createSealer({
    events,
    seals,
    state: createSealState(events, seals, gateway),
    gateway,
    anchor: createFileAnchor(anchors),
    clock,
    logger: log,
    metrics: metrics.seals,
  });
  return {
    trail,
    sealer,
    metrics,
    record: (draft) => trail.record(draft),
    chain: () => [...trail.chains()][0] ?? '',
    async stop() {
      await trail.close(1_000);
      await sealer.stop(trail.chains());
    },
  };
}

interface StorySession {
  readonly id: string;
  readonly access: 'FULL' | 'READ_ONLY';
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** Drafts as the gateway makes them, at the time of the clock. */
export function storyDrafts(clock: StoryClock) {
  const person = (id: string) => ({ id, issuer: 'https://issuer.example', authTime: 1_767_225_000, amr: ['pwd'] });
  const required = (type: EventDraft['type'], outcome: EventDraft['outcome'] = 'SUCCESS') => ({
    type,
    outcome,
    occurredAt: clock.now(),
    request: {
      id: `request-${type}-${clock.now()}`,
      ipAddress: '203.0.113.7',
      userAgent: 'a browser',
      traceparent: null,
    },
  });
  const operation = (name: string, type: 'QUERY' | 'MUTATION', durationMs: number | null) => ({
    name,
    type,
    fields: [type === 'QUERY' ? 'Query.orders' : 'Mutation.updateDeliveryNote'],
    documentHash: '5a'.repeat(32),
    errorCodes: [],
    durationMs,
  });
  const inSession = (session: StorySession) => ({ actor: person('user_ada'), subjectId: 'user_cleo', session });
  return {
    session: (id: string): StorySession => ({
      id,
      access: 'FULL',
      startedAt: clock.now(),
      expiresAt: clock.now() + 600_000,
    }),
    start: (session: StorySession) =>
      draftEvent(required('IMPERSONATION_STARTED'), {
        ...inSession(session),
        details: { reason: 'Case 4711', ticket: 'CASE-4711' },
      }),
    stop: (session: StorySession) => draftEvent(required('IMPERSONATION_STOPPED'), inSession(session)),
    query: (session: StorySession, name = 'Orders') =>
      draftEvent(required('OPERATION_COMPLETED'), {
        ...inSession(session),
        operation: operation(name, 'QUERY', 0.5),
        details: { variables: '{"first":20}' },
      }),
    attempt: (session: StorySession) =>
      draftEvent(required('OPERATION_ATTEMPTED', 'UNKNOWN'), {
        ...inSession(session),
        operation: operation('Note', 'MUTATION', null),
      }),
    completion: (session: StorySession) =>
      draftEvent(required('OPERATION_COMPLETED'), {
        ...inSession(session),
        operation: operation('Note', 'MUTATION', 2.25),
      }),
    refusedStart: () =>
      draftEvent(required('IMPERSONATION_DENIED', 'FAILURE'), {
        code: 'FORBIDDEN',
        actor: person('user_cleo'),
        subjectId: 'user_carl',
      }),
    refusal: (session: StorySession) =>
      draftEvent(required('OPERATION_DENIED', 'FAILURE'), { ...inSession(session), code: 'OPERATION_BLOCKED' }),
    read: () => draftEvent(required('AUDIT_READ'), { actor: person('user_audrey') }),
  };
}

/**
 * Lets two gateways write a trail into a store: see {@link WrittenTrail} for what is where.
 * @param folder where the anchors and the public keys go
 * @param afterSeal called when that seal has just been made, e.g. to keep a copy of the database
 */
export async function writeTrail(
  store: Store,
  folder: string,
  afterSeal: (index: number) => Promise<void> = async () => undefined,
): Promise<WrittenTrail> {
  const clock = new StoryClock();
  const keyring = await freshKeyring();
  const anchors = path.join(folder, 'anchors.log');
  const jwks = path.join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify(keyring.publicJwks));
  const a = writingGateway({ store, keyring, clock, anchors });
  const b = writingGateway({ store, keyring, clock, anchors });
  const tell = storyDrafts(clock);
  const pass = () => clock.advance(1_000);
  let sealed = 0;
  const seal = async ({ sealer }: WritingGateway) => {
    clock.advance(5_000);
    if (!(await sealer.seal())) throw new Error(`seal ${sealed} was not made`);
    await afterSeal(sealed);
    sealed += 1;
  };

  const first = tell.session('session-1');
  await a.record(tell.start(first));
  pass();
  // What is recorded at once is one commit, of which the last event alone is signed.
  await Promise.all([a.record(tell.query(first)), a.record(tell.attempt(first)), a.record(tell.completion(first))]);
  await seal(a);

  await b.record(tell.refusedStart());
  pass();
  await b.record(tell.refusal(first));
  pass();
  await a.record(tell.stop(first));
  await seal(b);

  pass();
  await b.record(tell.read());
  await b.stop();
  await afterSeal(sealed);
  sealed += 1;

  const second = tell.session('session-2');
  await a.record(tell.start(second));
  pass();
  await Promise.all([a.record(tell.query(second)), a.record(tell.query(second, 'Addresses'))]);
  await seal(a);

  pass();
  await Promise.all([a.record(tell.attempt(second)), a.record(tell.completion(second))]);
  pass();
  await a.record(tell.query(second, 'Invoices'));
  pass();
  await a.trail.close(1_000);
  return { one: a.chain(), other: b.chain(), keyring, jwks, anchors, now: clock.now() };
}
