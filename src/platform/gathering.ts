/** How long is waited at most for what keeps coming, milliseconds. */
const MOST_MS = 4;

/**
 * Waits until no more is about to come: for one turn of the event loop, and on as long as each turn brings more. Writing to disk costs
 * about the same for one and for thirty, so that a busy process answers sooner for having waited; an idle one waits for one turn.
 * @param waiting how many are there now
 * @param enough how many are not worth waiting for more
 */
export async function gathered(waiting: () => number, enough = Number.POSITIVE_INFINITY): Promise<void> {
  const until = performance.now() + MOST_MS;
  // What else comes in this very turn is there already then.
  await Promise.resolve();
  let before: number;
  do {
    before = waiting();
    await new Promise((resolve) => setImmediate(resolve));
  } while (waiting() > before && waiting() < enough && performance.now() < until);
}
