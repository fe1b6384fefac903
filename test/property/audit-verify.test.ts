import { beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/audit/verify/index.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { type GeneratedTrail, generateTrail } from '../unit/audit-verify/generated-trail.js';
import { verifyOnline } from '../unit/audit-verify/story.js';
import { textOf, verifyFiles } from '../unit/audit-verify/verifying.js';
import { anchoredLine, exportedLine } from '../unit/audit-verify/writer.js';

/** How often each property is tried; PROPERTY_RUNS raises it for a long search. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 80);

beforeAll(() => {
  console.log(`TEST_SEED=${SEED}`);
});

interface Exported {
  readonly trail: GeneratedTrail;
  readonly lines: readonly string[];
  readonly anchors: readonly string[];
}

/** A trail whose every event is sealed, so that nothing at all can be done to it unseen. */
function sealedTrail(seed: number): Exported {
  const trail = generateTrail(seed, { steps: 60, replicas: 1 + (seed % 4) });
  return { trail, lines: trail.events.map(exportedLine), anchors: trail.seals.map(anchoredLine) };
}

function verify(
  lines: readonly string[] | Buffer,
  anchors: readonly string[] | Buffer,
  jwks: unknown,
): Promise<Verdict> {
  return verifyFiles({ lines, anchors: [anchors], jwks });
}

/** Tries a change many times over, on a few trails, and wants a fault each time. */
async function everyChangeIsCaught(
  word: number,
  change: (exported: Exported, upTo: (most: number) => number) => Promise<Verdict>,
): Promise<void> {
  const random = seededRandom(SEED + word);
  for (let run = 0; run < RUNS; run += 1) {
    const exported = sealedTrail(SEED + Math.floor(run / 25));
    const verdict = await change(exported, (most) => Math.floor(random() * most));
    expect(verdict.verdict, `seed ${SEED}, run ${run}`).toBe('FAULTY');
  }
}

function flipped(lines: readonly string[], upTo: (most: number) => number): Buffer {
  const bytes = Buffer.from(textOf(lines));
  const at = upTo(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(8));
  return bytes;
}

describe('a valid trail', () => {
  it('has no fault, however its gateways interleaved, restarted, closed, were flooded and erased', async () => {
    for (let run = 0; run < RUNS / 2; run += 1) {
      const story = { steps: 40 + (run % 7) * 60, replicas: 1 + (run % 5), openEnd: run % 3 === 0 };
      const trail = generateTrail(SEED + run, story);
      const { events, seals, jwks, now } = trail;
      const offline = await verify(events.map(exportedLine), seals.map(anchoredLine), jwks);
      expect(offline.faults, `seed ${SEED + run}, export`).toEqual([]);
      const online = await verifyOnline({ events: [...events], seals: [...seals], anchors: [[...seals]], jwks, now });
      expect(online.faults, `seed ${SEED + run}, store`).toEqual([]);
    }
  });

  it('has no fault where each replica anchored some of the seals', async () => {
    const random = seededRandom(SEED);
    for (let run = 0; run < 10; run += 1) {
      const { trail, lines, anchors } = sealedTrail(SEED + run);
      const split: string[][] = [[], [], []];
      for (const line of anchors) for (const at of [Math.floor(random() * 3), 0]) split[at]?.push(line);
      const verdict = await verifyFiles({ lines, anchors: split, jwks: trail.jwks });
      expect(verdict.faults, `seed ${SEED + run}`).toEqual([]);
    }
  });
});

describe('a sealed trail', () => {
  it('cannot have a single bit of its export flipped unseen', () =>
    everyChangeIsCaught(1, ({ trail, lines, anchors }, upTo) => verify(flipped(lines, upTo), anchors, trail.jwks)));

  it('cannot have a line removed unseen', () =>
    everyChangeIsCaught(2, ({ trail, lines, anchors }, upTo) =>
      verify(lines.toSpliced(upTo(lines.length), 1), anchors, trail.jwks),
    ));

  it('cannot have a line duplicated unseen', () =>
    everyChangeIsCaught(3, ({ trail, lines, anchors }, upTo) =>
      verify(lines.toSpliced(upTo(lines.length + 1), 0, lines[upTo(lines.length)]!), anchors, trail.jwks),
    ));

  it('cannot have two lines swapped unseen', () =>
    everyChangeIsCaught(4, ({ trail, lines, anchors }, upTo) => {
      const one = upTo(lines.length);
      const other = (one + 1 + upTo(lines.length - 1)) % lines.length;
      return verify(lines.with(one, lines[other]!).with(other, lines[one]!), anchors, trail.jwks);
    }));

  it('cannot have the end of a chain cut off unseen', () =>
    everyChangeIsCaught(5, ({ trail, lines, anchors }, upTo) => {
      const { chain, sequence } = trail.events[upTo(trail.events.length)]!;
      const left = lines.filter((_, at) => trail.events[at]!.chain !== chain || trail.events[at]!.sequence < sequence);
      return verify(left, anchors, trail.jwks);
    }));

  it('cannot have a whole chain dropped unseen', () =>
    everyChangeIsCaught(6, ({ trail, lines, anchors }, upTo) => {
      const { chain } = trail.events[upTo(trail.events.length)]!;
      return verify(
        lines.filter((_, at) => trail.events[at]!.chain !== chain),
        anchors,
        trail.jwks,
      );
    }));

  it('cannot have a single bit of its anchored seals flipped unseen', () =>
    everyChangeIsCaught(7, ({ trail, lines, anchors }, upTo) => {
      // All but the file's very last line end, without which its last line may still be under way.
      const bytes = flipped(anchors, (most) => upTo(most === 8 ? 8 : most - 1));
      return verify(lines, bytes, trail.jwks);
    }));

  it('cannot have a seal dropped unseen, and not the newest from the store', () =>
    everyChangeIsCaught(8, ({ trail }, upTo) => {
      const { events, seals, jwks, now } = trail;
      const left = seals.toSpliced(upTo(seals.length), 1);
      return verifyOnline({ events: [...events], seals: left, anchors: [[...seals]], jwks, now });
    }));

  it('cannot be rolled back to any earlier seal unseen', () =>
    everyChangeIsCaught(9, ({ trail }, upTo) => {
      const { events, seals, jwks, now } = trail;
      const left = seals.slice(0, upTo(seals.length));
      const sealedTo = new Map<string, number>();
      for (const { body } of left) for (const { chain, to } of JSON.parse(body).chains) sealedTo.set(chain, to);
      const earlier = events.filter(({ chain, sequence }) => sequence <= (sealedTo.get(chain) ?? -1));
      return verifyOnline({ events: earlier, seals: left, anchors: [[...seals]], jwks, now });
    }));
});
