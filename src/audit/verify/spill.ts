import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where a stretch of bytes lies in a spill. */
export interface SpilledBlock {
  readonly offset: number;
  readonly length: number;
}

/**
 * A temporary file for what would otherwise make memory grow with the length of a trail. It exists from the first byte
 * until `close`, for the owner alone.
 */
export class Spill {
  readonly #parent: string;
  #directory: string | null = null;
  #file = -1;
  #length = 0;

  /** @param parent a folder that exists; the system's for temporary files by default */
  constructor(parent: string = tmpdir()) {
    this.#parent = parent;
  }

  append(bytes: Uint8Array): SpilledBlock {
    if (this.#directory === null) {
      this.#directory = mkdtempSync(path.join(this.#parent, 'audit-verify-'));
      this.#file = openSync(path.join(this.#directory, 'spill'), 'wx+', 0o600);
    }
    const offset = this.#length;
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, offset + written);
    }
    this.#length += bytes.length;
    return { offset, length: bytes.length };
  }

  read({ offset, length }: SpilledBlock): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      const count = readSync(this.#file, bytes, read, length - read, offset + read);
      if (count === 0) throw new Error('the temporary file of the verification was cut off');
      read += count;
    }
    return bytes;
  }

  close(): void {
    if (this.#directory === null) return;
    closeSync(this.#file);
    rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = null;
  }
}
