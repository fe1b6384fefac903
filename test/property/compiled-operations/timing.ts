import { setImmediate as nextTurn } from 'node:timers/promises';

/** Counts what has not been settled yet. */
export class Pending {
  #count = 0;

  track(promise: Promise<unknown>): void {
    this.#count += 1;
    const done = () => {
      this.#count -= 1;
    };
    promise.then(done, done);
  }

  /** Until nothing that was begun is open any more and what follows from it has run, too. */
  async settled(): Promise<void> {
    do await nextTurn();
    while (this.#count > 0);
    await nextTurn();
  }
}

async function afterMicrotasks(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await null;
}

async function afterTurns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await nextTurn();
}

/** Settles as `settle` does, at a time that `random` chooses: at once, after microtasks, after turns of the event loop. */
export function promised(random: () => number, settle: () => unknown, pending: Pending): unknown {
  const choice = random();
  let promise: Promise<unknown>;
  if (choice < 0.3) promise = new Promise((resolve) => resolve(settle()));
  else if (choice < 0.7) promise = afterMicrotasks(1 + Math.floor(random() * 6)).then(settle);
  else promise = afterTurns(1 + Math.floor(random() * 3)).then(settle);
  // Nobody may ever ask for it; only what the executors make of it is theirs to handle.
  promise.catch(() => undefined);
  pending.track(promise);
  return random() < 0.15 ? thenable(random, promise) : promise;
}

/** What is no promise but behaves as one. */
function thenable(random: () => number, promise: Promise<unknown>): unknown {
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about
  if (random() < 0.5) return { then: promise.then.bind(promise) };
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about
  return Object.assign(() => undefined, { then: promise.then.bind(promise) });
}
