import { ChainState } from './chain-state.js';
import { type EventFacts, eventBodyReader } from './event-body.js';
import type { EventStretch, FaultKind, ReportFault } from './fault.js';
import type { GatewayKeys } from './gateway-keys.js';
import { SHA256_HEX } from './json-grammar.js';
import { differingProjection } from './projections.js';
import type { SealedHead, SealedStretches } from './sealed-stretches.js';
import type { SignatureQueue } from './signature-queue.js';
import type { TrailEvent } from './trail-event.js';

const SHAPE_OF_HASH = new RegExp(`^${SHA256_HEX}$`);

export interface ChainCheckOptions {
  readonly report: ReportFault;
  /** Null: the delegation of chain keys is not checked. */
  readonly keys: GatewayKeys | null;
  /** Null: there are no seals to hold the events against. */
  readonly stretches: SealedStretches | null;
  /** Verifies signatures meanwhile: results count once it is done. */
  readonly signatures: SignatureQueue;
  /** Called with each event in its place whose body could be read. */
  readonly onEvent: (facts: EventFacts, chain: ChainState) => void;
}

/** What was counted on the way. */
export interface ChainCounts {
  events: number;
  erasedDetails: number;
  commitSignatures: number;
  /** Commit signatures of chains whose first event is not there: nobody can say whether they are right. */
  uncheckedSignatures: number;
}

/** Verifies events, one by one, ordered by chain and sequence. It keeps a state for each chain and nothing of an event. */
export class ChainCheck {
  readonly counts: ChainCounts = { events: 0, erasedDetails: 0, commitSignatures: 0, uncheckedSignatures: 0 };
  readonly #options: ChainCheckOptions;
  readonly #readBody = eventBodyReader();
  readonly #chains = new Map<string, ChainState>();
  readonly #names: string[] = [];
  #current: ChainState | null = null;

  constructor(options: ChainCheckOptions) {
    this.#options = options;
  }

  /** All chains seen, in the order in which they came. */
  get chains(): IterableIterator<ChainState> {
    return this.#chains.values();
  }

  get count(): number {
    return this.#names.length;
  }

  /** Events beyond what seals cover. */
  get unsealedEvents(): number {
    let events = 0;
    for (const { expected, sealed } of this.chains) events += Math.max(0, expected - 1 - (sealed?.sealedTo ?? -1));
    return events;
  }

  has(chain: string): boolean {
    return this.#chains.has(chain);
  }

  /** Whether the chain has handed over a key that signatures were checked with. */
  hasKeyOf(chain: string): boolean {
    return this.#chains.get(chain)?.hasKey ?? false;
  }

  nameOf(number: number): string {
    return this.#names[number] ?? '';
  }

  event(event: TrailEvent): void {
    this.counts.events += 1;
    const chain = this.#chainOf(event);
    const isNext = this.#checkPlace(chain, event);
    const facts = this.#checkContent(chain, event);
    if (event.sequence < chain.expected) return;
    if (isNext ? event.previousHash !== chain.head : !SHAPE_OF_HASH.test(event.previousHash)) {
      // The event before may be the one that was changed, and what came before that one with it.
      const before = chain.stretchOf(Math.max(0, event.sequence - 1));
      this.#fault('LINK', event, 'it does not follow the event before it', [before]);
    }
    if (facts !== null) this.#checkFacts(chain, event, facts);
    this.#checkSignature(chain, event);
    if (this.#options.stretches !== null) this.#checkSealed(chain, event, facts);
    chain.head = event.hash;
    chain.expected = event.sequence + 1;
    if (facts !== null) this.#options.onEvent(facts, chain);
  }

  #chainOf(event: TrailEvent): ChainState {
    const { chain: name } = event;
    const before = this.#current;
    if (before !== null && before.name === name) return before;
    if (before !== null) {
      before.rest();
      if (name < before.name) this.#fault('CHAIN_ORDER', event, 'its chain should have come before the other', []);
    }
    let chain = this.#chains.get(name);
    if (chain === undefined) {
      chain = new ChainState(name, this.#names.length, this.#options.stretches);
      this.#chains.set(name, chain);
      this.#names.push(name);
    } else this.#fault('CHAIN_ORDER', event, 'its chain comes again after another', [chain.stretchOf(event.sequence)]);
    this.#current = chain;
    return chain;
  }

  /** Whether the event is the one to come next in its chain. */
  #checkPlace(chain: ChainState, event: TrailEvent): boolean {
    const { sequence } = event;
    const { expected } = chain;
    if (sequence > expected) {
      const { from } = chain.stretchOf(expected);
      chain.passHeadsBefore(sequence);
      const missing = {
        chain: chain.name,
        from: expected,
        to: sequence - 1,
        head: chain.head,
        nextPreviousHash: event.previousHash,
        inDoubt: { ...chain.stretchOf(sequence - 1), from },
      };
      // A chain is pruned from its beginning: of several gaps only the first can be one of those.
      if (chain.missing === null) chain.missing = missing;
      else reportMissing(missing, this.#options.report);
    } else if (sequence < expected) {
      const inDoubt = [chain.stretchOf(sequence)];
      if (sequence === expected - 1) this.#fault('EVENT_REPEATED', event, 'it comes twice', inDoubt);
      else this.#fault('EVENT_ORDER', event, `it comes after event ${expected - 1}`, inDoubt);
    }
    return sequence === expected;
  }

  /** What the event says by itself: hash, body, details, projections. */
  #checkContent(chain: ChainState, event: TrailEvent): EventFacts | null {
    const { body, actualDetailsHash, projections } = event;
    if (event.actualHash !== event.hash) {
      // With it goes what the hash was to prove of the events before.
      const inDoubt = [chain.stretchOf(event.sequence)];
      this.#fault('CONTENT', event, 'its hash is not that of its previous hash and body', inDoubt);
    }
    const facts = this.#readBody(body);
    if (facts === null) {
      this.#fault('BODY', event, 'its body is not what a gateway of a known version writes', []);
      return null;
    }
    if (facts.chain !== event.chain || facts.sequence !== event.sequence) {
      this.#fault('PROJECTION', event, 'its body says another chain or sequence', []);
    }
    if (actualDetailsHash === null) this.counts.erasedDetails += 1;
    else if (actualDetailsHash !== facts.detailsHash) {
      this.#fault('DETAILS', event, 'its details are not those its body commits to', []);
    }
    if (projections !== null) {
      const differing = differingProjection(projections, body);
      if (differing !== null) {
        this.#fault('PROJECTION', event, `its ${differing} is stored other than its body says`, []);
      }
    }
    return facts;
  }

