import type { Spill, SpilledBlock } from './spill.js';

/** The end of a stretch that a seal covers: the event at `to` must have the hash `head` (hex). */
export interface SealedHead {
  readonly to: number;
  readonly head: string;
  readonly seal: number;
  /** Sealed after the moment the events are looked at: events it covers may be absent. */
  readonly late: boolean;
}

/** What all seals together say of one chain. */
export interface SealedChain {
  /** The last sealed event; -1 for none. */
  readonly sealedTo: number;
  /** The last sealed event that has to be there; -1 for none. */
  readonly requiredTo: number;
  /** The head of the last stretch, hex. */
  readonly head: string;
  /** The seal that says nothing follows; null for none. */
  readonly closedBy: number | null;
}

const NOTHING_SEALED: SealedChain = { sealedTo: -1, requiredTo: -1, head: '', closedBy: null };

/** to, seal (as doubles: whole numbers, exact), late, head. */
const RECORD = 8 + 8 + 1 + 32;
const RECORDS_AT_FIRST = 4;
const RECORDS_IN_A_BLOCK = 1_024;
const MOST_IN_MEMORY = 16 * 1_024 * 1_024;

interface ChainRecords {
  state: SealedChain;
  readonly blocks: SpilledBlock[];
  waiting: Buffer;
  used: number;
}

/**
 * The heads that seals state, gathered by chain: seals come in order of time and events chain by chain. They lie in
 * memory up to a bound, then in the spill: there is a seal every few seconds for years.
 */
export class SealedStretches {
  readonly #spill: Spill;
  readonly #mostInMemory: number;
  readonly #chains = new Map<string, ChainRecords>();
  readonly #lost: { readonly from: number; readonly to: number }[] = [];
  #inMemory = 0;

  constructor(spill: Spill, mostInMemory: number = MOST_IN_MEMORY) {
    this.#spill = spill;
    this.#mostInMemory = mostInMemory;
  }

  /** Every chain that any seal names. */
  chains(): IterableIterator<string> {
    return this.#chains.keys();
  }

  of(chain: string): SealedChain | null {
    return this.#chains.get(chain)?.state ?? null;
  }

  /** Adds the next stretch of a chain. */
  add(chain: string, { to, head, seal, late }: SealedHead): void {
    const records = this.#recordsOf(chain);
    if (records.used === records.waiting.length) this.#makeRoom(records);
    const at = records.used;
    records.waiting.writeDoubleLE(to, at);
    records.waiting.writeDoubleLE(seal, at + 8);
    records.waiting.writeUInt8(late ? 1 : 0, at + 16);
    records.waiting.write(head, at + 17, 'hex');
    records.used += RECORD;
    const { requiredTo, closedBy } = records.state;
    records.state = { sealedTo: to, requiredTo: late ? requiredTo : to, head, closedBy };
  }

  /** Notes that the seal says that nothing follows in the chain. */
  close(chain: string, seal: number): void {
    const records = this.#recordsOf(chain);
    records.state = { ...records.state, closedBy: seal };
  }

  /** Takes back what these seals said, both included: the store was restored from a copy that did not have them. */
  lose(from: number, to: number): void {
    this.#lost.push({ from, to });
    for (const [chain, records] of this.#chains) {
      let { sealedTo, requiredTo, head } = NOTHING_SEALED;
      for (const sealed of this.heads(chain)) {
        sealedTo = sealed.to;
        head = sealed.head;
        if (!sealed.late) requiredTo = sealed.to;
      }
      const { closedBy } = records.state;
      const isOpenAgain = closedBy !== null && closedBy >= from && closedBy <= to;
      records.state = { sealedTo, requiredTo, head, closedBy: isOpenAgain ? null : closedBy };
    }
  }

  /** The heads of a chain, in the order added. */
  *heads(chain: string): IterableIterator<SealedHead> {
    for (const head of this.#added(chain)) {
      if (!this.#lost.some(({ from, to }) => head.seal >= from && head.seal <= to)) yield head;
    }
  }

  *#added(chain: string): IterableIterator<SealedHead> {
    const records = this.#chains.get(chain);
    if (records === undefined) return;
    for (const block of records.blocks) yield* read(this.#spill.read(block));
    yield* read(records.waiting.subarray(0, records.used));
  }

  #recordsOf(chain: string): ChainRecords {
    let records = this.#chains.get(chain);
    if (records === undefined) {
      records = { state: NOTHING_SEALED, blocks: [], waiting: Buffer.alloc(0), used: 0 };
      this.#chains.set(chain, records);
    }
    return records;
  }

  #makeRoom(records: ChainRecords): void {
    const length = Math.min(Math.max(records.used * 2, RECORDS_AT_FIRST * RECORD), RECORDS_IN_A_BLOCK * RECORD);
    if (records.used >= RECORDS_IN_A_BLOCK * RECORD) this.#spillOne(records);
    else if (this.#inMemory + length > this.#mostInMemory)
      for (const each of this.#chains.values()) this.#spillOne(each);
    const grown = Buffer.alloc(length);
    records.waiting.copy(grown, 0, 0, records.used);
    this.#inMemory += grown.length - records.waiting.length;
    records.waiting = grown;
  }

  #spillOne(records: ChainRecords): void {
    if (records.used > 0) records.blocks.push(this.#spill.append(records.waiting.subarray(0, records.used)));
    this.#inMemory -= records.waiting.length;
    records.waiting = Buffer.alloc(0);
    records.used = 0;
  }
}

function* read(bytes: Buffer): IterableIterator<SealedHead> {
  for (let at = 0; at < bytes.length; at += RECORD) {
    yield {
      to: bytes.readDoubleLE(at),
      seal: bytes.readDoubleLE(at + 8),
      late: bytes.readUInt8(at + 16) === 1,
      head: bytes.toString('hex', at + 17, at + RECORD),
    };
  }
}
