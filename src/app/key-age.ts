import { stat } from 'node:fs/promises';
import type { Config } from '../config/index.js';
import type { Keyring } from '../tokens/index.js';

/** How old the key is that signs. */
export interface SigningKeyAge {
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  /** Whole days since then. */
  readonly days: number;
  /** Whether it may be older: its file does not say when it was made, but only when it was last written. */
  readonly isLeast: boolean;
  readonly tooOld: boolean;
}

const DAY_MS = 86_400_000;

/**
 * The age of the signing key: by its `iat`, else by its `signs_from`, else by the time of its file.
 * @param now milliseconds since the epoch
 * @returns null where none of them can be had
 */
export async function signingKeyAge(
  { madeAt: said }: Pick<Keyring, 'madeAt'>,
  file: string,
  { signingKeyMaxAgeDays }: Pick<Config, 'signingKeyMaxAgeDays'>,
  now: number,
): Promise<SigningKeyAge | null> {
  const madeAt = said ?? (await writtenAt(file));
  if (madeAt === null) return null;
  const age = Math.max(0, now - madeAt);
  const tooOld = signingKeyMaxAgeDays > 0 && age > signingKeyMaxAgeDays * DAY_MS;
  return { madeAt, days: Math.floor(age / DAY_MS), isLeast: said === null, tooOld };
}

async function writtenAt(file: string): Promise<number | null> {
  const about = await stat(file).catch(() => null);
  return about === null ? null : about.mtimeMs;
}
