import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { VerifyInputError } from './gateway-keys.js';

const NEWLINE = 0x0a;
/** Small enough that what is made of it is gone before the garbage collector would have to move it. */
const CHUNK = 256 * 1_024;
/** Far beyond what a gateway writes; a file without line ends must not fill the memory. */
const LONGEST_LINE = 64 * 1_024 * 1_024;

/** Whole lines of a file. Only good until the next batch is asked for: the memory is used again. */
export class LineBatch {
  readonly bytes: Buffer;
  /** The number of the first line, from 1. */
  readonly first: number;
  /** Where each line ends: at its line end, which is not part of it. */
  readonly ends: readonly number[];
  readonly #allUtf8: boolean;

  constructor(bytes: Buffer, first: number) {
    this.bytes = bytes;
    this.first = first;
    this.#allUtf8 = isUtf8(bytes);
    const ends: number[] = [];
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) ends.push(at);
    if (bytes.at(-1) !== NEWLINE) ends.push(bytes.length);
    this.ends = ends;
  }

  get count(): number {
    return this.ends.length;
  }

  /** The last line has no line end: the file ends within it. */
  get isUnterminated(): boolean {
    return this.bytes.at(-1) !== NEWLINE;
  }

  /** Where the line with this place in the batch starts and ends. */
  startOf(at: number): number {
    return at === 0 ? 0 : this.endOf(at - 1) + 1;
  }

  endOf(at: number): number {
    return this.ends[at] ?? this.bytes.length;
  }

  isUtf8(at: number): boolean {
    return this.#allUtf8 || isUtf8(this.bytes.subarray(this.startOf(at), this.endOf(at)));
  }

  text(at: number): string {
    return this.bytes.toString('utf8', this.startOf(at), this.endOf(at));
  }
}

export interface LinesOptions {
  /** Reads no further than this, bytes: a file that others append to. Default: to its end. */
  readonly upTo?: number;
  readonly onBytes?: (count: number) => void;
}

/**
 * The lines of a file, some at a time.
 * @throws VerifyInputError where a line is longer than 64 MiB
 */
export async function* readLines(file: FileHandle, options: LinesOptions = {}): AsyncGenerator<LineBatch> {
  const { upTo = Number.POSITIVE_INFINITY, onBytes } = options;
  let buffer = Buffer.allocUnsafe(CHUNK);
  let filled = 0;
  let position = 0;
  let first = 1;
  for (;;) {
    const room = Math.min(buffer.length - filled, upTo - position);
    const { bytesRead } = room > 0 ? await file.read(buffer, filled, room, position) : { bytesRead: 0 };
    position += bytesRead;
    filled += bytesRead;
    onBytes?.(bytesRead);
    const atEnd = bytesRead === 0;
    const end = atEnd || filled === 0 ? filled : buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end > 0) {
      const batch = new LineBatch(buffer.subarray(0, end), first);
      yield batch;
      first += batch.count;
      buffer.copyWithin(0, end, filled);
      filled -= end;
    } else if (filled === buffer.length) {
      if (filled >= LONGEST_LINE) throw new VerifyInputError(`Line ${first} is longer than any line of an export.`);
      buffer = Buffer.concat([buffer], buffer.length * 2);
    }
    if (atEnd) return;
  }
}
