import type { FaultKind } from '../../../src/audit/verify/index.js';
import { type Attack, cut, edited, MALLORY, resign } from './attack.js';
import { GATEWAY, MIDNIGHT, placeOf, reseal, rewrite, type Trail } from './story.js';
import { keyOf, TestChain } from './writer.js';

const HOUR_LATER = MIDNIGHT + 3_600_000;

export const AGAINST_SEALS: readonly Attack[] = [
  { name: 'cut a sealed tail', attack: (trail) => cut(trail, 'A4', 'A5', 'A6'), faults: ['SEALED_MISSING'] },
  { name: 'drop a whole chain', attack: (trail) => cut(trail, 'B0', 'B1', 'B2'), faults: ['CHAIN_MISSING'] },
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
  ...sealedWrongly('break the link of seals', 'SEAL_LINK', { previousSealHash: Buffer.alloc(32) }),
  ...sealedWrongly('date a seal back', 'SEAL_TIME', { sealedAt: MIDNIGHT }),
  ...sealedWrongly('seal a stretch again', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 3, 4), closed: false }],
  }),
  ...sealedWrongly('leave a stretch out', 'SEAL_STRETCH', { chains: [{ ...stretch('chain-a', 6, 6), closed: false }] }),
  ...sealedWrongly('seal nothing of a chain', 'SEAL_STRETCH', {
    chains: [{ ...stretch('chain-a', 5, 4), closed: false }],
  }),
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
    attack(trail) {
      const chain = new TestChain('chain-b', GATEWAY);
      chain.events.push(...trail.events.splice(placeOf(trail, 'B0'), 3));
      chain.append({ type: 'AUDIT_READ', at: MIDNIGHT + 16_000 });
      chain.commit();
      trail.events.push(...chain.events);
    },
    faults: ['AFTER_CLOSE'],
  },
  {
    name: 'keep the sealer from sealing',
    attack: () => undefined,
    faults: ['UNSEALED', 'SEAL_STALE'],
    options: { now: HOUR_LATER, maxSealAgeMs: 60_000 },
  },
  {
    name: 'delete every seal',
    attack: (trail) => trail.seals.splice(0),
    faults: ['UNSEALED', 'ROLLED_BACK'],
    by: 'store',
    options: { now: HOUR_LATER },
  },
];

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
