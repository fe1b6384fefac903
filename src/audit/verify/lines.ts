import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { VerifyInputError } from './gateway-keys.js';

const NEWLINE = 0x0a;
/** Small enough that what is made of it is gone before the garbage collector would have to move it. */
const CHUNK = 256 * 1_024;
/** Far beyond what a gateway writes; a file without line ends must not fill the memory. */
const LONGEST_LINE = 64 * 1_024 * 1_024;

/** Whole lines of a file, without their line ends. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** The number of the first line, from 1. */
  readonly first: number;
  /** Numbers of the lines that are not UTF-8. */
  readonly notUtf8: readonly number[];
  /** The last line, at the end of the file, has no line end. */
  readonly unterminated: boolean;
}

export interface LinesOptions {
  /** Reads no further than this, bytes: a file that others append to. Default: to its end. */
  readonly upTo?: number;
  readonly onBytes?: (count: number) => void;
}

/**
 * The lines of a file, a chunk at a time.
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
    const end = atEnd ? filled : buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end > 0) {
      const batch = linesIn(buffer.subarray(0, end), first);
      yield batch;
      first += batch.lines.length;
      buffer.copyWithin(0, end, filled);
      filled -= end;
    } else if (filled === buffer.length) {
      if (filled >= LONGEST_LINE) throw new VerifyInputError(`Line ${first} is longer than any line of an export.`);
      buffer = Buffer.concat([buffer], buffer.length * 2);
    }
    if (atEnd) return;
  }
}

function linesIn(bytes: Buffer, first: number): LineBatch {
  const lines: string[] = [];
  const notUtf8: number[] = [];
  const allUtf8 = isUtf8(bytes);
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    if (!allUtf8 && !isUtf8(bytes.subarray(start, end))) notUtf8.push(first + lines.length);
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return { lines, first, notUtf8, unterminated: bytes.at(-1) !== NEWLINE };
}
