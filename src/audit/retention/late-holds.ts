import { setImmediate as turn } from 'node:timers/promises';
import type { PrunedRange } from '../../domain/audit-event.js';
import type { EventStore } from '../../stores/index.js';
import type { GatewaySigner } from '../seal/gateway-signer.js';
import { eventsOf } from './events-of.js';
import { type HoldSource, isHeld, isInForce, type PlacedHold, readHolds } from './holds.js';
import { RetentionError } from './retention-error.js';

const PAGE = 500;

export interface LateHoldParts {
  readonly events: HoldSource & Pick<EventStore, 'chain'>;
  readonly gateway: GatewaySigner;
  /** Milliseconds since the epoch, now. */
  readonly now: () => number;
}

/**
 * Keeps from being deleted what holds keep that were not known when the pruning was planned. They are told apart by what they are, not by
 * when they say they were placed: that is by the clock of another machine, and a hold may be on its way while the plan is made.
 */
export class LateHolds {
  readonly #parts: LateHoldParts;
  readonly #known: Set<string>;

  /** @param planned every hold that the plan has taken into account; of one that was broken off nobody knows: none */
  constructor(planned: readonly PlacedHold[], parts: LateHoldParts) {
    this.#parts = parts;
    this.#known = new Set(planned.map(({ eventId }) => eventId));
  }

  /**
   * To be asked before each part of what is deleted.
   * @throws RetentionError where a hold in force keeps any event of the ranges that is still there; StoreUnavailableError
   */
  async check(ranges: readonly PrunedRange[]): Promise<void> {
    const { events, gateway, now } = this.#parts;
    if (!(await this.#hasNew())) return;
    for (const hold of await readHolds(events, gateway)) {
      if (this.#known.has(hold.eventId)) continue;
      if (isInForce(hold, now())) await this.#checkNoneHeld(hold, ranges);
      // It keeps none of these, or no more: which of them are there only shrinks.
      this.#known.add(hold.eventId);
    }
  }

  async #hasNew(): Promise<boolean> {
    for await (const { id } of eventsOf(this.#parts.events, { types: ['LEGAL_HOLD_PLACED'] })) {
      if (!this.#known.has(id)) return true;
    }
    return false;
  }

  async #checkNoneHeld(hold: PlacedHold, ranges: readonly PrunedRange[]): Promise<void> {
    for (const { chain, from, to } of ranges) {
      for (let next = from; next <= to; ) {
        const page = (await this.#parts.events.chain(chain, next, PAGE)).filter(({ sequence }) => sequence <= to);
        const held = page.find((event) => isHeld(hold, event));
        if (held !== undefined) {
          throw new RetentionError(
            `The hold ${hold.id} keeps event ${held.sequence} of ${chain}, and was placed since the pruning was planned: nothing more is deleted until it is released.`,
          );
        }
        const last = page.at(-1);
        if (last === undefined) break;
        next = last.sequence + 1;
        await turn();
      }
    }
  }
}
