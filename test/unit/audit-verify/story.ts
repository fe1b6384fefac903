import { eventHash, type SealContent } from '../../../src/audit/format.js';
import { readGatewayKeys, type Verdict, type VerifyOptions, verifyStore } from '../../../src/audit/verify/index.js';
import type { StoredEventSource, StoredSealSource } from '../../../src/audit/verify/store-inputs.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import type { StoredSeal } from '../../../src/domain/audit-seal.js';
import { verifyFiles } from './verifying.js';
import { anchoredLine, exportedLine, gatewayKey, jwksOf, signedSeal, TestChain, TestSealer } from './writer.js';

/** A small trail that everything can be done to: what the gateways wrote, as the database, the anchors and the keys hold it. */
export interface Trail {
  events: StoredEvent[];
  seals: StoredSeal[];
  /** One list for each anchor file. */
  anchors: StoredSeal[][];
  jwks: unknown;
  readonly now: number;
}

export const GATEWAY = gatewayKey('gateway-1');
export const MIDNIGHT = Date.UTC(2026, 0, 1);
const second = (count: number): number => MIDNIGHT + count * 1_000;
export const SESSION = { id: 'session-1', startedAt: second(1), expiresAt: second(601) };
const LATER_SESSION = { id: 'session-2', startedAt: second(21), expiresAt: second(621) };

/**
 * Two gateways, A and B. A runs a session from start to stop (A0–A4), and later begins another (A5, A6); B refuses somebody
 * and stops in good order (B0–B2). Seal 0 covers A0–A3, seal 1 A4 and B0–B1, seal 2 closes B; A5 and A6 are not sealed yet.
 */
export function story(): Trail {
  const a = new TestChain('chain-a', GATEWAY);
  const b = new TestChain('chain-b', GATEWAY);
  const sealer = new TestSealer();
  const chains = [
    { chain: a, closed: false },
    { chain: b, closed: false },
  ];
  const inSession = { session: SESSION, subject: 'user_cleo' } as const;
  const query = { name: 'Orders', type: 'QUERY', durationMs: 12.5 } as const;
  const mutation = { name: 'Note', type: 'MUTATION', durationMs: null } as const;

  a.append({ type: 'IMPERSONATION_STARTED', at: second(1), ...inSession, details: { reason: 'Case 4711' } });
  a.commit();
  a.append({ type: 'OPERATION_COMPLETED', at: second(2), ...inSession, operation: query });
  a.append({ type: 'OPERATION_ATTEMPTED', at: second(3), outcome: 'UNKNOWN', ...inSession, operation: mutation });
  a.append({ type: 'OPERATION_COMPLETED', at: second(4), ...inSession, operation: { ...mutation, durationMs: 3 } });
  a.commit();
  sealer.seal(second(5), chains, GATEWAY);

  b.append({ type: 'IMPERSONATION_DENIED', at: second(6), outcome: 'FAILURE', code: 'FORBIDDEN', actor: 'user_cleo' });
  b.append({ type: 'OPERATION_DENIED', at: second(7), outcome: 'FAILURE', code: 'READ_ONLY_SESSION', ...inSession });
  b.commit();
  a.append({ type: 'IMPERSONATION_STOPPED', at: second(8), ...inSession, operation: mutation });
  a.commit();
  sealer.seal(second(10), chains, GATEWAY);

  b.append({ type: 'AUDIT_READ', at: second(12), actor: 'user_audrey' });
  b.commit();
  sealer.seal(second(15), [{ chain: b, closed: true }], GATEWAY);

  a.append({ type: 'IMPERSONATION_STARTED', at: second(21), session: LATER_SESSION, subject: 'user_carl' });
  a.append({ type: 'OPERATION_COMPLETED', at: second(22), session: LATER_SESSION, operation: query });
  a.commit();
  return {
    events: [...a.events, ...b.events],
    seals: [...sealer.seals],
    anchors: [[...sealer.seals]],
    jwks: jwksOf(GATEWAY),
    now: second(25),
  };
}

