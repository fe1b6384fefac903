/**
 * Looks that never overlap: one asked for meanwhile begins when the one under way is done, and stands for all that were asked for until
 * then. So what was read last is what is used, however long each of them takes.
 * @param look never rejects
 */
export function oneAtATime(look: () => Promise<void>): () => Promise<void> {
  let again = false;
  let running: Promise<void> | null = null;

  async function lookUntilDone(): Promise<void> {
    do {
      again = false;
      await look();
    } while (again);
    running = null;
  }

  return () => {
    again = true;
    running ??= lookUntilDone();
    return running;
  };
}
