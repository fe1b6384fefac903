import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMongoPeers, type MongoPeer, type MongoPeerKind } from '../support/mongo-peer.js';
import { CONDITIONS } from '../support/replicas/conditions.js';
import { type Measured, measure, type Wanted } from '../support/replicas/measure.js';
import { PROMISE_MS } from '../support/replicas/watching.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

/** Side by side, each over three gateway processes of its own; conditions of one line one after the other. */
const LINES: readonly (readonly Wanted[])[] = [
  [
    { condition: CONDITIONS.quiet, trials: 8 },
    { condition: CONDITIONS.hiccups, trials: 4 },
    { condition: CONDITIONS.killed, trials: 4 },
    { condition: CONDITIONS.paused, trials: 6 },
  ],
  [
    { condition: CONDITIONS.skew, trials: 8 },
    { condition: CONDITIONS.both, trials: 8 },
  ],
];
const AT_ONCE = 8;
const TESTED = LINES.flat();

/** Three processes that write at once need a server whose updates are atomic over several connections. */
async function fitPeer(): Promise<MongoPeerKind | null> {
  for (const kind of await findMongoPeers()) {
    const reason = kind.lacks['atomic-updates'];
    if (reason === undefined) return kind;
    console.warn(`NOT RUN on ${kind.name}, because ${reason}:\n  - an end on one replica is refused by all`);
  }
  return null;
}

const kind = await fitPeer();

if (kind === null) {
  it('a session that was ended on one replica was refused by all', ({ skip }) =>
    skip('no fit MongoDB-compatible server could be had'));
} else {
  describe(`a session that is stopped or revoked on one of three replicas (${kind.name}, TEST_SEED=${SEED})`, () => {
    let peer: MongoPeer;
    let measured: readonly Measured[] = [];

    beforeAll(async () => {
      peer = await kind.start();
      const databases = LINES.map((_, line) => `refuse_${process.pid}_${Date.now().toString(36)}_${line}`);
      measured = (
        await Promise.all(
          LINES.map((wanted, line) =>
            measure(wanted, {
              uri: peer.uri,
              database: databases[line] ?? '',
              random: seededRandom(SEED + line),
              atOnce: AT_ONCE,
            }),
          ),
        )
      ).flat();
    }, 240_000);

    afterAll(() => peer?.stop(), 30_000);

    describe.each(TESTED.map(({ condition, trials }) => ({ name: condition.name, trials })))(
      '$name',
      ({ name, trials }) => {
        const results = () => measured.find(({ condition }) => condition.name === name)?.results ?? [];

        it(`is honoured by no replica ${PROMISE_MS} ms after the answer, nor ever once it was refused; streams end`, () => {
          expect(results()).toHaveLength(trials);
          expect(results().flatMap(({ faults }) => faults)).toEqual([]);
        });
      },
    );

    // A store that is slow or away for long lets an answer say that it has not taken the end: nothing would be tried then.
    it.each(TESTED.map(({ condition }) => condition.name))('was answered as ended everywhere: %s', (name) => {
      const [found] = measured.filter(({ condition }) => condition.name === name);
      expect(found?.results.filter(({ unstored }) => !unstored).length).toBeGreaterThan(0);
    });
  });
}
