import type { Projections } from './projections.js';
import {
  BYTES_16,
  BYTES_64,
  Captures,
  COUNT,
  object,
  quoted,
  SHA256_HEX,
  TEXT,
} from './json-grammar.js';

/** One event as an export carries it. */
export interface ExportLine {
  readonly chain: string;
  readonly sequence: number;
  /** Hex, as is `hash`. */
  readonly previousHash: string;
  readonly hash: string;
  /** The exact hashed text. */
  readonly body: string;
  /** Of the commit that ends here, base64url. */
  readonly signature?: string;
  /** Absent once erased. `salt` is base64url. */
  readonly details?: { readonly salt: string; readonly text: string };
  /** As stored, types included; only where a store is verified. */
  readonly projections?: Projections;
}

/** What a partial export says of itself in its last line. */
export interface ExportManifest {
  readonly partial: boolean;
}

const captures = new Captures();
const LINE = object(
  [
    ['chain', quoted(captures.capture('chain', '[\\w.-]{1,128}'))],
    ['sequence', captures.capture('sequence', COUNT)],
    ['previousHash', quoted(captures.capture('previousHash', SHA256_HEX))],
    ['hash', quoted(captures.capture('hash', SHA256_HEX))],
    ['body', captures.capture('body', TEXT)],
  ],
  `(?:,"signature":"${captures.capture('signature', BYTES_64)}")?` +
    `(?:,"details":\\{"salt":"${captures.capture('salt', BYTES_16)}","text":${captures.capture('text', TEXT)}\\})?`,
);

const PATTERN = new RegExp(`^${LINE}$`);

/** The event in a line of an export; null where the line is not exactly as an export writes it. */
export function parseExportLine(line: string): ExportLine | null {
  // Positional, and in the order of the grammar above: this is the hottest line of a verification.
  const match = PATTERN.exec(line);
  if (match === null) return null;
  const [, chain = '', sequence, previousHash = '', hash = '', body = '', signature, salt, text] = match;
  return {
    chain,
    sequence: Number(sequence),
    previousHash,
    hash,
    body: JSON.parse(body),
    ...(signature === undefined ? {} : { signature }),
    ...(salt === undefined || text === undefined ? {} : { details: { salt, text: JSON.parse(text) } }),
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
