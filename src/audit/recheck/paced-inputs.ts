import { existsSync } from 'node:fs';
import {
  anchorFile,
  type GatewayKeys,
  type Input,
  storedEvents,
  storedSeals,
  type TrailInputs,
  type VerifiableStore,
  watchPruning,
} from '../verify/index.js';
import type { Pace } from './pace.js';

/** The event loop is held for about as long as these take: well below two milliseconds. */
const EVENTS_AT_ONCE = 25;
const SEALS_AT_ONCE = 10;
/** A seal is verified on this thread, signature and all. */
const EVENTS_A_SEAL_IS_WORTH = 10;
const ANCHOR_LINES_AT_ONCE = 20;
/** Asked so often before an event is called unreadable: an outage must not be taken for a fault. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 500;

export interface PacedInputsOptions {
  readonly store: VerifiableStore;
  readonly keys: GatewayKeys;
  readonly anchorFile: string;
  readonly pace: Pace;
  /** Ends everything at once, calls of the store under way included. */
  readonly signal: AbortSignal;
}

/** The inputs of a verification, read no faster than the pace allows and in small portions. */
export function pacedInputs(options: PacedInputsOptions): TrailInputs {
  const { keys, pace, signal } = options;
  const { events, seals } = pacedStore(options);
  return {
    keys,
    prunedMeanwhile: watchPruning(options.store.events),
    events: inTurns(storedEvents(events, { page: EVENTS_AT_ONCE, signal }), 1, () => pace.turn()),
    seals: inTurns(storedSeals(seals, SEALS_AT_ONCE), 1, () => pace.spend(EVENTS_A_SEAL_IS_WORTH)),
    // Before the first seal there is none.
    anchors: existsSync(options.anchorFile)
      ? [inTurns(anchorFile(options.anchorFile), ANCHOR_LINES_AT_ONCE, () => pace.spend(ANCHOR_LINES_AT_ONCE))]
      : [],
  };
}

function pacedStore({ store, pace, signal }: PacedInputsOptions): VerifiableStore {
  async function chain(...asked: Parameters<VerifiableStore['events']['chain']>) {
    const page = await unlessStopped(signal, () => store.events.chain(...asked));
    await pace.spend(page.length);
    return page;
  }

  return {
    events: {
      chains: () => unlessStopped(signal, () => store.events.chains()),
      hasBeyondChain: (name) => unlessStopped(signal, async () => (await store.events.hasBeyondChain?.(name)) === true),
      async chain(name, from, limit) {
        for (let tries = 1; limit === 1 && tries < TRIES; tries += 1) {
          try {
            return await chain(name, from, limit);
          } catch {
            await pace.rest(BETWEEN_TRIES_MS);
          }
        }
        return chain(name, from, limit);
      },
    },
    seals: { from: (index, limit) => unlessStopped(signal, () => store.seals.from(index, limit)) },
  };
}

/** The same input, with a wait after each so many items. */
function inTurns<T>(input: Input<T>, lot: number, wait: () => Promise<void>): Input<T> {
  return async function* (report) {
    let count = 0;
    for await (const item of input(report)) {
      yield item;
      count += 1;
      if (count % lot === 0) await wait();
    }
  };
}

/** What a call gives; rejects at once where the signal comes first, whatever the call does. */
function unlessStopped<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    call()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
