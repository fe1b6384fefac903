/** Deeper than any schema nests; what recurses over an answer does so for each level. */
const DEEPEST = 500;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What makes `{` of `[` and `}` of `]`, and neither of anything else that stands outside a text. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** What may hold a key that reaches a prototype, also one that is written with escapes. */
const SUSPICIOUS = /__proto__|"prototype"|\\u00/;

/**
 * The value of a JSON text that somebody else wrote, so that whoever merges it into objects or recurses over it comes to no
 * harm: keys that lead to a prototype are left out.
 * @throws SyntaxError where it is no JSON, or nested more than 500 deep.
 */
export function parseHarmlessJson(bytes: Buffer | string): unknown {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  if (buffer.length > 2 * DEEPEST && isTooDeep(buffer)) throw new SyntaxError('nested too deeply');
  const text = typeof bytes === 'string' ? bytes : bytes.toString('utf8');
  return SUSPICIOUS.test(text) ? JSON.parse(text, withoutPrototypes) : JSON.parse(text);
}

/** Before it is parsed: the parser could take it, what follows could not. */
function isTooDeep(buffer: Buffer): boolean {
  let depth = 0;
  for (let at = 0; at < buffer.length; at += 1) {
    const byte = buffer[at] as number;
    if (byte === QUOTE) at = endOfString(buffer, at + 1);
    else if ((byte | CURLY) === OPENING) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if ((byte | CURLY) === CLOSING) depth -= 1;
  }
  return false;
}

/** Where the string ends that begins there. */
function endOfString(buffer: Buffer, from: number): number {
  let end = buffer.indexOf(QUOTE, from);
  while (end !== -1) {
    let escapes = 0;
    while (end - escapes - 1 >= from && buffer[end - escapes - 1] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
    end = buffer.indexOf(QUOTE, end + 1);
  }
  return buffer.length;
}

/** `__proto__` itself, and the way through a constructor. */
function withoutPrototypes(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined;
  if (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')) {
    return undefined;
  }
  return value;
}
