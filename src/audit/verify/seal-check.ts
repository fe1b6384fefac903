import type { StoredSeal } from '../../domain/audit-seal.js';
import {
  type LostSeals,
  type SealContent,
  type SealedStretch,
  sealGenesisHash,
  sealHash,
  sealStatement,
} from '../format.js';
import type { ReportFault } from './fault.js';
import { type GatewayKeys, isSignedBy } from './gateway-keys.js';
import { sealBodyReader } from './seal-body.js';
import type { SealedStretches } from './sealed-stretches.js';

export interface SealCheckOptions {
  readonly report: ReportFault;
  /** Null: signatures are not checked. */
  readonly keys: GatewayKeys | null;
  readonly stretches: SealedStretches;
  /** Events that a seal made after this moment covers may be absent; milliseconds since the epoch, null for none. */
  readonly asOf: number | null;
  /** Whether seals that a restore of the store has lost come too: those of anchors do, those of the store cannot. Default false. */
  readonly lostSealsCome?: boolean;
}

/** Seals of about twelve days where one is made every five seconds. */
const MOST_HASHES = 200_000;

/** Verifies the seals, one by one in ascending order of index, and gathers what they say of each chain. */
export class SealCheck {
  readonly #options: SealCheckOptions;
  readonly #readBody = sealBodyReader();
  #expected = 0;
  #count = 0;
  #lost = 0;
  /** Hashes (hex) of the newest seals, for one that goes on after a restore; see `remembers`. */
  readonly #hashes = new Map<number, string>();
  /** Hash of the seal before; null where that seal is missing. */
  #previousHash: Buffer | null = sealGenesisHash();
  #latestAt = Number.NEGATIVE_INFINITY;
  /** What the seal in hand says that it covers: all of it is in doubt where anything is wrong with the seal. */
  #covered: readonly SealedStretch[] = [];
  /** A seal is missing: stretches may begin later than where the ones before ended. */
  #gap = false;

  constructor(options: SealCheckOptions) {
    this.#options = options;
  }

  /** Seals that a restore has lost, as later seals say. */
  get lost(): number {
    return this.#lost;
  }

  get count(): number {
    return this.#count;
  }

  /** When the newest seal was made, milliseconds since the epoch; null without seals. */
  get newestAt(): number | null {
    return Number.isFinite(this.#latestAt) ? this.#latestAt : null;
  }

  seal(seal: StoredSeal): void {
    this.#count += 1;
    const content = this.#readBody(seal.body);
    this.#covered = content?.chains ?? [];
    const lost = content?.lost ?? null;
    if (lost !== null) this.#lose(seal, lost);
    if (!this.#isInPlace(seal)) return;
    const hash = sealHash(seal.body);
    if (!hash.equals(seal.hash)) this.#fault('SEAL_HASH', seal, 'its hash is not that of its body');
    const { keys } = this.#options;
    if (keys !== null && !isSignedBy(keys, seal, sealStatement(hash))) {
      this.#fault('SEAL_SIGNATURE', seal, 'it is not signed by a known key of the gateway');
    }
    if (content === null) this.#fault('SEAL_BODY', seal, 'its body is not what a gateway writes');
    else this.#content(seal, content);
    this.#previousHash = hash;
    if (this.#options.lostSealsCome !== true) return;
    this.#hashes.set(seal.index, hash.toString('hex'));
    this.#hashes.delete(seal.index - MOST_HASHES);
  }

  /** The store was restored: what the lost seals covered is gone, and the seal in hand follows the one before them. */
  #lose(seal: StoredSeal, { from, to, head }: LostSeals): void {
    if (to < this.#expected - 1) return;
    if (this.#options.lostSealsCome === true && from < this.#expected) {
      if (this.#previousHash !== null && this.#previousHash.toString('hex') !== head) {
        this.#fault('SEAL_LINK', seal, 'the lost seals that it names are others');
      }
      const kept = from === 0 ? sealGenesisHash().toString('hex') : this.#hashes.get(from - 1);
      this.#previousHash = kept === undefined ? null : Buffer.from(kept, 'hex');
      this.#options.stretches.lose(from, to);
    } else if (from !== this.#expected) return;
    this.#lost += to - from + 1;
    this.#expected = seal.index;
  }

  /** Whether the newest seal is young enough; `now` is milliseconds since the epoch. */
  checkFreshness(now: number, mostMs: number): void {
    if (!(now - this.#latestAt > mostMs)) return;
    this.#options.report('SEAL_STALE', {}, 'There is no seal as new as the newest seal has to be.');
  }

  #isInPlace({ index }: StoredSeal): boolean {
    const { report } = this.#options;
    if (index < this.#expected) {
      report('SEAL_INDEX', { seal: index }, `Seal ${index} comes again, or after a later one.`, this.#covered);
      return false;
    }
    if (index > this.#expected) {
      report('SEAL_INDEX', { seal: this.#expected }, missingSeals(this.#expected, index - 1));
      this.#previousHash = null;
      this.#gap = true;
    }
    this.#expected = index + 1;
    return true;
  }

  #content(seal: StoredSeal, content: SealContent): void {
    const stored =
      seal.index === content.index &&
      seal.sealedAt === content.sealedAt &&
      Buffer.compare(seal.previousHash, content.previousSealHash) === 0 &&
      seal.chains.length === content.chains.length &&
      seal.chains.every((chain, at) => chain === content.chains[at]?.chain);
    if (!stored) {
      this.#fault('SEAL_BODY', seal, 'its index, time, previous hash or chains are stored other than its body says');
    }
    if (this.#previousHash !== null && !this.#previousHash.equals(content.previousSealHash)) {
      this.#fault('SEAL_LINK', seal, 'it does not follow the seal before it');
    }
    if (content.sealedAt < this.#latestAt) this.#fault('SEAL_TIME', seal, 'it is older than the seal before it');
    this.#latestAt = Math.max(this.#latestAt, content.sealedAt);
    let previous = '';
    for (const stretch of content.chains) {
      if (stretch.chain <= previous) this.#fault('SEAL_STRETCH', seal, 'its chains are not in ascending order');
      previous = stretch.chain;
      this.#stretch(seal.index, content.sealedAt, stretch);
    }
  }

  #stretch(seal: number, sealedAt: number, { chain, from, to, head, closed }: SealedStretch): void {
    const { report, stretches, asOf } = this.#options;
    const known = stretches.of(chain);
    const next = (known?.sealedTo ?? -1) + 1;
    const fault = (why: string): void =>
      report(
        'SEAL_STRETCH',
        { chain, sequence: from, seal },
        `Seal ${seal} covers ${from} to ${to} of ${chain}: ${why}.`,
        [{ chain, from: Math.min(from, next), to: Math.max(from, to, next) }],
      );
    if (known !== null && known.closedBy !== null) fault(`seal ${known.closedBy} said that nothing follows`);
    if (from !== next && !(this.#gap && from > next)) fault(`event ${next} was to be next`);
    if (to >= from) stretches.add(chain, { to, head, seal, late: asOf !== null && sealedAt > asOf });
    else if (!closed || to !== from - 1 || head !== known?.head) fault('that is no stretch');
    if (closed) stretches.close(chain, seal);
  }

  #fault(kind: Parameters<ReportFault>[0], { index }: StoredSeal, why: string): void {
    this.#options.report(kind, { seal: index }, `Seal ${index}: ${why}.`, this.#covered);
  }
}

function missingSeals(first: number, last: number): string {
  return first === last ? `Seal ${first} is missing.` : `Seals ${first} to ${last} are missing.`;
}
