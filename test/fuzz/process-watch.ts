/** What a process must never come to, whatever it is sent. */
const EVENTS = ['unhandledRejection', 'uncaughtException', 'warning'] as const;

/** Notes what went wrong in this process beside all that was waited for. */
export class ProcessWatch {
  readonly #faults: string[] = [];
  readonly #note = (reason: unknown) => {
    const text = reason instanceof Error ? `${reason.name}: ${reason.message}\n${reason.stack}` : String(reason);
    // Node says so once of things that have nothing to do with what is sent.
    if (!/^(ExperimentalWarning|DeprecationWarning)/.test(text)) this.#faults.push(text);
  };

  start(): void {
    for (const event of EVENTS) process.on(event, this.#note);
  }

  stop(): void {
    for (const event of EVENTS) process.off(event, this.#note);
  }

  /** What was noted since it was asked last. */
  faults(): readonly string[] {
    return this.#faults.splice(0);
  }
}

/** How many connections this process has open, on either side. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}
