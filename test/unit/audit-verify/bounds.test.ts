import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { EventFacts } from '../../../src/audit/verify/event-body.js';
import { FaultList } from '../../../src/audit/verify/fault.js';
import { startProgress } from '../../../src/audit/verify/progress.js';
import { SealedStretches } from '../../../src/audit/verify/sealed-stretches.js';
import { SessionLedger } from '../../../src/audit/verify/session-ledger.js';
import { SignatureQueue } from '../../../src/audit/verify/signature-queue.js';
import { Spill } from '../../../src/audit/verify/spill.js';
import { SEED, seededRandom } from '../../support/seeded-random.js';
import { withFolder } from './verifying.js';
import { keyOf } from './writer.js';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what would grow with a trail', () => {
  it('lies in a file for the owner alone, that is gone afterwards', async () => {
    await withFolder(async (folder) => {
      const spill = new Spill(folder);
      expect(await readdir(folder)).toEqual([]);
      const one = spill.append(Buffer.from('one'));
      const two = spill.append(Buffer.from('two'));
      expect([spill.read(two).toString(), spill.read(one).toString()]).toEqual(['two', 'one']);
      expect(await readdir(folder)).toHaveLength(1);
      spill.close();
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('is the same whether it lies in memory or not: heads of seals', async () => {
    await withFolder(async (folder) => {
      const spill = new Spill(folder);
      const little = new SealedStretches(spill, 4_096);
      const much = new SealedStretches(spill);
      for (let seal = 0; seal < 3_000; seal += 1) {
        for (const chain of [`chain-${seal % 40}`, 'chain-always']) {
          const head = { to: seal * 2, head: hex(`${chain} ${seal}`), seal, late: seal > 2_900 };
          little.add(chain, head);
          much.add(chain, head);
        }
      }
      little.close('chain-3', 2_999);
      much.close('chain-3', 2_999);
      expect(await readdir(folder)).toHaveLength(1);
      for (const chain of much.chains()) {
        expect(little.of(chain)).toEqual(much.of(chain));
        expect([...little.heads(chain)]).toEqual([...much.heads(chain)]);
      }
      expect([...little.heads('chain-always')]).toHaveLength(3_000);
      spill.close();
    });
  });

  it('is the same whether it lies in memory or not: sessions', async () => {
    await withFolder(async (folder) => {
      const spill = new Spill(folder);
      const little = new SessionLedger(spill, 50);
      const much = new SessionLedger(spill);
      const random = seededRandom(SEED);
      const types = ['IMPERSONATION_STARTED', 'OPERATION_ATTEMPTED', 'OPERATION_DENIED', 'IMPERSONATION_STOPPED'];
      const drawn = new Set<string>();
      for (let sequence = 0; sequence < 4_000; sequence += 1) {
        const session = `session-${Math.floor(random() * 400)}`;
        drawn.add(session);
        const facts: EventFacts = {
          chain: 'chain',
          sequence,
          occurredAt: Math.floor(random() * 1_000),
          type: types[Math.floor(random() * types.length)]!,
          sessionId: session,
          startedAt: 0,
          expiresAt: 5_000,
          operationType: null,
          durationMs: null,
          detailsHash: '',
          chainKey: null,
          pruned: null,
        };
        little.note(session, facts, 0);
        much.note(session, facts, 0);
      }
      const summaries = new Map(
        [...little.sessions()].map(([session, { other, ...summary }]) => [
          session,
          { ...summary, other: other !== null },
        ]),
      );
      // Now and then one of the four hundred is never drawn.
      expect(new Set(summaries.keys()), `seed ${SEED}`).toEqual(drawn);
      for (const [session, { other, secondStart, secondEnd, ...summary }] of much.sessions()) {
        // Which of several later starts or ends is remembered as the second one is of no importance.
        expect(summaries.get(session), `seed ${SEED}`).toMatchObject({ ...summary, other: other !== null });
        expect(summaries.get(session)?.secondStart === null).toBe(secondStart === null);
        expect(summaries.get(session)?.secondEnd === null).toBe(secondEnd === null);
      }
      spill.close();
    });
  });

  it('is not the queue of signatures: some hundreds are under way, and who adds more waits', async () => {
    const queue = new SignatureQueue();
    const key = keyOf('a key');
    const statement = Buffer.from('a statement');
    const signature = sign(null, statement, key);
    const results: boolean[] = [];
    const add = (count: number) => {
      for (let at = 0; at < count; at += 1) {
        queue.add(createPublicKey(key), statement, at === 0 ? Buffer.alloc(64) : signature, (valid) => {
          results.push(valid);
        });
      }
    };
    add(512);
    await queue.room();
    expect(results).toEqual([]);
    add(1);
    await queue.room();
    expect(results.length).toBeGreaterThanOrEqual(257);
    await queue.done();
    expect(results.filter((valid) => !valid)).toHaveLength(2);
    expect(results).toHaveLength(513);
  });

  it('is not the list of faults: some of each kind are kept, and all are counted', () => {
    const faults = new FaultList(3);
    for (let sequence = 0; sequence < 1_000; sequence += 1) faults.report('CONTENT', { sequence }, 'x');
    faults.report('LINK', {}, 'x');
    faults.report('EVENT_MISSING', {}, 'x');
    const summary = faults.summary(false);
    expect(summary).toMatchObject({ total: 1_002, counts: { CONTENT: 1_000, LINK: 1, EVENT_MISSING: 1 } });
    expect(summary.faults.map(({ kind }) => kind)).toEqual(['CONTENT', 'CONTENT', 'CONTENT', 'LINK', 'EVENT_MISSING']);
    expect(faults.summary(true).counts).toEqual({ CONTENT: 1_000, LINK: 1 });
  });
});

describe('a signature that cannot be verified at all', () => {
  it('is no answer: whoever waits for room, or for the end, is told', async () => {
    const queue = new SignatureQueue();
    const { publicKey } = generateKeyPairSync('x25519');
    queue.add(publicKey, Buffer.from('a statement'), Buffer.alloc(64), () => expect.fail('there is no answer'));
    await expect(queue.done()).rejects.toThrow();
    await expect(queue.room()).rejects.toThrow();
  });
});

describe('progress', () => {
  it('shows how far it is, how much that was, and how fast', async () => {
    let drawn = '';
    const progress = startProgress({ write: (text) => (drawn += text), isTTY: true });
    progress.bytes(500, 1_000);
    await new Promise((resolve) => setTimeout(resolve, 220));
    progress.events(12_345);
    expect(drawn).toMatch(/\[#{12}-{12}\] {2}50 % {2}12,345 events {2}[\d,]+ events\/s$/);
    progress.end();
    expect(drawn.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('is nothing on a pipe', async () => {
    let drawn = '';
    const progress = startProgress({ write: (text) => (drawn += text) });
    progress.bytes(500, 1_000);
    await new Promise((resolve) => setTimeout(resolve, 220));
    progress.events(12_345);
    progress.end();
    expect(drawn).toBe('');
  });
});
