import { BYTES_16, BYTES_64, COUNT, SHA256_HEX } from './json-grammar.js';
import type { Projections } from './projections.js';

/** One event as an export carries it. */
export interface ExportLine {
  readonly chain: string;
  readonly sequence: number;
  /** Hex, as is `hash`. */
  readonly previousHash: string;
  readonly hash: string;
  /** The exact hashed text. */
  readonly body: string;
  /** Of the commit that ends here, base64url; null within a commit. */
  readonly signature: string | null;
  /** Null once erased. `salt` is base64url. */
  readonly details: { readonly salt: string; readonly text: string } | null;
  /** As stored, types included; null where it is not a store that is verified. */
  readonly projections: Projections | null;
}

/** What an export says of itself in its last line. */
export interface ExportManifest {
  readonly partial: boolean;
}

const HEAD = new RegExp(
  `\\{"chain":"([\\w.-]{1,128})","sequence":(${COUNT}),"previousHash":"(${SHA256_HEX})","hash":"(${SHA256_HEX})","body":"`,
  'y',
);
const SIGNATURE = new RegExp(`,"signature":"(${BYTES_64})"`, 'y');
const SALT = new RegExp(`,"details":\\{"salt":"(${BYTES_16})","text":"`, 'y');
const AFTER_TEXT = '"}}';

/**
 * The event in a line of an export; null where the line is not as an export writes it: these members, in this order, no
 * white space. This is the hottest code of a verification: no part of the line is looked at twice.
 */
export function parseExportLine(line: string): ExportLine | null {
  const head = matchAt(HEAD, line, 0);
  if (head === null) return null;
  const start = HEAD.lastIndex - 1;
  // A body ends in a brace, and within it every quotation mark is escaped: this is its end and nothing else can be.
  const end = line.indexOf('}"', start) + 2;
  const body = end === 1 ? null : stringIn(line.slice(start, end));
  if (body === null) return null;

  let at = end;
  const signature = matchAt(SIGNATURE, line, at);
  if (signature !== null) at = SIGNATURE.lastIndex;
  const salt = matchAt(SALT, line, at);
  let details: ExportLine['details'] = null;
  if (salt !== null) {
    const text = line.endsWith(AFTER_TEXT) ? stringIn(line.slice(SALT.lastIndex - 1, -2)) : null;
    if (text === null) return null;
    details = { salt: salt[1] ?? '', text };
  } else if (line.length !== at + 1 || !line.endsWith('}')) return null;

  return {
    chain: head[1] ?? '',
    sequence: Number(head[2]),
    previousHash: head[3] ?? '',
    hash: head[4] ?? '',
    body,
    signature: signature?.[1] ?? null,
    details,
    projections: null,
  };
}

/** The manifest in a line of an export; null where the line is none. */
export function parseManifest(line: string): ExportManifest | null {
  if (!line.startsWith('{"manifest":')) return null;
  try {
    const parsed: { manifest?: unknown } = JSON.parse(line);
    const { manifest } = parsed;
    if (JSON.stringify(parsed) !== line || Object.keys(parsed).length !== 1) return null;
    if (typeof manifest !== 'object' || manifest === null || !('partial' in manifest)) return null;
    return typeof manifest.partial === 'boolean' ? { partial: manifest.partial } : null;
  } catch {
    return null;
  }
}

/** @param pattern sticky; its `lastIndex` is then where the match ends */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The string that a JSON text beginning with a quotation mark spells; null where it is no JSON. */
function stringIn(literal: string): string | null {
  try {
    return JSON.parse(literal);
  } catch {
    return null;
  }
}
