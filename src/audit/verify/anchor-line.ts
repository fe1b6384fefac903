import type { StoredSeal } from '../../domain/audit-seal.js';
import { exactBytes } from './gateway-keys.js';
import { SHA256_HEX } from './json-grammar.js';
import { sealBodyReader } from './seal-body.js';

const MEMBERS = ['index', 'body', 'hash', 'kid', 'algorithm', 'signature'];
const SHAPE_OF_HASH = new RegExp(`^${SHA256_HEX}$`);

/**
 * A reader of the lines of an anchor file: the seal in a line `{index, body, hash, kid, algorithm, signature}`, null where
 * the line is not exactly such a one. Of a seal whose body cannot be read, time and previous hash are what no body says.
 */
export function anchorLineReader(): (line: string) => StoredSeal | null {
  const readBody = sealBodyReader();

  return (line) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return null;
    }
    if (typeof value !== 'object' || value === null || JSON.stringify(value) !== line) return null;
    const names = Object.keys(value);
    if (names.length !== MEMBERS.length || !MEMBERS.every((name) => names.includes(name))) return null;
    const { index, body, hash, kid, algorithm, signature } = value as Readonly<Record<string, unknown>>;
    if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return null;
    if (typeof body !== 'string' || typeof hash !== 'string' || !SHAPE_OF_HASH.test(hash)) return null;
    if (typeof kid !== 'string' || typeof algorithm !== 'string' || typeof signature !== 'string') return null;
    const signatureBytes = exactBytes(signature);
    if (signatureBytes === null) return null;
    const content = readBody(body);
    return {
      index,
      body,
      hash: Buffer.from(hash, 'hex'),
      previousHash: content?.previousSealHash ?? Buffer.alloc(0),
      sealedAt: content?.sealedAt ?? Number.NaN,
      chains: content?.chains.map(({ chain }) => chain) ?? [],
      kid,
      algorithm,
      signature: signatureBytes,
    };
  };
}

/** Whether two seals are the same one, to the last byte. */
export function areEqualSeals(one: StoredSeal, other: StoredSeal): boolean {
  return (
    one.index === other.index &&
    one.body === other.body &&
    one.kid === other.kid &&
    one.algorithm === other.algorithm &&
    Buffer.compare(one.hash, other.hash) === 0 &&
    Buffer.compare(one.signature, other.signature) === 0
  );
}
