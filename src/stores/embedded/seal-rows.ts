import type { StoredSeal } from '../../domain/audit-seal.js';
import { type Row, requiredBytes, requiredInteger, requiredText, rowExpression, textList } from './row.js';

export const SEAL_TABLE = 'auditSeals';

const INSERTED = ['id', 'sealedAt', 'previousSealHash', 'chains', 'body', 'hash', 'key', 'algorithm', 'signature'];

/** Changes no row where the index is taken. */
export const INSERT_SEAL = `INSERT INTO ${SEAL_TABLE} (${INSERTED.join(', ')}) VALUES (${INSERTED.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`;

export function sealValues(seal: StoredSeal): unknown[] {
  return [
    seal.index,
    seal.sealedAt,
    seal.previousHash,
    JSON.stringify(seal.chains),
    seal.body,
    seal.hash,
    seal.kid,
    seal.algorithm,
    seal.signature,
  ];
}

/** The SQL of one seal, which {@link sealFromRow} reads. */
export const SEAL_ROW = rowExpression(
  ['id', 'sealedAt', 'chains', 'body', 'key', 'algorithm'],
  ['previousSealHash', 'hash', 'signature'],
);

export function sealFromRow(row: Row): StoredSeal {
  const [index, sealedAt, chains, body, key, algorithm, previousHash, hash, signature] = row;
  return {
    index: requiredInteger(index),
    sealedAt: requiredInteger(sealedAt),
    chains: chainsIn(requiredText(chains)),
    body: requiredText(body),
    kid: requiredText(key),
    algorithm: requiredText(algorithm),
    previousHash: requiredBytes(previousHash),
    hash: requiredBytes(hash),
    signature: requiredBytes(signature),
  };
}

/** None where the list was edited beyond reading: the seal must reach the verifier, which compares it with the body. */
function chainsIn(json: string): readonly string[] {
  try {
    return textList(JSON.parse(json));
  } catch {
    return [];
  }
}
