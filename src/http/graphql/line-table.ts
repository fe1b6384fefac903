import type { Source, SourceLocation } from 'graphql';

/** What ends a line, as graphql-js counts them. */
const LINE_ENDS = /\r\n|[\n\r]/g;

/** Where each line of a text begins, looked for once: graphql-js looks for it from the top of the text, for each error. */
export class LineTable {
  readonly #ends: number[] = [];
  readonly #starts: number[] = [];

  constructor(text: string) {
    for (const { 0: end, index } of text.matchAll(LINE_ENDS)) {
      this.#ends.push(index);
      this.#starts.push(index + end.length);
    }
  }

  /** @param position in the text, from 0 @returns line and column, from 1, as graphql-js counts them */
  locate(position: number): SourceLocation {
    let before = 0;
    for (let beyond = this.#ends.length; before < beyond; ) {
      const middle = (before + beyond) >> 1;
      if ((this.#ends[middle] as number) < position) before = middle + 1;
      else beyond = middle;
    }
    return { line: before + 1, column: position + 1 - (this.#starts[before - 1] ?? 0) };
  }
}

/**
 * Does work that makes errors about a text, and spares each of them the way through its lines: the text is one line meanwhile. Where they
 * stand has to be asked of a {@link LineTable} afterwards.
 */
export function withoutLines<T>(source: Source, work: () => T): T {
  const { body } = source;
  source.body = '';
  try {
    return work();
  } finally {
    source.body = body;
  }
}
