import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { EventConflictError, StoreUnavailableError } from '../../../src/errors/index.js';
import type { ChainHead, EventFilter, EventStore, PageRequest, Slice } from '../../../src/stores/index.js';

/**
 * How one write goes: carried out; refused; carried out with its answer lost; half carried out with its answer lost; carried
 * out only after the caller was told it failed (see `land`); without any answer; refused as a conflict.
 */
export type Behaviour = 'ok' | 'refuse' | 'lose-answer' | 'prefix' | 'late' | 'hang' | 'conflict' | 'bug';

/** An event store in memory that a test can make fail in every way a real one does. */
export class MemoryEvents {
  readonly stored: StoredEvent[] = [];
  /** Every write that was asked for, whatever became of it. */
  readonly appends: (readonly StoredEvent[])[] = [];
  /** How the next writes go, one each; after them `behaviour` holds. */
  script: Behaviour[] = [];
  behaviour: Behaviour = 'ok';
  readable = true;
  pages = 0;
  /** How often somebody has asked for new chains. */
  looks = 0;
  readonly #late: (readonly StoredEvent[])[] = [];
  #gate: { readonly opened: Promise<void>; readonly open: () => void } | null = null;

  /** As the port; methods of the port that these tests do not need are absent. */
  get port(): EventStore {
    return this as unknown as EventStore;
  }

  /** Lets no write go on until `release`. */
  hold(): void {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { opened, open };
  }

  release(): void {
    this.#gate?.open();
    this.#gate = null;
  }

  /** Carries out the writes that came `late`. */
  land(): void {
    for (const events of this.#late.splice(0)) {
      try {
        this.write(events);
      } catch {
        // Its places are taken by now: refused, and nobody is there any more to hear of it.
      }
    }
  }

  async append(events: readonly StoredEvent[]): Promise<void> {
    this.appends.push(events);
    await this.#gate?.opened;
    const behaviour = this.script.shift() ?? this.behaviour;
    switch (behaviour) {
      case 'ok':
        return this.write(events);
      case 'lose-answer':
        this.write(events);
        break;
      case 'prefix':
        this.write(events.slice(0, Math.ceil(events.length / 2)));
        break;
      case 'late':
        this.#late.push(events);
        break;
      case 'hang':
        return new Promise(() => {});
      case 'conflict':
        throw new EventConflictError(events[0]?.id ?? 'none');
      case 'bug':
        throw new TypeError('a mistake in the store');
      case 'refuse':
        break;
    }
    throw new StoreUnavailableError(`the store did not answer (${behaviour})`);
  }

  /** Stores events as another writer would. */
  write(events: readonly StoredEvent[]): void {
    for (const event of events) {
      const known = this.stored.find(({ id }) => id === event.id);
      if (known === undefined) this.stored.push(event);
      else if (Buffer.compare(known.hash, event.hash) !== 0) throw new EventConflictError(event.id);
    }
  }

  async get(id: string): Promise<StoredEvent | null> {
    this.#answer();
    return this.stored.find((event) => event.id === id) ?? null;
  }

  async chain(chain: string, fromSequence: number, limit: number): Promise<readonly StoredEvent[]> {
    this.#answer();
    return this.stored
      .filter((event) => event.chain === chain && event.sequence >= fromSequence)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(0, limit);
  }

  async chains(): Promise<readonly string[]> {
    this.#answer();
    return [...new Set(this.stored.map(({ chain }) => chain))].sort();
  }

  async chainsSince(since: number): Promise<readonly string[]> {
    this.#answer();
    return [...new Set(this.stored.flatMap((event) => (event.occurredAt >= since ? [event.chain] : [])))].sort();
  }

  async openedSince(since: number): Promise<readonly string[]> {
    this.#answer();
    this.looks += 1;
    const opened = this.stored.filter((event) => event.sequence === 0 && event.occurredAt >= since);
    return [...new Set(opened.map(({ chain }) => chain))].sort();
  }

  async heads(): Promise<readonly ChainHead[]> {
    this.#answer();
    const heads = new Map<string, ChainHead>();
    for (const event of this.stored) {
      if (event.sequence >= (heads.get(event.chain)?.sequence ?? 0)) heads.set(event.chain, event);
    }
    return [...heads.values()].map(({ chain, sequence, occurredAt }) => ({ chain, sequence, occurredAt }));
  }

  async existing(ids: readonly string[]): Promise<readonly string[]> {
    this.#answer();
    const wanted = new Set(ids);
    return this.stored.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
  }

  async eraseDetails(personId: string): Promise<number> {
    this.#answer();
    let erased = 0;
    for (const [at, event] of this.stored.entries()) {
      if (event.details === null || (event.actorId !== personId && event.subjectId !== personId)) continue;
      this.stored[at] = { ...event, details: null };
      erased += 1;
    }
    return erased;
  }

  async page(filter: EventFilter, page: PageRequest): Promise<Slice<StoredEvent>> {
    this.#answer();
    this.pages += 1;
    const { occurredAfter = -Infinity, occurredBefore = Infinity, types, ...equal } = filter;
    const newest = this.stored
      .filter((event) => types?.includes(event.type) ?? true)
      .filter((event) => event.occurredAt >= occurredAfter && event.occurredAt < occurredBefore)
      .filter((event) => Object.entries(equal).every(([name, value]) => event[name as keyof StoredEvent] === value))
      .sort((a, b) => b.occurredAt - a.occurredAt || (a.id < b.id ? 1 : -1));
    const { from, limit } = page;
    const order = ({ occurredAt, id }: StoredEvent) =>
      from === undefined ? 0 : from.at - occurredAt || (id < from.id ? 1 : id > from.id ? -1 : 0);
    const beyond = newest.filter((event) => {
      if (from === undefined) return true;
      return page.direction === 'forward' ? order(event) > 0 : order(event) < 0;
    });
    const items =
      page.direction === 'forward' ? beyond.slice(0, limit) : beyond.slice(Math.max(0, beyond.length - limit));
    return { items, hasMore: beyond.length > limit };
  }

  #answer(): void {
    if (!this.readable) throw new StoreUnavailableError('the store does not answer');
  }
}