  #checkFacts(chain: ChainState, event: TrailEvent, facts: EventFacts): void {
    if (facts.occurredAt < chain.latestAt) {
      this.#fault('TIME', event, 'it is older than the event before it', [chain.stretchOf(event.sequence)]);
    } else chain.latestAt = facts.occurredAt;
    const { chainKey } = facts;
    // Who wrote the chain hangs on its key.
    const fault = (why: string): void =>
      this.#fault('CHAIN_KEY', event, why, [{ chain: chain.name, from: 0, to: null }]);
    if (event.sequence > 0) {
      if (chainKey !== null) fault('only the first event of a chain may hand over its key');
    } else if (chainKey === null) fault('it is the first of its chain and hands over no key');
    else if (!chain.takeKey(chainKey, this.#options.keys)) {
      fault('no known key of the gateway vouches for the key of the chain');
    }
  }

  #checkSignature(chain: ChainState, event: TrailEvent): void {
    const { sequence, hash, signature } = event;
    if (signature === null) return;
    chain.signedTo = sequence;
    if (!chain.hasKey) {
      this.counts.uncheckedSignatures += 1;
      return;
    }
    const place = { chain: chain.name, sequence };
    const inDoubt = [chain.stretchOf(sequence)];
    chain.verifyCommit(this.#options.signatures, { sequence, hash, signature }, (isValid) => {
      if (isValid) this.counts.commitSignatures += 1;
      else this.#fault('COMMIT_SIGNATURE', place, 'its signature is not by the key of its chain', inDoubt);
    });
  }

  #checkSealed(chain: ChainState, event: TrailEvent, facts: EventFacts | null): void {
    const { sequence } = event;
    // A boundary that is not there is among the missing events.
    chain.passHeadsBefore(sequence);
    if (chain.nextHead?.to === sequence) {
      this.#checkHead(chain, event, chain.nextHead);
      chain.passHead();
    }
    if (facts !== null && sequence > (chain.sealed?.sealedTo ?? -1)) chain.firstUnsealedAt ??= facts.occurredAt;
  }

  #checkHead(chain: ChainState, event: TrailEvent, { head, seal }: SealedHead): void {
    const place = { chain: chain.name, sequence: event.sequence, seal };
    const inDoubt = [chain.stretchOf(event.sequence)];
    if (event.hash !== head) {
      const why = `Seal ${seal} was made over another event ${event.sequence} of ${chain.name}, or another history before it.`;
      this.#options.report('SEAL_HEAD', place, why, inDoubt);
    }
    if (chain.signedTo !== event.sequence) {
      const why = `Seal ${seal} ends at event ${event.sequence} of ${chain.name}, which carries no signature.`;
      this.#options.report('UNSIGNED', place, why, inDoubt);
    }
  }

  #fault(
    kind: FaultKind,
    { chain, sequence }: Pick<TrailEvent, 'chain' | 'sequence'>,
    why: string,
    inDoubt: readonly EventStretch[],
  ): void {
    this.#options.report(kind, { chain, sequence }, `Event ${sequence} of ${chain}: ${why}.`, inDoubt);
  }
}

export function reportMissing(
  { chain, from, to, inDoubt }: NonNullable<ChainState['missing']>,
  report: ReportFault,
): void {
  report('EVENT_MISSING', { chain, sequence: from }, `${eventRange(from, to, chain)} missing.`, [inDoubt]);
}

/** The subject and verb of a sentence about some events of a chain. */
export function eventRange(first: number, last: number, chain: string): string {
  return first === last ? `Event ${first} of ${chain} is` : `Events ${first} to ${last} of ${chain} are`;
}
