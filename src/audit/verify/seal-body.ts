import { encodeSealBody, type LostSeals, type SealContent, type SealedStretch } from '../format.js';
import { instantReader } from './instant.js';
import { INSTANT, SHA256_HEX } from './json-grammar.js';

const SHAPE_OF_TIME = new RegExp(`^${INSTANT}$`);
const SHAPE_OF_HASH = new RegExp(`^${SHA256_HEX}$`);

/** A strict reader of seal bodies: null for a text that is not exactly what a gateway of this version writes. */
export function sealBodyReader(): (body: string) => SealContent | null {
  const instantOf = instantReader();

  function contentOf(value: Readonly<Record<string, unknown>>): SealContent | null {
    const { index, sealedAt, previousSealHash, chains, lost } = value;
    if (!isCount(index) || !isHash(previousSealHash) || !Array.isArray(chains) || !chains.every(isStretch)) return null;
    if (typeof sealedAt !== 'string' || !SHAPE_OF_TIME.test(sealedAt)) return null;
    const time = instantOf(sealedAt);
    if (Number.isNaN(time)) return null;
    if (lost !== undefined && !(isLost(lost) && lost.from <= lost.to && lost.to === index - 1)) return null;
    const content = { index, sealedAt: time, previousSealHash: Buffer.from(previousSealHash, 'hex'), chains };
    return lost === undefined ? content : { ...content, lost };
  }

  return (body) => {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return null;
    }
    if (typeof value !== 'object' || value === null || !body.isWellFormed()) return null;
    const content = contentOf(value as Readonly<Record<string, unknown>>);
    // What is not spelled exactly as it would be written has other members, twice a member, or another order.
    return content !== null && encodeSealBody(content) === body ? content : null;
  };
}

/** A reader of what a seal says that it covers: nothing, where its body cannot be read. */
export function coverageReader(): (seal: { readonly body: string }) => readonly SealedStretch[] {
  const readBody = sealBodyReader();
  return ({ body }) => readBody(body)?.chains ?? [];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && SHAPE_OF_HASH.test(value);
}

function isLost(value: unknown): value is LostSeals {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, head } = value as Readonly<Record<string, unknown>>;
  return isCount(from) && isCount(to) && isHash(head);
}

function isStretch(value: unknown): value is SealedStretch {
  if (typeof value !== 'object' || value === null) return false;
  const { chain, from, to, head, closed } = value as Readonly<Record<string, unknown>>;
  return (
    typeof chain === 'string' &&
    isCount(from) &&
    typeof to === 'number' &&
    Number.isSafeInteger(to) &&
    isHash(head) &&
    typeof closed === 'boolean'
  );
}
