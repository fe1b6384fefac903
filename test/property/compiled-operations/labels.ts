/** Names for objects, by which the same thing is known again in two runs that made it each for itself. */
export class Labels {
  readonly #labels = new WeakMap<object, string>();

  give(value: unknown, label: string): void {
    if (typeof value === 'object' && value !== null) this.#labels.set(value, label);
  }

  of(value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value);
    return this.#labels.get(value) ?? 'not known';
  }
}
