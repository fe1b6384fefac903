import { expect, it } from 'vitest';
import { OwnEvents } from '../../../src/audit/seal/own-events.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';

/** As the trail makes them: short Buffers are slices of one slab. */
function event(sequence: number): StoredEvent {
  return {
    id: `c:${sequence}`,
    chain: 'c',
    sequence,
    body: '{}',
    previousHash: Buffer.from('p'.repeat(32), 'latin1'),
    hash: Buffer.from('h'.repeat(32), 'latin1'),
    signature: null,
    details: null,
  } as unknown as StoredEvent;
}

it('what is remembered of a group that was written holds its hashes, and no memory beside them', () => {
  const own = new OwnEvents({ of: () => 'imprint', stored: async () => 'imprint' });
  const written = [event(7), event(8)];
  expect(written[0]?.previousHash.buffer.byteLength).toBeGreaterThan(32);
  own.note(written);
  const group = own.group('c', 7);
  expect(group).toMatchObject({ from: 7, to: 8 });
  for (const [kept, made] of [
    [group?.previousHash, written[0]?.previousHash],
    [group?.head, written[1]?.hash],
  ] as const) {
    expect(Buffer.compare(kept ?? Buffer.alloc(0), made ?? Buffer.alloc(1))).toBe(0);
    expect(kept?.buffer.byteLength).toBe(32);
  }
});
