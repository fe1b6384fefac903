import type { FaultKind } from '../../src/audit/verify/index.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import { gatewayKey, signedSeal } from '../unit/audit-verify/writer.js';
import type { Attack, Ground } from './attack.js';
import { idOf, type RawDatabase } from './raw-database.js';
import { handsOver, MALLORYS_KEY, otherSubject, rechain, resealAll, stolenKey } from './rewriting.js';

const places = (chain: string, ...sequences: readonly number[]) => sequences.map((sequence) => idOf(chain, sequence));

async function sealAt(db: RawDatabase, index: number): Promise<StoredSeal> {
  const seal = (await db.seals()).find((each) => each.index === index);
  if (seal === undefined) throw new Error(`there is no seal ${index}`);
  return seal;
}

export const CUTS: readonly Attack[] = [
  {
    row: 'cut a sealed tail',
    name: 'with all that is not sealed yet',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.one, 7, 8, 9, 10)),
    online: ['SEALED_MISSING', 'UNSIGNED'],
    offline: ['SEALED_MISSING', 'UNSIGNED'],
    limits: [],
  },
  {
    row: 'cut a sealed tail',
    name: 'at the end of a commit and of a sealed stretch',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.one, 5, 6, 7, 8, 9, 10)),
    online: ['SEALED_MISSING'],
    offline: ['SEALED_MISSING'],
  },
  {
    row: 'cut a sealed tail',
    name: 'of a chain that was closed',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.other, 2)),
    online: ['SEALED_MISSING'],
    offline: ['SEALED_MISSING'],
  },
  {
    row: 'drop a whole chain',
    name: 'of a gateway that has stopped',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.other, 0, 1, 2)),
    online: ['CHAIN_MISSING'],
    offline: ['CHAIN_MISSING'],
  },
  {
    row: 'drop a whole chain',
    name: 'with the start of a session that another chain tells of',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.one, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
    online: ['CHAIN_MISSING', 'SESSION_NOT_STARTED'],
    offline: ['CHAIN_MISSING', 'SESSION_NOT_STARTED'],
  },
  {
    row: 'cut the unsealed tail',
    name: 'all of it, as if a crash had: NOT caught, nothing tells that it was there',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.one, 8, 9, 10)),
    online: [],
    offline: [],
    limits: [],
  },
  {
    row: 'cut the unsealed tail',
    name: 'its last commit: NOT caught, and the verdict says that it does not cover that',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.one, 10)),
    online: [],
    offline: [],
    limits: ['UNSEALED_EVENTS'],
  },
  {
    row: 'cut the unsealed tail',
    name: 'in the middle of a commit: caught, for a chain has to end at a signature',
    attack: ({ db, trail }) => db.deleteEvents(places(trail.one, 9, 10)),
    online: ['UNSIGNED'],
    offline: ['UNSIGNED'],
  },
];

/** Field of a seal, what it is set to, and the faults. */
const OTHER_VALUES: readonly (readonly [string, unknown, ...FaultKind[]])[] = [
  ['hash', Buffer.alloc(32, 7), 'ANCHOR_MISMATCH', 'SEAL_HASH'],
  ['signature', Buffer.alloc(64, 7), 'ANCHOR_MISMATCH', 'SEAL_SIGNATURE'],
  ['key', 'other', 'ANCHOR_MISMATCH', 'SEAL_SIGNATURE'],
  ['algorithm', 'RS256', 'ANCHOR_MISMATCH', 'SEAL_SIGNATURE'],
  ['previousSealHash', Buffer.alloc(32, 7), 'SEAL_BODY'],
];

