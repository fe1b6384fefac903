import { setImmediate as nextTurn } from 'node:timers/promises';

/** Watches for rejections that nobody handles, in the place of the test runner, which would only end the run. */
export class Rejections {
  readonly #others = process.listeners('unhandledRejection');
  #seen: unknown[] = [];
  readonly #listener = (reason: unknown): void => void this.#seen.push(reason);

  watch(): void {
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', this.#listener);
  }

  /** Those since it was last asked. */
  async taken(): Promise<readonly unknown[]> {
    await nextTurn();
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }

  leave(): void {
    process.removeListener('unhandledRejection', this.#listener);
    for (const other of this.#others) process.on('unhandledRejection', other as (...args: unknown[]) => void);
  }
}
