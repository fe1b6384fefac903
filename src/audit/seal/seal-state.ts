import type { KeyObject } from 'node:crypto';
import type { StoredSeal } from '../../domain/audit-seal.js';
import type { EventStore, SealStore } from '../../stores/index.js';
import { genesisHash, type LostSeals, type SealedStretch, sealHash, sealStatement } from '../format.js';
import { trustedChainKey } from './chain-signer.js';
import type { GatewaySigner } from './gateway-signer.js';
import type { ChainPosition } from './inspect-stretch.js';

/** A seal that is not what the gateway wrote. */
export class SealFaultError extends Error {
  override readonly name = 'SealFaultError';
}

/** The stretches of a seal whose hash and signature hold. @throws SealFaultError */
export function openSeal(seal: StoredSeal, gateway: GatewaySigner): readonly SealedStretch[] {
  const hash = sealHash(seal.body);
  if (Buffer.compare(hash, seal.hash) !== 0) throw new SealFaultError(`the hash of seal ${seal.index} is wrong`);
  if (!gateway.verify(seal.kid, seal.algorithm, sealStatement(hash), seal.signature)) {
    throw new SealFaultError(`the signature of seal ${seal.index} is wrong`);
  }
  const body = JSON.parse(seal.body) as { index: number; chains: SealedStretch[] };
  if (body.index !== seal.index) throw new SealFaultError(`seal ${seal.index} is stored under another's index`);
  return body.chains;
}

/** The seals that a restore has lost, as a later seal states them; null where it states none. @throws SealFaultError */
export function lostSeals(seal: StoredSeal, gateway: GatewaySigner): LostSeals | null {
  openSeal(seal, gateway);
  return (JSON.parse(seal.body) as { lost?: LostSeals }).lost ?? null;
}

export interface SealedChain {
  /** The last sealed event; -1: none. */
  readonly to: number;
  readonly head: Uint8Array;
  readonly closed: boolean;
}

/** How far each chain is sealed. Asked once per chain and remembered; `note` keeps it current. */
export interface SealState {
  sealed(chain: string): Promise<SealedChain>;
  /** The same without asking the store; null where the chain was not asked for yet. */
  known(chain: string): SealedChain | null;
  /** Takes in the stretches of a seal that was checked. */
  note(stretches: readonly SealedStretch[]): void;
  /** Where the sealer goes on in a chain. */
  position(chain: string): Promise<ChainPosition>;
}

const MAX_REMEMBERED = 10_000;

export function createSealState(
  events: Pick<EventStore, 'chain'>,
  seals: Pick<SealStore, 'covering'>,
  gateway: GatewaySigner,
): SealState {
  const remembered = new Map<string, SealedChain>();
  const keys = new Map<string, KeyObject>();

  function remember(chain: string, state: SealedChain): SealedChain {
    remembered.delete(chain);
    remembered.set(chain, state);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MAX_REMEMBERED) break;
      remembered.delete(oldest);
      keys.delete(oldest);
    }
    return state;
  }

  async function sealed(chain: string): Promise<SealedChain> {
    const known = remembered.get(chain);
    if (known !== undefined) return known;
    const seal = await seals.covering(chain);
    const stretch = seal === null ? undefined : openSeal(seal, gateway).find((one) => one.chain === chain);
    return remember(
      chain,
      stretch === undefined
        ? { to: -1, head: genesisHash(chain), closed: false }
        : { to: stretch.to, head: Buffer.from(stretch.head, 'hex'), closed: stretch.closed },
    );
  }

  async function keyOf(chain: string): Promise<KeyObject | null> {
    const known = keys.get(chain);
    if (known !== undefined) return known;
    const [first] = await events.chain(chain, 0, 1);
    if (first === undefined) return null;
    const body = JSON.parse(first.body) as { chainKey?: unknown };
    const key = trustedChainKey(gateway, chain, body.chainKey);
    if (key !== null) keys.set(chain, key);
    return key;
  }

  return {
    sealed,
    known: (chain) => remembered.get(chain) ?? null,
    note(stretches) {
      for (const { chain, to, head, closed } of stretches) {
        const known = remembered.get(chain);
        if (known === undefined || known.to <= to) remember(chain, { to, head: Buffer.from(head, 'hex'), closed });
      }
    },
    async position(chain) {
      const { to, head } = await sealed(chain);
      return { chain, sequence: to, head, key: to < 0 ? null : await keyOf(chain) };
    },
  };
}
