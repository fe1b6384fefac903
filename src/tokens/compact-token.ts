import { refusal } from './refusal.js';
import { DuplicateMemberError, parseUniqueJson } from './unique-json.js';

/** No token longer than this (characters, all ASCII, so bytes) is even looked at. */
export const MAX_TOKEN_LENGTH = 16_384;

/** A JSON object of unknown members. Read members with {@link member}. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The header members this gateway acts on. Every other one (`jku`, `x5u`, `jwk`, `x5c` …) is not even read. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid: string | null;
  readonly typ: string | null;
}

/** A token taken apart. Nothing in it is verified. */
export interface UnverifiedToken {
  readonly text: string;
  readonly header: TokenHeader;
  readonly claims: JsonObject;
}

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An own member of a JSON object; never one inherited from Object.prototype. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether a parsed JSON value is an object, not an array and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What {@link peekIssuer} took apart, for the one who verifies it next; kept for one call, since it is a credential. */
let peeked: UnverifiedToken | null = null;

/**
 * Takes a compact JWS apart (RFC 7515 §7.1) and reads it one way only: three segments of canonical base64url, valid
 * UTF-8, JSON objects without duplicate members, no critical extension. Verifies nothing.
 * @throws GatewayError TOKEN_INVALID
 */
export function parseCompactToken(text: unknown): UnverifiedToken {
  const known = peeked;
  peeked = null;
  if (known !== null && known.text === text) return known;
  const segments = splitToken(text, MAX_TOKEN_LENGTH);
  const header = headerOf(segments.header);
  return { text: segments.text, header, claims: readObject(segments.claims) };
}

/** The segments of a compact JWS, as they are written. */
export interface TokenSegments {
  readonly text: string;
  readonly header: string;
  readonly claims: string;
}

/** Splits a compact JWS. Of its segments the signature alone is known to be canonical base64url. @throws GatewayError TOKEN_INVALID */
export function splitToken(text: unknown, mostCharacters: number): TokenSegments {
  if (typeof text !== 'string') throw refusal('malformed');
  if (text.length > mostCharacters) throw refusal('too-long');
  if (!COMPACT_JWS.test(text)) throw refusal('malformed');
  const headerEnd = text.indexOf('.');
  const claimsEnd = text.indexOf('.', headerEnd + 1);
  checkCanonical(text, claimsEnd + 1, text.length);
  return { text, header: text.slice(0, headerEnd), claims: text.slice(headerEnd + 1, claimsEnd) };
}

/**
 * The `iss` a token claims, to choose who is to verify it; null where it cannot be read. Never throws. UNVERIFIED:
 * decide nothing else on it.
 */
export function peekIssuer(token: unknown): string | null {
  try {
    peeked = parseCompactToken(token);
    const issuer = member(peeked.claims, 'iss');
    return typeof issuer === 'string' ? issuer : null;
  } catch {
    return null;
  }
}

/**
 * Headers that were read before: all tokens of one key have the same one. A header names a key and nobody, so it may be kept as it
 * is; one that was refused is not.
 */
const readHeaders = new Map<string, TokenHeader>();
const MOST_HEADERS = 100;
/** Longer ones are not kept. */
const LONGEST_KEPT = 500;

function headerOf(segment: string): TokenHeader {
  const known = readHeaders.get(segment);
  if (known !== undefined) return known;
  const header = Object.freeze(readHeader(readObject(segment)));
  if (segment.length <= LONGEST_KEPT) {
    if (readHeaders.size >= MOST_HEADERS) readHeaders.clear();
    readHeaders.set(byItself(segment), header);
  }
  return header;
}

/** The same text: a part of a string keeps the whole of it in memory, which here is a credential. */
export function byItself(segment: string): string {
  return Buffer.from(segment, 'latin1').toString('latin1');
}

/** The members of a header that are acted on. @throws GatewayError TOKEN_INVALID where one has a wrong shape, or an extension is named */
export function readHeader(header: JsonObject): TokenHeader {
  // RFC 7515 §4.1.11 and RFC 7797: no extension is understood here, so a token that needs one is refused.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) throw refusal('crit');
  const alg = member(header, 'alg');
  const kid = member(header, 'kid');
  const typ = member(header, 'typ');
  if (typeof alg !== 'string') throw refusal('alg');
  if (kid !== undefined && typeof kid !== 'string') throw refusal('kid');
  if (typ !== undefined && typeof typ !== 'string') throw refusal('typ');
  return { alg, kid: kid ?? null, typ: typ ?? null };
}

/** The JSON object in a segment, read one way only: see {@link parseCompactToken}. @throws GatewayError TOKEN_INVALID */
export function readObject(segment: string): JsonObject {
  checkCanonical(segment, 0, segment.length);
  const bytes = Buffer.from(segment, 'base64url');
  let value: unknown;
  try {
    value = parseUniqueJson(UTF8.decode(bytes));
  } catch (error) {
    // The parser's own message quotes the token.
    throw refusal(error instanceof DuplicateMemberError ? 'duplicate-member' : 'malformed');
  }
  if (!isJsonObject(value)) throw refusal('malformed');
  return value;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/**
 * What the value of the last character is a multiple of where its unused bits are zero, by how many characters there are beyond
 * groups of four (RFC 4648 §3.5); 0: no bytes are so many characters.
 */
const LAST_VALUE_IS_MULTIPLE_OF = [1, 0, 16, 4] as const;

/**
 * Refuses what is not the one spelling of a byte string: without this, unused trailing bits give the same token many texts.
 * @param text of base64url's alphabet between `start` and `end`
 */
function checkCanonical(text: string, start: number, end: number): void {
  const unit = LAST_VALUE_IS_MULTIPLE_OF[((end - start) % 4) as 0 | 1 | 2 | 3];
  if (unit === 0 || ALPHABET.indexOf(text.charAt(end - 1)) % unit !== 0) throw refusal('malformed');
}
