import type { StoredEvent } from '../../domain/audit-event.js';
import type { SealState } from './seal-state.js';

/** Events of one chain that were written within a second. */
interface Written {
  readonly chain: string;
  to: number;
  /** When the first of them was known to be written, milliseconds since the epoch. */
  readonly at: number;
  count: number;
}

const TOGETHER_MS = 1_000;

/** What this process has written and no seal covers: for whoever has to notice that sealing has come to a halt. */
export class Unsealed {
  readonly #state: Pick<SealState, 'known'>;
  readonly #written: Written[] = [];

  constructor(state: Pick<SealState, 'known'>) {
    this.#state = state;
  }

  /** @param now milliseconds since the epoch */
  note(events: readonly StoredEvent[], now: number): void {
    const last = events.at(-1);
    if (last === undefined) return;
    const open = this.#written.at(-1);
    if (open !== undefined && open.chain === last.chain && now - open.at < TOGETHER_MS) {
      open.to = last.sequence;
      open.count += events.length;
      return;
    }
    this.#dropSealed();
    this.#written.push({ chain: last.chain, to: last.sequence, at: now, count: events.length });
  }

  /** How many, and how long the oldest has waited in milliseconds. Counts a group that is sealed in part as a whole. */
  at(now: number): { readonly events: number; readonly oldestMs: number } {
    this.#dropSealed();
    const events = this.#written.reduce((sum, { count }) => sum + count, 0);
    const oldest = this.#written[0];
    return { events, oldestMs: oldest === undefined ? 0 : Math.max(0, now - oldest.at) };
  }

  #dropSealed(): void {
    let first = this.#written[0];
    while (first !== undefined && (this.#state.known(first.chain)?.to ?? -1) >= first.to) {
      this.#written.shift();
      first = this.#written[0];
    }
  }
}
