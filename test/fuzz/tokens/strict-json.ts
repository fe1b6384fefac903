/** Read by hand, character by character, so that the oracle shares no code with what it judges; null where it is no JSON or names a member twice. */
export function strictJson(text: string): { readonly value: unknown } | null {
  const reader = new Reader(text);
  try {
    const value = reader.value();
    return reader.isAtEnd() ? { value } : null;
  } catch (error) {
    if (error instanceof NoJson) return null;
    throw error;
  }
}

class NoJson extends Error {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;

class Reader {
  #at = 0;
  constructor(readonly text: string) {}

  isAtEnd(): boolean {
    this.#blanks();
    return this.#at === this.text.length;
  }

  value(): unknown {
    this.#blanks();
    const first = this.text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#list();
    if (first === '"') return this.#string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!this.text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return Number(this.#take(NUMBER));
  }

  #object(): unknown {
    const members = new Map<string, unknown>();
    this.#at += 1;
    this.#blanks();
    if (this.#skip('}')) return members;
    for (;;) {
      this.#blanks();
      const name = this.#string();
      if (members.has(name)) throw new NoJson();
      this.#blanks();
      if (!this.#skip(':')) throw new NoJson();
      members.set(name, this.value());
      this.#blanks();
      if (this.#skip('}')) return members;
      if (!this.#skip(',')) throw new NoJson();
    }
  }

  #list(): unknown {
    const items: unknown[] = [];
    this.#at += 1;
    this.#blanks();
    if (this.#skip(']')) return items;
    for (;;) {
      items.push(this.value());
      this.#blanks();
      if (this.#skip(']')) return items;
      if (!this.#skip(',')) throw new NoJson();
    }
  }

  #string(): string {
    return JSON.parse(this.#take(STRING)) as string;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new NoJson();
    this.#at += found.length;
    return found;
  }

  #skip(mark: string): boolean {
    if (this.text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #blanks(): void {
    while (' \t\r\n'.includes(this.text[this.#at] ?? 'x')) this.#at += 1;
  }
}
