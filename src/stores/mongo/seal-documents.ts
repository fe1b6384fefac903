import type { Binary } from 'mongodb';
import type { StoredSeal } from '../../domain/audit-seal.js';
import { binary, bytesOrNone, countOrNaN, textOrMistyped, timeOrNaN } from './stored-values.js';

/** What a seal covers of one chain, as its body says. */
interface StretchDocument {
  chain: string;
  from?: unknown;
  to?: unknown;
  head?: unknown;
}

/** One document of `auditSeals`. All but `body`, `hash`, `key`, `algorithm` and `signature` are projections of the body. */
export interface SealDocument {
  /** The index: whoever stores it first is the sealer. */
  _id: number;
  sealedAt: Date;
  previousSealHash: Binary;
  chains: StretchDocument[];
  body: string;
  hash: Binary;
  /** `kid` */
  key: string;
  algorithm: string;
  signature: Binary;
}

export function sealDocument(seal: StoredSeal): SealDocument {
  return {
    _id: seal.index,
    sealedAt: new Date(seal.sealedAt),
    previousSealHash: binary(seal.previousHash),
    chains: stretches(seal),
    body: seal.body,
    hash: binary(seal.hash),
    key: seal.kid,
    algorithm: seal.algorithm,
    signature: binary(seal.signature),
  };
}

/** @param document as read with `promoteValues: false`; see {@link eventFromDocument} for what becomes of re-typed values. */
export function sealFromDocument(document: Readonly<Record<string, unknown>>): StoredSeal {
  return {
    index: countOrNaN(document._id),
    body: textOrMistyped(document.body),
    hash: bytesOrNone(document.hash),
    previousHash: bytesOrNone(document.previousSealHash),
    sealedAt: timeOrNaN(document.sealedAt),
    chains: Array.isArray(document.chains) ? document.chains.map(chainOf) : [],
    kid: textOrMistyped(document.key),
    algorithm: textOrMistyped(document.algorithm),
    signature: bytesOrNone(document.signature),
  };
}

function chainOf(stretch: unknown): string {
  return textOrMistyped(typeof stretch === 'object' && stretch !== null && 'chain' in stretch ? stretch.chain : null);
}

/** Each chain of the seal, with what the body says of it; it is for the verifier to tell where the body says nothing. */
function stretches({ body, chains }: StoredSeal): StretchDocument[] {
  const said = new Map(statedIn(body).map((stretch) => [stretch.chain, stretch]));
  return chains.map((chain) => {
    const stretch = said.get(chain);
    return stretch === undefined ? { chain } : { chain, from: stretch.from, to: stretch.to, head: stretch.head };
  });
}

function statedIn(body: string): Readonly<Record<string, unknown>>[] {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return [];
  }
  if (typeof content !== 'object' || content === null || !('chains' in content)) return [];
  return Array.isArray(content.chains) ? content.chains.map(Object) : [];
}
