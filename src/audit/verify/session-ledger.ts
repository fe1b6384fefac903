import { createHash } from 'node:crypto';
import type { EventFacts } from './event-body.js';
import {
  addEnd,
  addOperation,
  addOther,
  addStart,
  addSummary,
  emptySummary,
  type Moment,
  type SessionSummary,
} from './session-summary.js';
import type { Spill, SpilledBlock } from './spill.js';

const MOST_IN_MEMORY = 100_000;
/** What does not fit is read back in this many parts, each with its own sessions whole. */
const PARTS = 256;

type SpilledSummary = readonly [session: string, summary: SessionSummary];

/**
 * Adds up the events of each session. Up to a bound the summaries lie in memory; beyond it they go to the spill, in parts
 * by a hash of the session's id, and each part is added up by itself at the end.
 */
export class SessionLedger {
  readonly #spill: Spill;
  readonly #mostInMemory: number;
  #sessions = new Map<string, SessionSummary>();
  readonly #spilled: SpilledBlock[][] = [];

  constructor(spill: Spill, mostInMemory: number = MOST_IN_MEMORY) {
    this.#spill = spill;
    this.#mostInMemory = mostInMemory;
  }

  /** @param chain the number of the event's chain */
  note(session: string, facts: EventFacts, chain: number): void {
    let summary = this.#sessions.get(session);
    if (summary === undefined) {
      if (this.#sessions.size >= this.#mostInMemory) this.#spillAll();
      summary = emptySummary(facts.startedAt, facts.expiresAt);
      this.#sessions.set(ownCopy(session), summary);
    }
    add(summary, facts, { at: facts.occurredAt, chain, sequence: facts.sequence });
  }

  /** Every session with all that is known of it. Call it once, at the end. */
  *sessions(): IterableIterator<SpilledSummary> {
    if (this.#spilled.length === 0) {
      yield* this.#sessions;
      return;
    }
    this.#spillAll();
    for (const blocks of this.#spilled) {
      const part = new Map<string, SessionSummary>();
      for (const block of blocks) {
        const summaries: readonly SpilledSummary[] = JSON.parse(this.#spill.read(block).toString('utf8'));
        for (const [session, summary] of summaries) {
          const known = part.get(session);
          if (known === undefined) part.set(session, summary);
          else addSummary(known, summary);
        }
      }
      yield* part;
    }
  }

  #spillAll(): void {
    const parts: SpilledSummary[][] = Array.from({ length: PARTS }, () => []);
    for (const entry of this.#sessions) parts[partOf(entry[0])]?.push(entry);
    for (const [at, part] of parts.entries()) {
      const blocks = this.#spilled[at] ?? [];
      if (part.length > 0) blocks.push(this.#spill.append(Buffer.from(JSON.stringify(part), 'utf8')));
      this.#spilled[at] = blocks;
    }
    this.#sessions = new Map();
  }
}

/** A part of a string keeps the whole of it in memory: here, for each session, the body of an event. */
export function ownCopy(part: string): string {
  return Buffer.from(part, 'utf8').toString('utf8');
}

/** Ids come from the trail: an attacker's choice of them must not put all sessions into one part. */
function partOf(session: string): number {
  return createHash('sha256').update(session, 'utf8').digest()[0] ?? 0;
}

function add(summary: SessionSummary, facts: EventFacts, moment: Moment): void {
  switch (facts.type) {
    case 'IMPERSONATION_STARTED':
      addStart(summary, moment);
      return;
    case 'IMPERSONATION_STOPPED':
    case 'IMPERSONATION_EXPIRED':
    case 'IMPERSONATION_REVOKED':
    case 'IMPERSONATION_VOIDED':
      addEnd(summary, moment);
      return;
    case 'OPERATION_ATTEMPTED':
      addOperation(summary, moment);
      return;
    case 'OPERATION_COMPLETED':
      // What was attempted may be completed after the end (decision 7); a query has only this event to tell when it began.
      if (facts.operationType === 'QUERY' && facts.durationMs !== null) {
        addOperation(summary, { ...moment, at: facts.occurredAt - facts.durationMs });
      } else addOther(summary, moment);
      return;
    default:
      addOther(summary, moment);
  }
}
