import { expect, it } from 'vitest';
import { SEED } from '../support/seeded-random.js';
import { SHORT } from '../support/soak/plans.js';
import { soak } from '../support/soak/soak.js';

it('after a load of every kind, with clients that vanish and services that fail, every handle is closed and memory is given back', {
  timeout: 180_000,
}, async () => {
  const from = performance.now();
  const said: string[] = [`TEST_SEED=${SEED}`];
  const say = (line: string) => said.push(`${((performance.now() - from) / 1_000).toFixed(1)} s ${line}`);
  try {
    const { findings } = await soak({ ...SHORT, seed: SEED, loadSeconds: 2, say });
    say('judged');
    const broken = findings.filter(({ holds }) => !holds).map(({ name, text }) => `${name}: ${text}`);
    expect(broken, broken.join('\n')).toEqual([]);
  } finally {
    console.log(said.join('\n'));
  }
});
