import { open } from 'node:fs/promises';
import path from 'node:path';
import type { StoredSeal } from '../../domain/audit-seal.js';
import { makeFolder, syncFolder } from '../../platform/durable-files.js';

/**
 * A place outside the database where seals are also written, so that rolling the database back, or wiping it, shows. What
 * makes it worth something is that whoever can change the database cannot change it.
 */
export interface Anchor {
  /** Resolves once the seal is durable there. Publishing a seal again does no harm. */
  publish(seal: StoredSeal): Promise<void>;
  /** The index of the last seal it holds; null where it holds none. What cannot be read counts as none. */
  lastIndex(): Promise<number | null>;
}

/** The line an anchor holds for a seal. */
export function anchorLine(seal: StoredSeal): string {
  return JSON.stringify({
    index: seal.index,
    body: seal.body,
    hash: Buffer.from(seal.hash).toString('hex'),
    kid: seal.kid,
    algorithm: seal.algorithm,
    signature: Buffer.from(seal.signature).toString('base64url'),
  });
}

/** An append-only file, one JSON line a seal, fsynced line by line. */
export function createFileAnchor(file: string): Anchor {
  const folder = path.dirname(path.resolve(file));
  let isNamed = false;
  return {
    async publish(seal) {
      if (!isNamed) await makeFolder(folder);
      const handle = await open(file, 'a', 0o600).catch((error: unknown) => {
        isNamed = false;
        throw error;
      });
      try {
        // A crash may have left half a line; this one must not become a part of it.
        const { size } = await handle.stat();
        const torn = size > 0 && !(await endsWithLineBreak(file, size));
        await handle.appendFile(`${torn ? '\n' : ''}${anchorLine(seal)}\n`, 'utf8');
        await handle.datasync();
        // A file without a name on disk is lost with all that was synced: whoever made it may have been killed before.
        if (!isNamed || size === 0) await syncFolder(folder);
        isNamed = true;
      } catch (error) {
        isNamed = false;
        throw error;
      } finally {
        await handle.close();
      }
    },
    async lastIndex() {
      let text: string;
      try {
        text = await readEnd(file);
      } catch {
        return null;
      }
      for (const line of text.trimEnd().split('\n').reverse()) {
        const index = indexOf(line);
        if (index !== null) return index;
      }
      return null;
    },
  };
}

/** The lines at the end of an anchor file, the newest first; none where it cannot be read. */
export async function lastAnchorLines(file: string): Promise<readonly string[]> {
  const text = await readEnd(file).catch(() => '');
  return text.trimEnd().split('\n').reverse();
}

const END_BYTES = 1_048_576;

/** The last part of a file: enough to hold its last line whole, whatever its length in all. */
async function readEnd(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, END_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

/** The seal's index in an anchor line; null where a crash left half a line. */
function indexOf(line: string): number | null {
  try {
    const { index } = JSON.parse(line) as { index?: unknown };
    return Number.isSafeInteger(index) ? Number(index) : null;
  } catch {
    return null;
  }
}

async function endsWithLineBreak(file: string, size: number): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  } finally {
    await handle.close();
  }
}
