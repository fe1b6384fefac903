import type { EventPruned, StoredEvent } from '../../domain/audit-event.js';
import { GatewayError } from '../../errors/index.js';
import type { EventStore } from '../../stores/index.js';
import { eventsOf } from '../retention/events-of.js';
import { prunedIn } from '../retention/prune-records.js';
import type { TailPosition } from './position.js';

/** An event may have been seen so much later than others that occurred at the same time, milliseconds. */
const LATE_MS = 60_000;

type Source = Pick<EventStore, 'page' | 'chain'>;

/**
 * What pruning has taken out of the reach of one follower. A follower reads by place, so what is gone would be passed over in
 * silence: whoever is promised every event has to be told instead. What was deleted without a record is the verifier's to name, and silences
 * nobody.
 */
export class PrunedPlaces {
  readonly #events: Source;
  readonly #records: readonly StoredEvent[];

  private constructor(events: Source, records: readonly StoredEvent[]) {
    this.#events = events;
    this.#records = records;
  }

  /** What is on record now. @throws StoreUnavailableError */
  static async look(events: Source): Promise<PrunedPlaces> {
    return new PrunedPlaces(events, await recordsIn(events));
  }

  /**
   * @throws GatewayError BAD_USER_INPUT where events that come after the position were pruned: nobody can go on from there without
   *   missing them; StoreUnavailableError
   */
  async checkPosition(position: TailPosition): Promise<void> {
    if (!(await this.#misses(position))) return;
    throw new GatewayError('BAD_USER_INPUT', {
      message:
        'Events after this cursor have been pruned since. Begin without `after`, and take what is missing from the archives that AUDIT_PRUNED names.',
      extensions: { field: 'after' },
    });
  }

  /** Whether any of the events from one to before another were put on record as pruned since the look. @throws StoreUnavailableError */
  async wasPrunedSince(chain: string, from: number, to: number): Promise<boolean> {
    const known = new Set(this.#records.map(({ id }) => id));
    for (const record of await recordsIn(this.#events)) {
      if (known.has(record.id)) continue;
      if (saidIn(record)?.ranges.some((range) => range.chain === chain && range.from < to && range.to >= from))
        return true;
    }
    return false;
  }

  async #misses(position: TailPosition): Promise<boolean> {
    const named = new Map(position.places);
    let seen: number | null = null;
    for (const record of this.#records) {
      const said = saidIn(record);
      for (const { chain, from, to } of said?.ranges ?? []) {
        const next = named.get(chain) ?? 0;
        if (to < next) continue;
        if (!named.has(chain)) {
          const { before } = said ?? { before: 0 };
          // Of a chain that is not named nothing occurred since the horizon, when the position was given; what it holds of later is not in
          // a range that ends before then.
          if (position.horizon !== null && before <= position.horizon) continue;
          seen ??= await this.#seenAt(position);
          if (before <= seen - LATE_MS) continue;
        }
        // Recorded, and not deleted yet: it can still be given.
        const [first] = await this.#events.chain(chain, Math.max(from, next), 1);
        if (first === undefined || first.sequence > Math.max(from, next)) return true;
      }
    }
    return false;
  }

  /** When the newest event occurred that the position is behind, and that is still there. */
  async #seenAt({ places }: TailPosition): Promise<number> {
    let seen = Number.NEGATIVE_INFINITY;
    for (const [chain, next] of places) {
      const [last] = next === 0 ? [] : await this.#events.chain(chain, next - 1, 1);
      if (last?.sequence === next - 1 && last.occurredAt > seen) seen = last.occurredAt;
    }
    return seen;
  }
}

async function recordsIn(events: Source): Promise<readonly StoredEvent[]> {
  const records: StoredEvent[] = [];
  for await (const record of eventsOf(events, { types: ['AUDIT_PRUNED'] })) records.push(record);
  return records;
}

/** Null where it cannot be read: whoever has the database must not be able to silence those who follow. */
function saidIn(record: StoredEvent): EventPruned | null {
  try {
    const said = prunedIn(record);
    return Array.isArray(said.ranges) ? said : null;
  } catch {
    return null;
  }
}
