import { describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { draftEvent } from '../../../src/audit/describe.js';
import { isGenuine } from '../../../src/audit/retention/genuine-event.js';
import { createChainSigner } from '../../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../../src/audit/seal/gateway-signer.js';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { freshKeyring } from '../../tampering/written-trail.js';

const gateway = createGatewaySigner(await freshKeyring());

/** A chain of a gateway: commits of so many events, of which the last alone is signed. */
function written(...commits: readonly number[]): readonly StoredEvent[] {
  const chain = openChain({ instance: 'command', version: '1' }, createChainSigner(gateway));
  return commits.flatMap((count) => {
    const request = { id: 'request', ipAddress: null, userAgent: null, traceparent: null };
    const draft = draftEvent({ type: 'AUDIT_READ', outcome: 'SUCCESS', occurredAt: 0, request });
    const events = chain.extend(Array.from({ length: count }, () => draft));
    chain.advance(events);
    return events;
  });
}

const genuine = (event: StoredEvent | undefined, there: readonly StoredEvent[]) =>
  event === undefined
    ? Promise.reject(new Error('there is no such event'))
    : isGenuine(event, { chain: async (_chain, from) => there.filter(({ sequence }) => !(sequence < from)) }, gateway);

describe('what only a gateway may have written', () => {
  it('is any event of a chain that is signed behind it', async () => {
    const events = written(1, 3);
    expect(await Promise.all(events.map((event) => genuine(event, events)))).toEqual([true, true, true, true]);
  });

  it('is no event behind which nothing is signed: a commit that was cut short, by a crash or by somebody', async () => {
    const events = written(1, 3).slice(0, 3);
    expect(await Promise.all(events.map((event) => genuine(event, events)))).toEqual([true, false, false]);
    const unsigned = written(2).map((event) => ({ ...event, signature: null }));
    expect(await genuine(unsigned[0], unsigned)).toBe(false);
  });

  it('is no row that was put in the place of an event that is genuine, or beside it', async () => {
    const [first, second] = written(1, 1) as [StoredEvent, StoredEvent];
    const forged = { ...second, id: 'forged', type: 'LEGAL_HOLD_RELEASED' as const, hash: new Uint8Array(32).fill(7) };
    for (const there of [
      [first, second],
      [first, second, forged],
      [first, forged, second],
      [first, forged],
      [second, first],
      [],
    ]) {
      expect(await genuine(forged, there)).toBe(false);
    }
  });

  it.each([Number.NaN, -1, 1_001, 0.5])('is none at place %d, whatever its hash', async (sequence) => {
    const events = written(2);
    expect(await genuine({ ...(events[0] as StoredEvent), sequence }, events)).toBe(false);
  });
});
