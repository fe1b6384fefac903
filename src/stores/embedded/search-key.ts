/**
 * Text with its case folded, as search keys are stored and looked for. SQLite folds ASCII alone. The final sigma is folded
 * too: lower-casing picks it by position, and a prefix ends where the name may go on.
 */
export function searchKey(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** Sorts after every text in SQLite, where a BLOB is greater than any TEXT. */
const AFTER_ALL_TEXT = new Uint8Array(0);

/**
 * The least value greater than every text that starts with `prefix`, in SQLite's order (that of code points), so that
 * `key >= prefix AND key < end` is exactly the prefix match and no character of the prefix can mean anything else.
 */
export function prefixEnd(prefix: string): string | Uint8Array {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // Surrogates are no code points of their own and cannot be stored.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return AFTER_ALL_TEXT;
}