/** Verifies the trail as a stranger would: from an export, the anchors and the public keys. */
export function verifyOffline({ events, anchors, jwks }: Trail, options: VerifyOptions = {}): Promise<Verdict> {
  return verifyFiles(
    { lines: events.map(exportedLine), anchors: anchors.map((anchor) => anchor.map(anchoredLine)), jwks },
    options,
  );
}

/** Verifies the trail where it is stored. */
export function verifyOnline(trail: Trail, options: VerifyOptions = {}): Promise<Verdict> {
  const anchors = trail.anchors.map((seals) => () => fromList(seals));
  const keys = readGatewayKeys(trail.jwks);
  return verifyStore(memoryStore(trail), { keys, anchors }, { now: trail.now, ...options });
}

async function* fromList<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}

/** A store that answers what verification asks, and nothing else. */
export function memoryStore({ events, seals }: Pick<Trail, 'events' | 'seals'>): {
  readonly events: StoredEventSource;
  readonly seals: StoredSealSource;
} {
  return {
    events: {
      chains: async () => [...new Set(events.map(({ chain }) => chain))].sort(),
      chain: async (chain, from, limit) =>
        events
          .filter((event) => event.chain === chain && !(event.sequence < from))
          .sort((one, other) => one.sequence - other.sequence)
          .slice(0, limit),
    },
    seals: {
      from: async (index, limit) => seals.filter((seal) => seal.index >= index).slice(0, limit),
    },
  };
}

/** The place of an event in the list, by its name in the story: `A3`. */
export function placeOf({ events }: Trail, name: string): number {
  const chain = name.startsWith('A') ? 'chain-a' : 'chain-b';
  return events.findIndex((event) => event.chain === chain && event.sequence === Number(name.slice(1)));
}

/** Changes one event, and nothing that depends on it. */
export function change(trail: Trail, name: string, edit: (event: StoredEvent) => Partial<StoredEvent>): void {
  const at = placeOf(trail, name);
  const event = trail.events[at]!;
  trail.events[at] = { ...event, ...edit(event) };
}

/** Changes the text of a body and hashes it anew; with `rechain`, so are all that follow it in its chain. */
export function rewrite(trail: Trail, name: string, edit: (body: string) => string, rechain = false): void {
  const first = placeOf(trail, name);
  const { chain } = trail.events[first]!;
  for (const [at, event] of trail.events.entries()) {
    if (at < first || event.chain !== chain || (at > first && !rechain)) continue;
    const previousHash = at === first ? event.previousHash : trail.events[at - 1]!.hash;
    const body = at === first ? edit(event.body) : event.body;
    trail.events[at] = { ...event, previousHash, body, hash: eventHash(previousHash, body) };
  }
}

/** Makes the seals anew over the events as they are, from the given index on, with the given key. */
export function reseal(
  trail: Trail,
  from: number,
  key = GATEWAY,
  edit = (content: SealContent): SealContent => content,
) {
  for (const [index, seal] of trail.seals.entries()) {
    if (index < from) continue;
    const { chains } = JSON.parse(seal.body) as Pick<SealContent, 'chains'>;
    const content: SealContent = {
      index,
      sealedAt: seal.sealedAt,
      previousSealHash: index === 0 ? seal.previousHash : trail.seals[index - 1]!.hash,
      chains: chains.map((stretch) => ({
        ...stretch,
        head: Buffer.from(
          trail.events.find(({ chain, sequence }) => chain === stretch.chain && sequence === stretch.to)!.hash,
        ).toString('hex'),
      })),
    };
    trail.seals[index] = signedSeal(index === from ? edit(content) : content, key);
  }
}

/** Seals once more, by the gateway itself. */
export function sealNext(trail: Trail, chains: SealContent['chains'], edit: Partial<SealContent> = {}): void {
  const last = trail.seals.at(-1)!;
  const next = { index: last.index + 1, sealedAt: MIDNIGHT + 17_000, previousSealHash: last.hash, chains, ...edit };
  trail.seals.push(signedSeal(next, GATEWAY));
  trail.anchors = trail.anchors.map((anchor) => [...anchor, trail.seals.at(-1)!]);
}

export const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