export const SEALS: readonly Attack[] = [
  {
    row: 'edit a seal',
    name: 'its chains, beside its body',
    attack: async ({ db, trail }) => db.putSeals([{ ...(await sealAt(db, 1)), chains: [trail.one] }]),
    online: ['SEAL_BODY'],
    offline: [],
  },
  {
    row: 'edit a seal',
    name: 'its time, beside its body',
    async attack({ db }) {
      const seal = await sealAt(db, 1);
      await db.putSeals([{ ...seal, sealedAt: seal.sealedAt + 1 }]);
    },
    online: ['SEAL_BODY'],
    offline: [],
  },
  {
    row: 'drop a seal',
    name: 'in the middle',
    attack: ({ db }) => db.deleteSeals([1]),
    online: ['ROLLED_BACK', 'SEAL_INDEX'],
    offline: [],
    withoutAnchors: ['SEAL_INDEX'],
  },
  {
    row: 'drop a seal',
    name: 'the first',
    attack: ({ db }) => db.deleteSeals([0]),
    online: ['ROLLED_BACK', 'SEAL_INDEX'],
    offline: [],
    withoutAnchors: ['SEAL_INDEX'],
  },
  {
    row: 'drop a seal',
    name: 'the newest: only the anchor tells',
    attack: ({ db }) => db.deleteSeals([3]),
    online: ['ROLLED_BACK'],
    offline: [],
    withoutAnchors: [],
  },
  {
    row: 'drop a seal',
    name: 'all of them',
    attack: ({ db }) => db.deleteSeals([0, 1, 2, 3]),
    online: ['ROLLED_BACK'],
    offline: [],
  },
  {
    row: 'edit a seal',
    name: 'its body',
    async attack({ db, trail }) {
      const { body } = await sealAt(db, 1);
      const closing = new RegExp(`("chain":"${trail.one}",[^}]*"closed":)false`);
      await db.setInSeal(1, 'body', body.replace(closing, '$1true'));
    },
    online: ['AFTER_CLOSE', 'ANCHOR_MISMATCH', 'SEAL_HASH', 'SEAL_LINK', 'SEAL_SIGNATURE', 'SEAL_STRETCH'],
    offline: [],
  },
  ...OTHER_VALUES.map(
    ([field, value, ...online]): Attack => ({
      row: 'edit a seal',
      name: field,
      attack: ({ db }) => db.setInSeal(1, field, value),
      online,
      offline: [],
    }),
  ),
  {
    row: 'edit a seal',
    name: 'sign it with a key of their own under the name of the gateway’s',
    async attack({ db, trail }) {
      const seal = await sealAt(db, 3);
      const { chains } = JSON.parse(seal.body) as { chains: Parameters<typeof signedSeal>[0]['chains'] };
      const { index, sealedAt, previousHash: previousSealHash } = seal;
      const key = { ...gatewayKey('mallory'), kid: trail.keyring.kid };
      await db.putSeals([signedSeal({ index, sealedAt: sealedAt + 1, previousSealHash, chains }, key)]);
    },
    online: ['ANCHOR_MISMATCH', 'SEAL_SIGNATURE'],
    offline: [],
  },
];

async function forgeHistory({ db, trail }: Ground): Promise<void> {
  const gateway = stolenKey(trail);
  // With the gateway's key anybody can vouch for a chain key: no key of a process needs to be stolen.
  const edit = handsOver(trail.one, gateway);
  await rechain(db, { chain: trail.one, sequence: 0, edit, signatures: MALLORYS_KEY });
  await resealAll(db, gateway);
}

export const EVERYTHING: readonly Attack[] = [
  {
    row: 'roll the whole database back',
    name: 'to when the second seal had been made',
    attack: ({ db, copyAtSeal }) => db.putBack(copyAtSeal(1)),
    online: ['ROLLED_BACK'],
    offline: ['SEALED_MISSING'],
    withoutAnchors: [],
    limits: [],
  },
  {
    row: 'roll the whole database back',
    name: 'to when the first seal had been made',
    attack: ({ db, copyAtSeal }) => db.putBack(copyAtSeal(0)),
    online: ['ROLLED_BACK'],
    offline: ['CHAIN_MISSING', 'SEALED_MISSING'],
    withoutAnchors: [],
  },
  {
    row: 'wipe it',
    name: 'events and seals',
    async attack({ db }) {
      await db.deleteEvents((await db.events()).map(({ id }) => id));
      await db.deleteSeals((await db.seals()).map(({ index }) => index));
    },
    online: ['ROLLED_BACK'],
    offline: ['CHAIN_MISSING'],
    withoutAnchors: [],
  },
  {
    row: 'wipe it',
    name: 'the events alone',
    attack: async ({ db }) => db.deleteEvents((await db.events()).map(({ id }) => id)),
    online: ['CHAIN_MISSING'],
    offline: ['CHAIN_MISSING'],
  },
  {
    row: 'edit, re-chain and re-seal with the stolen signing key',
    name: 'from the first event on: only the anchor tells',
    attack: forgeHistory,
    online: ['ANCHOR_MISMATCH'],
    offline: ['SEAL_HEAD'],
    withoutAnchors: [],
  },
  {
    row: 'edit, re-chain and re-seal with the stolen signing key',
    name: 'but without the key of the chain, whose signatures stay',
    async attack({ db, trail }) {
      await rechain(db, { chain: trail.one, sequence: 1, edit: otherSubject, signatures: 'kept' });
      await resealAll(db, stolenKey(trail));
    },
    online: ['ANCHOR_MISMATCH', 'COMMIT_SIGNATURE'],
    offline: ['COMMIT_SIGNATURE', 'SEAL_HEAD'],
    withoutAnchors: ['COMMIT_SIGNATURE'],
  },
];
