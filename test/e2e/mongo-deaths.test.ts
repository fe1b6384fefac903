import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_CASES } from '../support/mongo-death-cases.js';
import { deathsAt, MongoDeaths } from '../support/mongo-deaths.js';
import { findMongoPeers, type MongoPeer } from '../support/mongo-peer.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

/** Of each command, by lot; `npm run nightly` lets each of them die at every one. */
const DEATHS = 1;

const [kind] = await findMongoPeers();

if (kind === undefined) {
  it('commands died over MongoDB', ({ skip }) => skip('no MongoDB-compatible server could be had'));
} else {
  describe(`a command that dies between two writes to MongoDB leaves a trail that holds, and is done when it is run again (${kind.name}, TEST_SEED=${SEED})`, () => {
    const random = seededRandom(SEED);
    let peer: MongoPeer;
    let deaths: MongoDeaths;

    beforeAll(async () => {
      peer = await kind.start();
      deaths = new MongoDeaths(peer.uri);
      await deaths.prepare();
    });

    afterAll(async () => {
      await deaths.close();
      await peer.stop();
    });

    it.each(COMMAND_CASES)('$name', async (one) => {
      const all = deathsAt(await deaths.commandsOf(one, true));
      expect(all.length).toBeGreaterThan(3);
      for (let count = 0; count < DEATHS; count += 1) {
        const death = all[Math.floor(random() * all.length)] ?? { at: 1, isCarriedOut: true };
        const { command, faults } = await deaths.die(one, death, true);
        expect(faults, `${command}, ${JSON.stringify(death)}, seed ${SEED}`).toEqual([]);
      }
    });
  });
}
