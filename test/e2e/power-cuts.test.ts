import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtPowerCuts, POWER_CUT_CASES } from '../support/power-cut-cases.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

/** `npm run nightly` looks at all of them. */
const MOST = 6;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'power-cuts-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe(`what a power cut leaves has all that was acknowledged, holds, and can be gone on from (TEST_SEED=${SEED})`, () => {
  it.each(POWER_CUT_CASES)('$name', async (one) => {
    const { cuts, faults } = await lookAtPowerCuts(one, folder, seededRandom(SEED), MOST);
    expect(faults, `seed ${SEED}`).toEqual([]);
    expect(cuts).toBeGreaterThan(2);
  });
});
