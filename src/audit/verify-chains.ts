import type { StoredEvent } from '../domain/audit-event.js';
import type { EventStore } from '../stores/index.js';
import { detailsHash, eventHash, eventId, genesisHash } from './format.js';

export type ChainFaultKind = 'SEQUENCE' | 'LINK' | 'CONTENT' | 'BODY' | 'PROJECTION' | 'DETAILS' | 'TIME';

/** Something that cannot be in an untouched trail. */
export interface ChainFault {
  readonly chain: string;
  readonly sequence: number;
  readonly kind: ChainFaultKind;
}

export interface ChainsVerdict {
  readonly chains: number;
  readonly events: number;
  readonly faults: readonly ChainFault[];
}

const PAGE = 1_000;

/**
 * Recomputes every hash of every chain from its beginning: contiguous numbers, links, contents, projections, details.
 * It cannot see that the end of a chain was cut off; that takes seals.
 */
export async function verifyChains(store: EventStore): Promise<ChainsVerdict> {
  const faults: ChainFault[] = [];
  const chains = await store.chains();
  let events = 0;
  for (const chain of chains) {
    let expected = 0;
    let head: Uint8Array = genesisHash(chain);
    let time = 0;
    for (;;) {
      const page = await store.chain(chain, expected, PAGE);
      for (const event of page) {
        events += 1;
        for (const kind of faultsOf(event, chain, expected, head, time)) {
          faults.push({ chain, sequence: event.sequence, kind });
        }
        expected = event.sequence + 1;
        head = event.hash;
        time = event.occurredAt;
      }
      if (page.length < PAGE) break;
    }
  }
  return { chains: chains.length, events, faults };
}

function faultsOf(
  event: StoredEvent,
  chain: string,
  expected: number,
  head: Uint8Array,
  time: number,
): readonly ChainFaultKind[] {
  const faults: ChainFaultKind[] = [];
  if (event.sequence !== expected || event.id !== eventId(chain, event.sequence)) faults.push('SEQUENCE');
  if (!equal(event.previousHash, head)) faults.push('LINK');
  if (!equal(event.hash, eventHash(event.previousHash, event.body))) faults.push('CONTENT');
  if (event.occurredAt < time) faults.push('TIME');
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(event.body);
  } catch {
    return [...faults, 'BODY'];
  }
  if (!projectionsHold(event, body)) faults.push('PROJECTION');
  const { details } = event;
  if (details !== null && detailsHash(details.salt, details.text) !== body.detailsHash) faults.push('DETAILS');
  return faults;
}

function projectionsHold(event: StoredEvent, body: Record<string, unknown>): boolean {
  return (
    body.chain === event.chain &&
    body.sequence === event.sequence &&
    body.occurredAt === new Date(event.occurredAt).toISOString() &&
    body.type === event.type &&
    body.outcome === event.outcome &&
    member(body.actor, 'id') === event.actorId &&
    member(body.subject, 'id') === event.subjectId &&
    member(body.session, 'id') === event.sessionId &&
    member(body.request, 'id') === event.requestId &&
    member(body.operation, 'name') === event.operationName
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? ((value as Record<string, unknown>)[name] ?? null) : null;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
