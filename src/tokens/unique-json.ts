/** A JSON object that names a member twice. Says neither which nor where: the text may be secret. */
export class DuplicateMemberError extends Error {
  override readonly name = 'DuplicateMemberError';
  constructor() {
    super('a JSON object names a member twice');
  }
}

const STRUCTURE = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g;

/**
 * Parses JSON in which no object, at any depth, names a member twice. RFC 7519 §4 leaves it to the reader whether the
 * first or last duplicate counts; a token that two parsers read differently is a way round a check, so none is read.
 * @throws SyntaxError for text that is not JSON (its message may quote the text: do not pass it on),
 * DuplicateMemberError
 */
export function parseUniqueJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // A member named twice is there once after parsing: whatever is written back as it was has none.
  if (isWrittenAs(value, text)) return value;
  const open: Set<string>[] = [];
  let latest = '';
  // The text is known to be JSON here, so a string before a colon is always a member name.
  for (const [mark] of text.matchAll(STRUCTURE)) {
    if (mark === '{' || mark === '[') open.push(new Set());
    else if (mark === '}' || mark === ']') open.pop();
    else if (mark === ':') {
      // Decoded, because "\u0061ud" and "aud" are the same name.
      const name = String(JSON.parse(latest));
      const names = open.at(-1);
      if (names?.has(name)) throw new DuplicateMemberError();
      names?.add(name);
    } else latest = mark;
  }
  return value;
}

function isWrittenAs(value: unknown, text: string): boolean {
  try {
    return JSON.stringify(value) === text;
  } catch {
    // Nested too deeply to be written; it could be read.
    return false;
  }
}
