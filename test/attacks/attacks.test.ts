import { describe, expect, it } from 'vitest';
import type { Told } from './attack.js';
import { CATALOGUE } from './catalogue.js';
import { prepareGround } from './ground.js';
import { trailLines } from './trail.js';

/** Every code told, in order of first appearance. */
function codesTold(answers: readonly Told[]): readonly string[] {
  return [...new Set(answers.flatMap(({ codes }) => (codes.length === 0 ? ['none'] : codes)))];
}

for (const { title, attacks, waiting } of CATALOGUE) {
  describe(title, () => {
    for (const attack of attacks) {
      it(`${attack.id} gains nothing: ${attack.title}`, { concurrent: waiting ?? false }, async ({
        onTestFinished,
      }) => {
        const ground = await prepareGround(attack.gateway);
        onTestFinished(ground.clear);
        const answers = await attack.run(ground);
        expect(answers.length, 'the attacker was answered').toBeGreaterThan(0);
        expect(codesTold(answers), 'what the attacker was told').toEqual(attack.codes);
        const lines = trailLines(await ground.finish());
        expect(attack.settle?.(lines) ?? lines, 'the whole trail').toEqual(attack.trail);
      });
    }
  });
}
