import { type LostSeals, type SealContent, sealGenesisHash } from '../../../src/audit/format.js';
import type { FaultKind } from '../../../src/audit/verify/index.js';
import { type Attack, cut, edited, MALLORY, resign } from './attack.js';
import { GATEWAY, hex, MIDNIGHT, placeOf, reseal, rewrite, sealNext, type Trail } from './story.js';
import { keyOf, TestChain } from './writer.js';

const HOUR_LATER = MIDNIGHT + 3_600_000;

export const AGAINST_SEALS: readonly Attack[] = [
  { name: 'cut a sealed tail', attack: (trail) => cut(trail, 'A4', 'A5', 'A6'), faults: ['SEALED_MISSING'] },
  { name: 'drop a whole chain', attack: (trail) => cut(trail, 'B0', 'B1', 'B2'), faults: ['CHAIN_MISSING'] },
  {
    name: 'drop a whole chain of one event',
    attack(trail) {
      const chain = new TestChain('chain-c', GATEWAY);
      chain.append({ type: 'AUDIT_READ', at: MIDNIGHT + 16_000 });
      sealNext(trail, [{ chain: chain.id, from: 0, to: 0, head: hex(chain.head), closed: true }]);
    },
    faults: ['CHAIN_MISSING'],
  },
  {
    name: 'drop a seal',
    attack(trail) {
      trail.seals.splice(1, 1);
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_INDEX'],
  },
  {
    name: 'write a seal twice',
    attack: (trail) => trail.seals.splice(1, 0, trail.seals[0]!),
    faults: ['SEAL_INDEX'],
    by: 'store',
  },
  {
    name: 'edit the body of a seal',
    attack: (trail) => editSeal(trail, 1, ({ body }) => ({ body: body.replace('"closed":false', '"closed":true') })),
    faults: ['SEAL_HASH', 'SEAL_SIGNATURE'],
  },
  {
    name: 'edit the hash of a seal',
    attack: (trail) => editSeal(trail, 1, () => ({ hash: Buffer.alloc(32) })),
    faults: ['SEAL_HASH'],
  },
  {
    name: 'sign a seal with a key of their own',
    attack(trail) {
      reseal(trail, 2, { ...MALLORY, kid: 'gateway-1' });
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_SIGNATURE'],
  },
  {
    name: 'write a seal that is none',
    attack: (trail) => editSeal(trail, 1, () => ({ body: '{}' })),
    faults: ['SEAL_BODY'],
  },
  ...(['index', 'sealedAt', 'previousHash', 'chains'] as const).map(
    (projection): Attack => ({
      name: `edit the ${projection} of a seal beside its body`,
      attack(trail) {
        const wrong = { index: 3, sealedAt: 0, previousHash: Buffer.alloc(32), chains: ['chain-a'] }[projection];
        trail.seals[2] = { ...trail.seals[2]!, [projection]: wrong };
      },
      faults: ['SEAL_BODY'],
      by: 'store',
    }),
  ),
  ...(['kid', 'algorithm', 'signature', 'hash', 'body'] as const).map(
    (member): Attack => ({
      name: `edit the ${member} of a seal that is anchored, and nothing else`,
      attack(trail) {
        const seal = trail.seals[2]!;
        const signature = Buffer.from(seal.signature).fill(0, 0, 1);
        const body = seal.body.replace('"closed":true', '"closed":false');
        const edits = { kid: 'gateway-2', algorithm: 'RS256', signature, hash: Buffer.alloc(32), body } as const;
        trail.seals[2] = { ...seal, [member]: edits[member] };
      },
      faults: ['ANCHOR_MISMATCH'],
      by: 'store',
    }),
  ),
  {
    name: 'leave the chains of a seal out beside its body',
    attack(trail) {
      trail.seals[2] = { ...trail.seals[2]!, chains: [] };
    },
    faults: ['SEAL_BODY'],
    by: 'store',
  },
  {
    name: 'edit one of the chains of a seal beside its body',
    attack(trail) {
      trail.seals[1] = { ...trail.seals[1]!, chains: ['chain-a', 'chain-x'] };
    },
    faults: ['SEAL_BODY'],
    by: 'store',
  },
  ...sealedWrongly('break the link of seals', 'SEAL_LINK', { previousSealHash: Buffer.alloc(32) }),
  ...sealedWrongly('date a seal back', 'SEAL_TIME', { sealedAt: MIDNIGHT }),
  ...sealedWrongly('seal a stretch again', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 3, 4), closed: false }],
  }),
  ...sealedWrongly('leave a stretch out', 'SEAL_STRETCH', { chains: [{ ...stretch('chain-a', 6, 6), closed: false }] }),
  ...sealedWrongly('seal nothing of a chain', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 5, 4), closed: false }],
  }),
  ...sealedWrongly('seal nothing of a chain and say that nothing follows, with another head', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 5, 4), closed: true }],
  }),
  ...sealedWrongly('seal nothing of an unknown chain and say that nothing follows', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-c', 0, -1), closed: true }],
  }),
  {
    name: 'seal less than nothing of a chain and say that nothing follows',
    attack: (trail) => closeA(trail, 5, 3),
    faults: ['SEAL_STRETCH'],
  },
  {
    name: 'say of a chain afterwards that nothing follows, as the gateway itself does',
    attack(trail) {
      closeA(trail, 5, 4);
      cut(trail, 'A5', 'A6');
    },
    faults: [],
  },
  {
    name: 'seal a chain twice at a time',
    attack(trail) {
      reseal(trail, 2, GATEWAY, (content) => {
        const [only] = content.chains;
        return {
          ...content,
          chains: [
            { ...only!, closed: false },
            { ...only!, from: 3, closed: true },
          ],
        };
      });
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_STRETCH'],
  },
  {
    name: 'seal more of a chain that was closed',
    attack(trail) {
      const chain = writeOnInB(trail);
      sealNext(trail, [{ chain: chain.id, from: 3, to: 3, head: hex(chain.head), closed: false }]);
    },
    faults: ['SEAL_STRETCH'],
  },
  {
    name: 'drop a seal, and seal anew what was sealed before it',
    attack(trail) {
      const { hash } = trail.events[placeOf(trail, 'A4')]!;
      reseal(trail, 2, GATEWAY, (content) => ({
        ...content,
        chains: [{ chain: 'chain-a', from: 3, to: 4, head: hex(hash), closed: false }],
      }));
      trail.seals.splice(1, 1);
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_INDEX', 'SEAL_STRETCH'],
  },
  {
    name: 'seal twice within one millisecond',
    attack(trail) {
      reseal(trail, 2, GATEWAY, (content) => ({ ...content, sealedAt: trail.seals[1]!.sealedAt }));
      trail.anchors = [[...trail.seals]];
    },
    faults: [],
  },
  {
    name: 'seal chains out of order',
    attack(trail) {
      reseal(trail, 1, GATEWAY, (content) => ({ ...content, chains: [...content.chains].reverse() }));
      trail.anchors = [[...trail.seals]];
    },
    faults: ['SEAL_STRETCH'],
  },
  {
    name: 'write on in a chain that was closed',
    attack: (trail) => void writeOnInB(trail),
    faults: ['AFTER_CLOSE'],
  },
  {
    name: 'keep the sealer from sealing',
    attack: () => undefined,
    faults: ['UNSEALED', 'SEAL_STALE'],
    options: { now: HOUR_LATER, maxSealAgeMs: 60_000 },
  },
  {
    name: 'keep the sealer from sealing for as long as it may rest',
    attack: () => undefined,
    faults: [],
    options: { now: MIDNIGHT + 75_000, maxSealAgeMs: 60_000 },
  },
  {
    name: 'keep the sealer from sealing a millisecond longer than it may rest',
    attack: () => undefined,
    faults: ['SEAL_STALE'],
    options: { now: MIDNIGHT + 75_001, maxSealAgeMs: 60_000 },
  },
  {
    name: 'leave events unsealed for as long as they may be',
    attack: () => undefined,
    faults: [],
    options: { now: MIDNIGHT + 81_000 },
  },
  {
    name: 'leave events unsealed a millisecond longer than they may be',
    attack: () => undefined,
    faults: ['UNSEALED'],
    options: { now: MIDNIGHT + 81_001 },
  },
  {
    name: 'cut off what a seal of the very moment of the export covers',
    attack: (trail) => cut(trail, 'A4', 'A5', 'A6'),
    faults: ['SEALED_MISSING'],
    options: { asOf: MIDNIGHT + 10_000 },
  },
  {
    name: 'leave out what only a seal after the moment of the export covers',
    attack: (trail) => cut(trail, 'A4', 'A5', 'A6'),
    faults: [],
    options: { asOf: MIDNIGHT + 9_999 },
  },
  {
    name: 'delete every seal',
    attack: (trail) => trail.seals.splice(0),
    faults: ['UNSEALED', 'ROLLED_BACK'],
    by: 'store',
    options: { now: HOUR_LATER },
  },
];

/** Appends an event to chain B, which seal 2 has closed. */
function writeOnInB(trail: Trail): TestChain {
  const chain = new TestChain('chain-b', GATEWAY);
  chain.events.push(...trail.events.splice(placeOf(trail, 'B0'), 3));
  chain.append({ type: 'AUDIT_READ', at: MIDNIGHT + 16_000 });
  chain.commit();
  trail.events.push(...chain.events);
  return chain;
}

/** Has seal 2 say of chain A, sealed up to event 4, that nothing follows. */
function closeA(trail: Trail, from: number, to: number): void {
  const head = hex(trail.events[placeOf(trail, 'A4')]!.hash);
  reseal(trail, 2, GATEWAY, (content) => ({
    ...content,
    chains: [{ chain: 'chain-a', from, to, head, closed: true }, ...content.chains],
  }));
  trail.anchors = [[...trail.seals]];
}

function stretch(chain: string, from: number, to: number) {
  return { chain, from, to, head: '00'.repeat(32) };
}

function sealedWrongly(name: string, fault: FaultKind, edit: object): readonly Attack[] {
  const attack = (trail: Trail): void => {
    reseal(trail, 2, GATEWAY, (content) => ({ ...content, ...edit }));
    trail.anchors = [[...trail.seals]];
  };
  return [{ name, attack, faults: [fault] }];
}

function editSeal(
  trail: Trail,
  index: number,
  edit: (seal: Trail['seals'][number]) => Partial<Trail['seals'][number]>,
): void {
  trail.seals[index] = { ...trail.seals[index]!, ...edit(trail.seals[index]!) };
  trail.anchors = [[...trail.seals]];
}

/**
 * The store was restored from a copy that had seal 0 alone, and the gateway was told so: seal 3 states that 1 and 2 are lost, and
 * goes on after seal 0. The anchors have them all.
 */
function restored(trail: Trail, lost: Partial<LostSeals> = {}, seal: Partial<SealContent> = {}): void {
  const [first, , last] = trail.seals;
  cut(trail, 'A4', 'A5', 'A6', 'B0', 'B1', 'B2');
  const stated = { from: 1, to: 2, head: hex(last!.hash), ...lost };
  sealNext(trail, [], { previousSealHash: first!.hash, lost: stated, ...seal });
  trail.seals.splice(1, 2);
}

export const AGAINST_RESTORES: readonly Attack[] = [
  { name: 'restore the store from an earlier copy, and say so', attack: (trail) => restored(trail), faults: [] },
  {
    name: 'say of a restore that another seal was the last that is lost',
    attack: (trail) => restored(trail, { head: '00'.repeat(32) }),
    faults: ['ROLLED_BACK'],
    by: 'store',
  },
  {
    name: 'export a restore that says that another seal was the last that is lost',
    attack: (trail) => restored(trail, { head: '00'.repeat(32) }),
    faults: ['SEAL_LINK'],
    by: 'export',
  },
  {
    name: 'restore the store, and lose a seal more than is said',
    attack: (trail) => restored(trail, { from: 2 }),
    faults: ['SEAL_INDEX', 'ROLLED_BACK'],
    by: 'store',
  },
  {
    name: 'restore the store, and go on after another seal than the one before the lost ones',
    attack: (trail) => restored(trail, {}, { previousSealHash: trail.seals[1]!.hash }),
    faults: ['SEAL_LINK'],
  },
  {
    name: 'say that more seals are lost than are, and keep what they covered',
    attack: (trail) => restored(trail, { from: 0 }),
    faults: ['SEAL_LINK'],
    by: 'export',
  },
  {
    name: 'say that a seal is lost, and keep it in the store',
    attack(trail) {
      const [, kept] = trail.seals;
      restored(trail);
      trail.seals.splice(1, 0, kept!);
    },
    faults: ['SEAL_INDEX'],
    by: 'store',
  },
  {
    name: 'restore the store, and export anchors that never had what is lost',
    attack(trail) {
      restored(trail);
      trail.anchors = [[...trail.seals]];
    },
    faults: [],
  },
  {
    name: 'restore the store, and lose the anchor of the seal that goes on',
    attack(trail) {
      restored(trail);
      trail.anchors = trail.anchors.map((anchor) => anchor.slice(1));
      trail.events = [];
    },
    faults: ['SEAL_INDEX'],
    by: 'export',
  },
  {
    name: 'restore the store from nothing at all, and say so',
    attack(trail) {
      restored(trail, { from: 0 }, { previousSealHash: sealGenesisHash() });
      trail.seals.splice(0, 1);
      trail.events = [];
    },
    faults: [],
  },
  {
    name: 'restore the store, and close a chain anew that a lost seal had closed',
    attack(trail) {
      const [, before, lost] = trail.seals;
      cut(trail, 'B2');
      const head = hex(trail.events[placeOf(trail, 'B1')]!.hash);
      const stated = { from: 2, to: 2, head: hex(lost!.hash) };
      const chains = [{ chain: 'chain-b', from: 2, to: 1, head, closed: true }];
      sealNext(trail, chains, { previousSealHash: before!.hash, lost: stated });
      trail.seals.splice(2, 1);
    },
    faults: [],
  },
  {
    name: 'restore the store, and write on in a chain that was closed before',
    attack(trail) {
      const [, , before] = trail.seals;
      const chain = writeOnInB(trail);
      sealNext(trail, []);
      const stated = { from: 3, to: 3, head: hex(trail.seals.at(-1)!.hash) };
      const chains = [{ chain: chain.id, from: 3, to: 3, head: hex(chain.head), closed: false }];
      sealNext(trail, chains, { previousSealHash: before!.hash, lost: stated });
      trail.seals.splice(3, 1);
    },
    faults: ['SEAL_STRETCH'],
  },
  {
    name: 'restore the store, and seal another history afterwards',
    attack(trail) {
      const chain = new TestChain('chain-c', GATEWAY);
      chain.append({ type: 'AUDIT_READ', at: MIDNIGHT + 16_500 });
      chain.commit();
      const chains = [{ chain: chain.id, from: 0, to: 0, head: '00'.repeat(32), closed: true }];
      restored(trail, {}, { chains });
      trail.events.push(...chain.events);
    },
    faults: ['SEAL_HEAD'],
  },
  {
    name: 'restore the store, and cut off what was sealed before',
    attack(trail) {
      restored(trail);
      cut(trail, 'A2', 'A3');
    },
    faults: ['SEALED_MISSING'],
  },
];

export const AGAINST_EVERYTHING: readonly Attack[] = [
  {
    name: 'roll the whole database back',
    attack(trail) {
      trail.seals.splice(1);
      cut(trail, 'A4', 'A5', 'A6', 'B0', 'B1', 'B2');
    },
    faults: ['ROLLED_BACK'],
    by: 'store',
  },
  {
    name: 'export a database that was rolled back',
    attack: (trail) => cut(trail, 'A4', 'A5', 'A6', 'B0', 'B1', 'B2'),
    faults: ['SEALED_MISSING', 'CHAIN_MISSING'],
    by: 'export',
  },
  {
    name: 'wipe the database',
    attack(trail) {
      trail.seals = [];
      trail.events = [];
    },
    faults: ['ROLLED_BACK'],
    by: 'store',
  },
  {
    name: 'export a wiped database',
    attack: (trail) => trail.events.splice(0),
    faults: ['CHAIN_MISSING'],
    by: 'export',
  },
  {
    name: 'edit, re-chain, re-sign and re-seal with the stolen signing keys',
    attack(trail) {
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A0', keyOf('chain chain-a'));
      reseal(trail, 0);
    },
    faults: ['ANCHOR_MISMATCH'],
    by: 'store',
  },
  {
    name: 'export what was re-sealed with the stolen signing keys',
    attack(trail) {
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A0', keyOf('chain chain-a'));
    },
    faults: ['SEAL_HEAD'],
    by: 'export',
  },
  {
    name: 'hand every auditor other seals',
    attack(trail) {
      const before = [...trail.seals];
      rewrite(trail, 'A1', edited, true);
      resign(trail, 'A0', keyOf('chain chain-a'));
      reseal(trail, 0);
      trail.anchors = [before, [...trail.seals]];
    },
    faults: ['ANCHOR_CONFLICT'],
  },
];
