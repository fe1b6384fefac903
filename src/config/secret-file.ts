import { readFileSync } from 'node:fs';
import type { Parsed } from './option.js';

/** Larger than any connection string; whoever names a log or a device by mistake is told so. */
const MOST_CHARACTERS = 65_536;

/**
 * Reads a setting that is a secret from a file, as orchestrators hand them out. Blanks around it, such as the line break at its
 * end, are dropped. What cannot be read or is empty is a problem and never "not set": else a gateway whose secret was not mounted
 * would start with a default. No problem quotes the content.
 */
export function readSecretFile(file: string): Parsed<string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: `names a file that cannot be read (${code})` };
  }
  if (text === '') return { problem: 'names a file that is empty' };
  return text.length > MOST_CHARACTERS ? { problem: 'names a file that is too large' } : { value: text };
}
