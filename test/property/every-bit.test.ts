import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportFile, readGatewayKeys, type Verdict, verifyTrail } from '../../src/audit/verify/index.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { GATEWAY, generateTrail } from '../unit/audit-verify/generated-trail.js';
import { textOf, withFolder } from '../unit/audit-verify/verifying.js';
import { exportedLine, jwksOf, TestChain, TestSealer } from '../unit/audit-verify/writer.js';

/** How many bits of the long trail are flipped; PROPERTY_RUNS raises it for a long search. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 80) * 2;
const KEYS = readGatewayKeys(jwksOf(GATEWAY));
const MIDNIGHT = Date.UTC(2026, 0, 1);

interface Exported {
  readonly lines: readonly string[];
  readonly seals: readonly StoredSeal[];
}

/** One event that has every member a line can have, sealed. */
function smallestTrail(): Exported {
  const session = { id: 'session-1', startedAt: MIDNIGHT, expiresAt: MIDNIGHT + 60_000 };
  const chain = new TestChain('chain-a', GATEWAY);
  const details = { reason: 'Fall 4711: „ü“ \\' };
  chain.append({ type: 'IMPERSONATION_STARTED', at: MIDNIGHT, session, subject: 'user_cleo', details });
  chain.commit();
  const sealer = new TestSealer();
  sealer.seal(MIDNIGHT + 5_000, [{ chain, closed: false }], GATEWAY);
  return { lines: chain.events.map(exportedLine), seals: sealer.seals };
}

/** Calls `use` with a function that verifies the export with one bit of it flipped, in a file that is flipped back. */
async function withFlips(
  { lines, seals }: Exported,
  use: (size: number, verdictWith: (bit: number | null) => Promise<Verdict>) => Promise<void>,
): Promise<void> {
  const bytes = Buffer.from(textOf(lines));
  await withFolder(async (folder) => {
    const exported = path.join(folder, 'export.ndjson');
    await writeFile(exported, bytes);
    const file = await open(exported, 'r+');
    const write = (at: number, byte: number) => file.write(Buffer.of(byte), 0, 1, at);
    const anchor = async function* () {
      yield* seals;
    };
    const verdict = () => verifyTrail({ events: exportFile(exported), anchors: [anchor], keys: KEYS });
    try {
      await use(bytes.length, async (bit) => {
        if (bit === null) return verdict();
        const at = bit >> 3;
        const byte = bytes[at] ?? 0;
        await write(at, byte ^ (1 << (bit & 7)));
        const flipped = await verdict();
        await write(at, byte);
        return flipped;
      });
    } finally {
      await file.close();
    }
  });
}

beforeAll(() => {
  console.log(`TEST_SEED=${SEED}`);
});

describe('no bit of a sealed export can be flipped unseen', () => {
  it('each of a small one, line ends included', async () => {
    const unseen: string[] = [];
    let tried = 0;
    await withFlips(smallestTrail(), async (size, verdictWith) => {
      expect(await verdictWith(null)).toMatchObject({ verdict: 'HOLDS', limits: [], events: 1 });
      for (let bit = 0; bit < size * 8; bit += 1) {
        tried += 1;
        if ((await verdictWith(bit)).verdict !== 'FAULTY') unseen.push(`bit ${bit & 7} of byte ${bit >> 3}`);
      }
    });
    expect(unseen).toEqual([]);
    expect(tried).toBe(Buffer.byteLength(textOf(smallestTrail().lines)) * 8);
  }, 120_000);

  it(`any of a long one, ${RUNS} tried`, async () => {
    const random = seededRandom(SEED);
    const trail = generateTrail(SEED, { steps: 200, replicas: 4 });
    const exported = { lines: trail.events.map(exportedLine), seals: trail.seals };
    await withFlips(exported, async (size, verdictWith) => {
      expect((await verdictWith(null)).verdict, `seed ${SEED}`).toBe('HOLDS');
      for (let run = 0; run < RUNS; run += 1) {
        const bit = Math.floor(random() * size * 8);
        expect((await verdictWith(bit)).verdict, `seed ${SEED}, bit ${bit}`).toBe('FAULTY');
      }
    });
  }, 120_000);
});
