import { type KeyObject, verify } from 'node:crypto';

/** Enough to keep every core busy, and little enough not to matter to memory. */
const MOST_UNDER_WAY = 512;

/**
 * Verifies Ed25519 signatures beside the reading of events: one takes as long as ten to twenty events, and Node has threads
 * for it that other cores can run.
 */
export class SignatureQueue {
  #underWay = 0;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  /** @param onResult called later, with whether the key made the signature over the statement */
  add(key: KeyObject, statement: Buffer, signature: Buffer, onResult: (isValid: boolean) => void): void {
    this.#underWay += 1;
    verify(null, statement, key, signature, (error, isValid) => {
      this.#underWay -= 1;
      if (error === null) onResult(isValid);
      else this.#failure ??= error;
      this.#wake?.();
    });
  }

  /** Resolves once there is room for more. @throws what kept a signature from being verified at all */
  async room(): Promise<void> {
    if (this.#underWay > MOST_UNDER_WAY || this.#failure !== null) await this.#until(MOST_UNDER_WAY / 2);
  }

  /** Resolves once every signature has its result. @throws as `room` does */
  done(): Promise<void> {
    return this.#until(0);
  }

  async #until(most: number): Promise<void> {
    while (this.#underWay > most) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
    if (this.#failure !== null) throw this.#failure;
  }
}
