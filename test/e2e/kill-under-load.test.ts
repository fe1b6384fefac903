import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Settings } from '../support/gateway-process.js';
import { killRounds } from '../support/kill-rounds.js';
import { startGateway } from '../support/running-gateway.js';
import { SEED } from '../support/seeded-random.js';

/** `npm run nightly` does a hundred. */
const ROUNDS = 10;

/** A gateway in this process, whose clock goes on to when everything left behind is taken over, and then every session is over. */
async function moveTheClock(directory: string, settings: Settings, unsettled: () => string[]): Promise<void> {
  const gateway = await startGateway({ directory, environment: settings });
  try {
    for (const minutes of [1, 3]) {
      gateway.clock.advance(minutes * 60_000);
      for (const until = Date.now() + 8_000; Date.now() < until && unsettled().length > 0; ) await pause(250);
    }
  } finally {
    await gateway.stop();
  }
}

it(`killed ${ROUNDS} times under load, a gateway loses nothing it has acknowledged and leaves nothing by halves (TEST_SEED=${SEED})`, async () => {
  const { faults, acknowledged, events } = await killRounds({
    rounds: ROUNDS,
    seed: SEED,
    say: (line) => console.log(line),
    letTimePass: moveTheClock,
  });
  expect(faults, `seed ${SEED}`).toEqual([]);
  expect(acknowledged).toBeGreaterThan(ROUNDS * 20);
  expect(events).toBeGreaterThanOrEqual(acknowledged);
}, 240_000);
