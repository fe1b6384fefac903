import { describe, expect, it } from 'vitest';
import type { EventStretch, FaultKind } from '../../../src/audit/verify/index.js';
import { cut, MALLORY, resign } from './attack.js';
import { change, reseal, rewrite, story, type Trail, verifyOnline } from './story.js';
import { keyOf } from './writer.js';

/** Each fault with the events that nothing proves any more because of it, in the order found. */
async function inDoubt(trail: Trail): Promise<[FaultKind, ...EventStretch[]][]> {
  const found: [FaultKind, ...EventStretch[]][] = [];
  await verifyOnline(trail, { onFault: (kind, _place, stretches) => found.push([kind, ...stretches.map(bare)]) });
  return found;
}

/** An edit that no projection repeats. */
const edited = (body: string): string => body.replace('"code":null', '"code":"FORBIDDEN"');
const bare = ({ chain, from, to }: EventStretch): EventStretch => ({ chain, from, to });
const a = (from: number, to: number | null): EventStretch => ({ chain: 'chain-a', from, to });
const b = (from: number, to: number | null): EventStretch => ({ chain: 'chain-b', from, to });

describe('what a fault leaves unproven', () => {
  const cases: Readonly<
    Record<string, { attack: (trail: Trail) => void; expected: [FaultKind, ...EventStretch[]][] }>
  > = {
    'nothing, where only one event is concerned': {
      attack: (trail) => change(trail, 'A1', () => ({ actorId: 'user_mallory' })),
      expected: [['PROJECTION']],
    },
    'the sealed stretch, where an event was edited': {
      attack: (trail) => change(trail, 'A1', ({ body }) => ({ body: edited(body) })),
      expected: [['CONTENT', a(0, 3)]],
    },
    'the stretch of the event before, where a link is broken': {
      attack: (trail) => rewrite(trail, 'A1', edited),
      expected: [['LINK', a(0, 3)]],
    },
    'the stretch before too, where a link is broken between two': {
      attack(trail) {
        rewrite(trail, 'A3', edited);
        resign(trail, 'A3', keyOf('chain chain-a'));
        reseal(trail, 0);
        trail.anchors = [];
      },
      expected: [['LINK', a(0, 3)]],
    },
    'all that no seal covers, and what will follow, where that is broken': {
      attack: (trail) => rewrite(trail, 'A5', edited),
      expected: [['LINK', a(5, null)]],
    },
    'every stretch that does not end as it was sealed, with the right signatures of the chain too': {
      attack(trail) {
        rewrite(trail, 'A1', edited, true);
        resign(trail, 'A0', keyOf('chain chain-a'));
      },
      expected: [
        ['SEAL_HEAD', a(0, 3)],
        ['SEAL_HEAD', a(4, 4)],
      ],
    },
    'the stretches of what is missing': {
      attack: (trail) => cut(trail, 'A2', 'A3', 'A4'),
      expected: [['EVENT_MISSING', a(0, 4)]],
    },
    'what a seal covers that somebody else signed': {
      attack(trail) {
        reseal(trail, 2, { ...MALLORY, kid: 'gateway-1' });
        trail.anchors = [];
      },
      expected: [['SEAL_SIGNATURE', b(2, 2)]],
    },
    'what a lost seal covered, where a later one goes on after it': {
      attack(trail) {
        trail.seals[1] = { ...trail.seals[1]!, body: '{}' };
        trail.anchors = [];
      },
      expected: [['SEAL_HASH'], ['SEAL_SIGNATURE'], ['SEAL_BODY'], ['SEAL_LINK', b(2, 2)], ['SEAL_STRETCH', b(0, 2)]],
    },
    'what the anchored seal covers and the store’s own, where they differ': {
      attack: (trail) => reseal(trail, 2, undefined, (content) => ({ ...content, sealedAt: content.sealedAt + 1 })),
      expected: [['ANCHOR_MISMATCH', b(2, 2), b(2, 2)]],
    },
    'a whole chain, where nobody vouches for its key': {
      attack: (trail) => rewrite(trail, 'B0', (body) => body.replace('"kid":"gateway-1"', '"kid":"other"'), true),
      expected: [
        ['CHAIN_KEY', b(0, null)],
        ['SEAL_HEAD', b(0, 1)],
        ['SEAL_HEAD', b(2, 2)],
        ['COMMIT_SIGNATURE', b(0, 1)],
        ['COMMIT_SIGNATURE', b(2, 2)],
      ],
    },
  };

  it.each(Object.keys(cases))('is %s', async (name) => {
    const { attack, expected } = cases[name]!;
    const trail = story();
    attack(trail);
    // In no order: signatures are verified side by side.
    const found = await inDoubt(trail);
    expect(found.map((each) => JSON.stringify(each)).sort()).toEqual(
      expected.map((each) => JSON.stringify(each)).sort(),
    );
  });
});
