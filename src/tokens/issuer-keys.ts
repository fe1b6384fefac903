import { type CryptoKey, createLocalJWKSet, errors, type JWK } from 'jose';
import { isJsonObject, type JsonObject, member, type TokenHeader } from './compact-token.js';
import { hasPrivateMembers, publicKeyOf, publicMembers, UnusableKeyError } from './public-key.js';
import { refusal } from './refusal.js';
import { parseUniqueJson } from './unique-json.js';

/** The keys of an issuer could not be had. The message is for the log and holds words of this program only. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** One reading of an issuer's JWKS. */
export interface IssuerKeys {
  /**
   * The one key a token's header selects: same `kid` (where the header has one), a type that fits the algorithm, and no
   * `alg`, `use` or `key_ops` of its own that says otherwise. Null where none does.
   * @throws GatewayError TOKEN_INVALID where several do
   */
  find(header: TokenHeader): Promise<CryptoKey | null>;
  /** The same at once, where it was found before; else null. */
  known(header: TokenHeader): CryptoKey | null;
  /** Why keys of the set are not used, without quoting them. */
  readonly faults: readonly string[];
  /** How many keys of the set are used. */
  readonly usable: number;
}

/**
 * The usable keys of the text of a JWKS document (RFC 7517 §5). Symmetric, weak, malformed and unknown keys are left
 * out, as §5 asks, so that one odd key does not lock everybody out.
 * @param origin from a `url`, keys with private members are left out too: whoever can read that page can sign
 * @throws KeysUnavailableError where it is no JWKS at all
 */
export function readIssuerKeys(text: string, origin: 'file' | 'url'): IssuerKeys {
  const document = parseDocument(text);
  const entries = isJsonObject(document) ? member(document, 'keys') : undefined;
  if (!Array.isArray(entries)) throw new KeysUnavailableError('the document is not a JWKS');
  const keys: JWK[] = [];
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      keys.push(verificationKey(entry, origin));
    } catch (error) {
      faults.push(`key ${index + 1}: ${error instanceof UnusableKeyError ? error.message : 'it is malformed'}`);
    }
  }
  const select = createLocalJWKSet({ keys });
  /** What was found: no more than there are keys and algorithms, since what is not found is not kept. */
  const found = new Map<string, Map<string | null, CryptoKey>>();
  return {
    faults,
    usable: keys.length,
    known: ({ alg, kid }) => found.get(alg)?.get(kid) ?? null,
    async find({ alg, kid }) {
      const ofAlgorithm = found.get(alg) ?? new Map<string | null, CryptoKey>();
      const known = ofAlgorithm.get(kid);
      if (known !== undefined) return known;
      try {
        const key = await select({ alg, ...(kid === null ? {} : { kid }) });
        ofAlgorithm.set(kid, key);
        found.set(alg, ofAlgorithm);
        return key;
      } catch (error) {
        if (error instanceof errors.JWKSMultipleMatchingKeys) throw refusal('ambiguous-key');
        return null;
      }
    },
  };
}

function parseDocument(text: string): unknown {
  try {
    return parseUniqueJson(text);
  } catch {
    // No cause: the parser's message quotes the text.
    throw new KeysUnavailableError('the document is not valid JSON, or names a member twice');
  }
}

function verificationKey(entry: unknown, origin: 'file' | 'url'): JWK {
  if (!isJsonObject(entry)) throw new UnusableKeyError('it is not a JSON object');
  if (origin === 'url' && hasPrivateMembers(entry)) throw new UnusableKeyError('its private part is published');
  return { ...publicMembers(publicKeyOf(entry)), ...declaredUse(entry, origin) };
}

/** What the key says of itself, for the selection to hold it to. */
function declaredUse(entry: JsonObject, origin: 'file' | 'url'): JWK {
  const declared: JWK = {};
  for (const name of ['kid', 'alg', 'use'] as const) {
    const value = member(entry, name);
    if (value === undefined) continue;
    if (typeof value !== 'string') throw new UnusableKeyError(`its ${name} is not a string`);
    declared[name] = value;
  }
  const operations = member(entry, 'key_ops');
  // A private key in a file says "sign"; its public part, the only part used here, verifies.
  if (operations === undefined || (origin === 'file' && hasPrivateMembers(entry))) return declared;
  if (!Array.isArray(operations)) throw new UnusableKeyError('its key_ops is not a list');
  return { ...declared, key_ops: operations.map(String) };
}
