/** More crashes in the middle of a write than a file that is worth anything has seen. */
const MOST = 100;

/**
 * Lines of an anchor file that a crash cut short. The gateway writes the whole line again below it, so that a torn line
 * whose whole one comes later says nothing and takes nothing away; any other is a fault.
 */
export class TornLines {
  readonly #waiting: { readonly number: number; readonly text: string }[] = [];

  /** Takes a line that holds no seal. @returns whether it may be a torn one */
  take(number: number, text: string): boolean {
    if (text === '' || this.#waiting.length >= MOST) return false;
    this.#waiting.push({ number, text });
    return true;
  }

  /** Takes a line that holds a seal. */
  whole(text: string): void {
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1) {
      const torn = this.#waiting[at];
      if (torn !== undefined && text.startsWith(torn.text)) this.#waiting.splice(at, 1);
    }
  }

  /** Numbers of the lines that no whole line followed. */
  remaining(): readonly number[] {
    return this.#waiting.map(({ number }) => number);
  }
}
