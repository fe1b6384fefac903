import { genesisHash } from '../../../src/audit/format.js';
import type { EventPruned, PrunedRange } from '../../../src/domain/audit-event.js';
import { type Attack, cut, resign } from './attack.js';
import { change, GATEWAY, hex, MIDNIGHT, placeOf, rewrite, SESSION, sealNext, type Trail } from './story.js';
import { keyOf, TestChain } from './writer.js';

const NONE = '00'.repeat(32);

/** The events of one chain from one to another, as a record says that they were pruned. */
function range(trail: Trail, letter: 'A' | 'B', from: number, to: number): PrunedRange {
  const hashOf = (sequence: number) => hex(trail.events[placeOf(trail, `${letter}${sequence}`)]!.hash);
  const chain = letter === 'A' ? 'chain-a' : 'chain-b';
  const previousHash = from === 0 ? hex(genesisHash(chain)) : hashOf(from - 1);
  return { chain, from, to, previousHash, head: hashOf(to) };
}

interface Pruning {
  readonly ranges: readonly PrunedRange[];
  readonly before?: number;
}

/** Has the gateway record what was pruned, in chain C, and seals it. */
function recorded(trail: Trail, records: readonly Pruning[], sealed = true): void {
  const chain = new TestChain('chain-c', GATEWAY);
  for (const { ranges, before = MIDNIGHT + 16_000 } of records) {
    const pruned: EventPruned = { before, throughSeal: 2, archive: { sha256: NONE, bytes: 1, events: 1 }, ranges };
    chain.append({ type: 'AUDIT_PRUNED', at: MIDNIGHT + 16_000, actor: null, pruned });
  }
  chain.commit();
  trail.events.push(...chain.events);
  const to = records.length - 1;
  if (sealed) sealNext(trail, [{ chain: chain.id, from: 0, to, head: hex(chain.head), closed: true }]);
}

/** Records the pruning of A1 to A3 with whatever is wrong about it, and deletes them. */
function prunedA(trail: Trail, wrong: Partial<PrunedRange> = {}): void {
  recorded(trail, [{ ranges: [{ ...range(trail, 'A', 1, 3), ...wrong }] }]);
  cut(trail, 'A1', 'A2', 'A3');
}

/** All of chain A that seal 0 covers is pruned, its first event too: session 1, which began with it, goes on in A4. */
function prunedFromTheStart(trail: Trail, ...before: readonly number[]): void {
  const [first, ...others] = before;
  const ranges = [range(trail, 'A', 0, 0), range(trail, 'A', 1, 3)];
  recorded(trail, [{ ranges, before: first! }, ...others.map((each) => ({ ranges, before: each }))]);
  cut(trail, 'A0', 'A1', 'A2', 'A3');
}

export const AGAINST_PRUNING: readonly Attack[] = [
  { name: 'prune and record it, as the gateway does', attack: (trail) => prunedA(trail), faults: [] },
  {
    name: 'prune a whole chain and record it, as the gateway does',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'B', 0, 1), range(trail, 'B', 2, 2)] }]);
      cut(trail, 'B0', 'B1', 'B2');
    },
    faults: [],
  },
  {
    name: 'prune the last event of a chain and record it',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'B', 2, 2)] }]);
      cut(trail, 'B2');
    },
    faults: [],
  },
  {
    name: 'break a pruning off that was recorded',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'A', 1, 3)] }]);
      cut(trail, 'A1');
    },
    faults: [],
  },
  ...(['once more', 'less'] as const).map(
    (order): Attack => ({
      name: `prune more than was recorded at first, recorded ${order} afterwards`,
      attack(trail) {
        const records = [{ ranges: [range(trail, 'A', 1, 3)] }, { ranges: [range(trail, 'A', 1, 4)] }];
        recorded(trail, order === 'less' ? records.reverse() : records);
        cut(trail, 'A1', 'A2', 'A3', 'A4');
      },
      faults: [],
    }),
  ),
  {
    name: 'delete, and record it without a seal',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'A', 1, 3)] }], false);
      cut(trail, 'A1', 'A2', 'A3');
    },
    faults: ['EVENT_MISSING'],
  },
  {
    name: 'delete, and record it in a chain with a fault',
    attack(trail) {
      prunedA(trail);
      const at = trail.events.findIndex(({ chain }) => chain === 'chain-c');
      const event = trail.events[at]!;
      trail.events[at] = { ...event, details: { salt: event.details!.salt, text: '{}' } };
    },
    faults: ['DETAILS', 'EVENT_MISSING'],
  },
  {
    name: 'delete what ends with no seal, and record it',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'A', 1, 2)] }]);
      cut(trail, 'A1', 'A2');
    },
    faults: ['PRUNE_RECORD', 'EVENT_MISSING'],
  },
  {
    name: 'delete what ends beyond all seals, and record it',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'A', 4, 5)] }]);
      cut(trail, 'A4', 'A5');
    },
    faults: ['PRUNE_RECORD', 'EVENT_MISSING'],
  },
  {
    name: 'delete, and record another end than was sealed',
    attack: (trail) => prunedA(trail, { head: NONE }),
    faults: ['PRUNE_RECORD', 'EVENT_MISSING'],
  },
  {
    name: 'delete a whole chain, and record another end than was sealed',
    attack(trail) {
      recorded(trail, [{ ranges: [{ ...range(trail, 'B', 0, 2), head: NONE }] }]);
      cut(trail, 'B0', 'B1', 'B2');
    },
    faults: ['PRUNE_RECORD', 'CHAIN_MISSING'],
  },
  {
    name: 'delete, and record that it followed something else',
    attack: (trail) => prunedA(trail, { previousHash: NONE }),
    faults: ['EVENT_MISSING'],
  },
  {
    name: 'delete more than was recorded',
    attack(trail) {
      prunedA(trail);
      cut(trail, 'A4');
    },
    faults: ['EVENT_MISSING'],
  },
  {
    name: 'prune and record it, and have what follows continue another history',
    attack(trail) {
      change(trail, 'A4', () => ({ previousHash: Buffer.alloc(32) }));
      rewrite(trail, 'A4', (body) => body, true);
      resign(trail, 'A4', keyOf('chain chain-a'));
      prunedA(trail);
    },
    faults: ['EVENT_MISSING', 'SEAL_HEAD'],
  },
  {
    name: 'prune the start of a session that began before the time recorded',
    attack: (trail) => prunedFromTheStart(trail, SESSION.startedAt + 1),
    faults: [],
  },
  {
    name: 'prune the start of a session that began before the later of the times recorded',
    attack: (trail) => prunedFromTheStart(trail, SESSION.startedAt, SESSION.startedAt + 1, SESSION.startedAt),
    faults: [],
  },
  {
    name: 'delete the start of a session that began at the time recorded',
    attack: (trail) => prunedFromTheStart(trail, SESSION.startedAt),
    faults: ['SESSION_NOT_STARTED'],
  },
  {
    name: 'record a pruning that takes nothing, for a session that was never started',
    attack(trail) {
      recorded(trail, [{ ranges: [range(trail, 'A', 1, 3)] }]);
      rewrite(trail, 'A0', (body) => body.replace('IMPERSONATION_STARTED', 'OPERATION_DENIED'), true);
    },
    faults: ['SESSION_NOT_STARTED'],
  },
];
