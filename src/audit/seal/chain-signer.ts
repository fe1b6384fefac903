import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { type ChainKey, chainKeyStatement, commitStatement } from '../format.js';
import type { GatewaySigner } from './gateway-signer.js';

/** A process's own key: made at its start, kept in memory alone, gone with it. */
export interface ChainSigner {
  /** The key's public half with the gateway's word that it may write this chain. */
  chainKey(chain: string): ChainKey;
  /** The signature over the last event of a group commit. */
  signCommit(chain: string, sequence: number, hash: Uint8Array): Buffer;
}

export function createChainSigner(gateway: GatewaySigner): ChainSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const x = publicKey.export({ format: 'jwk' }).x;
  if (x === undefined) throw new Error('an Ed25519 key without its public half');
  return {
    chainKey: (chain) => ({
      publicKey: x,
      kid: gateway.kid,
      algorithm: gateway.algorithm,
      signature: gateway.sign(chainKeyStatement(chain, x)).toString('base64url'),
    }),
    signCommit: (chain, sequence, hash) => sign(null, commitStatement(chain, sequence, hash), privateKey),
  };
}

/** The key that the first event of a chain names, if the gateway vouched for it; else null. */
export function trustedChainKey(gateway: GatewaySigner, chain: string, named: unknown): KeyObject | null {
  if (!isChainKey(named)) return null;
  const statement = chainKeyStatement(chain, named.publicKey);
  const signature = Buffer.from(named.signature, 'base64url');
  if (!gateway.verify(named.kid, named.algorithm, statement, signature)) return null;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: named.publicKey }, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Whether the chain's key made this signature for this event. */
export function isCommitSignature(
  key: KeyObject,
  chain: string,
  sequence: number,
  hash: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify(null, commitStatement(chain, sequence, hash), key, signature);
}

function isChainKey(value: unknown): value is ChainKey {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['publicKey', 'kid', 'algorithm', 'signature'].every(
      (member) => typeof (value as Record<string, unknown>)[member] === 'string',
    )
  );
}
